// What the columns of a table mean: by their headings in Japanese or English, or as the shop has
// said before. Headings that Kawase itself wrote into a result file mean nothing.

export const FIELDS = [
  ...(['reference', 'amount', 'account_id', 'bank_code', 'branch_code', 'account_type'] as const),
  ...(['account_number', 'yucho_symbol', 'yucho_number', 'account_holder'] as const),
  ...(['description', 'scheduled_for', 'save_as'] as const),
] as const;

export type Field = (typeof FIELDS)[number];

/** By position; null: a column that says nothing to us. */
export type Columns = readonly (Field | null)[];

const HEADINGS: Readonly<Record<Field, readonly string[]>> = {
  reference: ['管理番号', '参照番号', '注文番号', '整理番号', '依頼番号', 'order_id', 'ref'],
  amount: ['金額', '送金額', '振込金額', '送金金額', '支払金額', '返金額', 'amount_yen'],
  account_id: ['口座id', '口座ＩＤ', '受取口座id'],
  bank_code: ['銀行コード', '金融機関コード', '銀行番号', '金融機関番号', 'bank'],
  branch_code: ['支店コード', '店舗コード', '支店番号', '店番号', '店番', 'branch'],
  account_type: ['預金種目', '口座種別', '種目', '科目', '預金種別', '種別', 'type'],
  account_number: ['口座番号', 'number'],
  yucho_symbol: ['記号', 'ゆうちょ記号', '通帳記号'],
  yucho_number: ['番号', 'ゆうちょ番号', '通帳番号'],
  account_holder: [
    ...[
      '口座名義',
      '口座名義カナ',
      '名義',
      '受取人名',
      '口座名義人',
      '口座名義(カナ)',
      '受取人名カナ',
    ],
    ...['holder', 'name', 'account_name', 'account_holder_name'],
  ],
  description: ['摘要', '備考', '内容', 'メモ', 'edi情報・顧客コード', 'edi情報', 'memo', 'note'],
  scheduled_for: ['送金日', '振込指定日', '送金指定日', '支払日', '振込日', 'date', 'payment_date'],
  save_as: ['登録口座id', '保存口座id'],
};

const MEANINGS = new Map<string, Field>(
  FIELDS.flatMap((field) => [field, ...HEADINGS[field]].map((word) => [folded(word), field])),
);

/** Width, case, spaces, underlines and a mark of duty do not change what a heading means. */
export function folded(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-*※]|[(（](必須|任意)[)）]/g, '');
}

/** A field is read from the first column that bears its name. */
export function guessColumns(header: readonly string[]): Columns {
  const taken = new Set<Field>();
  return header.map((heading) => {
    const field = MEANINGS.get(folded(heading));
    if (field === undefined || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

/** Whether rows of such a table can be remittances at all. */
export function isEnough(columns: Columns): boolean {
  const has = (field: Field) => columns.includes(field);
  if (!has('amount')) return false;
  const isAccount = has('bank_code') && has('branch_code') && has('account_number');
  const isYucho = has('yucho_symbol') && has('yucho_number');
  return has('account_id') || ((isAccount || isYucho) && has('account_holder'));
}

export type Fields = Readonly<Partial<Record<Field, string>>>;

/** What a row says, by field; `mended` is what somebody has put in the place of it. */
export function fieldsOf(columns: Columns, cells: readonly string[], mended: Fields): Fields {
  const fields: Partial<Record<Field, string>> = {};
  columns.forEach((field, at) => {
    const value = cells[at]?.trim() ?? '';
    if (field !== null && value !== '') fields[field] = value;
  });
  for (const [field, value] of Object.entries(mended) as [Field, string][]) {
    if (value === '') delete fields[field];
    else fields[field] = value;
  }
  return fields;
}
