// The bank's own names: itself and its branches, as they appear on the wire.

export const MAIN_BRANCH = { code: '101', name: '法人営業部', kana: 'ﾎｳｼﾞﾝｴｲｷﾞﾖｳﾌﾞ' } as const;
export const VIRTUAL_BRANCH = { code: '502', name: 'あじさい支店', kana: 'ｱｼﾞｻｲ' } as const;

/** 普通預金（有利息） */
export const ACCOUNT_KIND = {
  accountTypeCode: '01',
  accountTypeName: '普通預金（有利息）',
} as const;

export const YEN = { currencyCode: 'JPY', currencyName: '日本円' } as const;
