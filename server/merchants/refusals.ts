// The refusals of this folder, each with what to do about it.
import { Refusal } from '../base/refusal.ts';

export const merchantUnknown = () =>
  new Refusal(
    'merchant_not_found',
    {
      ja: '該当する加盟店がありません。加盟店IDをご確認ください。',
      en: 'There is no such merchant. Check the merchant ID.',
    },
    { status: 404 },
  );

export const shopUnknown = () =>
  new Refusal(
    'shop_not_found',
    {
      ja: '該当するショップがありません。ショップIDまたは番号をご確認ください。',
      en: 'There is no such shop. Check the shop ID or number.',
    },
    { status: 404 },
  );

export const shopNumberTaken = () =>
  new Refusal(
    'shop_number_taken',
    {
      ja: 'このショップ番号は使用済みです。別の番号を指定してください。',
      en: 'This shop number is in use. Choose another.',
    },
    { status: 409 },
  );

export const railAccountUnknown = () =>
  new Refusal(
    'rail_account_not_found',
    {
      ja: '該当する接続契約がありません。接続契約IDをご確認ください。',
      en: 'There is no such rail account. Check its ID.',
    },
    { status: 404 },
  );

export const modesDiffer = () =>
  new Refusal('mode_mismatch', {
    ja: 'テスト用と本番用は組み合わせられません。同じモードのものを指定してください。',
    en: 'Test and live cannot be combined. Choose one of the same mode.',
  });

export const apiKeyUnknown = () =>
  new Refusal(
    'api_key_not_found',
    {
      ja: '有効なAPIキーが見つかりません。キーIDをご確認ください。',
      en: 'There is no live API key of this ID. Check the key ID.',
    },
    { status: 404 },
  );

export const tooManyApiKeys = (limit: number) =>
  new Refusal(
    'too_many_api_keys',
    {
      ja: `有効なAPIキーは${limit}個までです。使わないキーを失効させてください。`,
      en: `A shop may have ${limit} live API keys. Revoke those not in use.`,
    },
    { status: 409 },
  );

export const keysAreForShops = () =>
  new Refusal('shop_has_no_api', {
    ja: '運営者口座にはAPIキーを発行できません。加盟店のショップを指定してください。',
    en: "The operator's own tenant takes no API keys. Choose a merchant's shop.",
  });

export const settingsInvalid = () =>
  new Refusal('invalid_settings', {
    ja: '上限額は1回1円～100万円、1日0円以上の整数で指定してください。',
    en: 'Limits are whole yen: 1 to 1,000,000 per remittance, 0 or more per day.',
  });
