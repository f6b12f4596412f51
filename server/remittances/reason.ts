// The sentence and the advice for each reason that a remittance is where it is. What people read;
// nothing decides on it.
import type { Sentence } from '../base/refusal.ts';
import type { StatusReason } from './remittance.ts';

interface Explained {
  readonly sentence: Sentence;
  /** What the merchant can do about it. */
  readonly advice: Sentence;
}

const CHECK_ACCOUNT: Sentence = {
  ja: '受取人に口座情報を確認し、新しい送金として送り直してください。',
  en: 'Check the account with the recipient and send again as a new remittance.',
};

export const REASONS: Readonly<Record<StatusReason, Explained>> = {
  no_account: {
    sentence: {
      ja: '指定の口座が見つかりません。',
      en: 'There is no such account at the bank.',
    },
    advice: CHECK_ACCOUNT,
  },
  name_mismatch: {
    sentence: {
      ja: '口座名義が一致しません。',
      en: 'The account holder’s name does not match.',
    },
    advice: {
      ja: '通帳のカナ表記どおりの名義を確認し、送り直してください。',
      en: 'Check the holder’s name in kana as printed in the passbook and send again.',
    },
  },
  account_number_mismatch: {
    sentence: { ja: '口座番号が正しくありません。', en: 'The account number is wrong.' },
    advice: CHECK_ACCOUNT,
  },
  account_type_mismatch: {
    sentence: { ja: '口座種別が一致しません。', en: 'The account type does not match.' },
    advice: {
      ja: '普通・当座・貯蓄の別を確認し、送り直してください。',
      en: 'Check whether it is an ordinary, current or savings account and send again.',
    },
  },
  account_closed: {
    sentence: { ja: '口座は解約されています。', en: 'The account has been closed.' },
    advice: {
      ja: '受取人に別の口座を確認し、送り直してください。',
      en: 'Ask the recipient for another account and send again.',
    },
  },
  outside_hours: {
    sentence: {
      ja: '受取側の取扱時間外のため送金できませんでした。',
      en: 'The receiving bank was outside its hours.',
    },
    advice: { ja: '次の営業日に送り直してください。', en: 'Send again on the next business day.' },
  },
  limit_exceeded: {
    sentence: {
      ja: '受取側の上限額を超えています。',
      en: 'The amount is above the receiving side’s limit.',
    },
    advice: {
      ja: '金額を分けるか、別の受取方法をご利用ください。',
      en: 'Split the amount or use another receiving method.',
    },
  },
  recipient_declined: {
    sentence: { ja: '受取人が受け取りを辞退しました。', en: 'The recipient declined the money.' },
    advice: { ja: '受取人にご確認ください。', en: 'Ask the recipient.' },
  },
  link_expired: {
    sentence: {
      ja: '受取期限までに手続きがありませんでした。',
      en: 'The recipient did not finish before the link expired.',
    },
    advice: {
      ja: '資金は利用可能額に戻りました。必要なら新しい送金を作成してください。',
      en: 'The money is available again. Create a new remittance if needed.',
    },
  },
  funds_not_received: {
    sentence: {
      ja: '期限までに送金資金の入金がありませんでした。',
      en: 'The remittance funds did not arrive in time.',
    },
    advice: {
      ja: '入金を確認し、新しい送金として送り直してください。',
      en: 'Pay in the funds and send again as a new remittance.',
    },
  },
  rail_unavailable: {
    sentence: {
      ja: '送金経路が利用できず、送金できませんでした。',
      en: 'The rail was unavailable; the money was not sent.',
    },
    advice: { ja: '時間をおいて送り直してください。', en: 'Send again later.' },
  },
  insufficient_funds: {
    sentence: {
      ja: '送金口座の残高が不足し、送金できませんでした。',
      en: 'The account the money leaves from was short.',
    },
    advice: {
      ja: '運営者が対応します。時間をおいて送り直してください。',
      en: 'The operator is seeing to it. Send again later.',
    },
  },
  other: {
    sentence: {
      ja: '受取側の金融機関で入金できませんでした。',
      en: 'The receiving bank could not credit the account.',
    },
    advice: CHECK_ACCOUNT,
  },
};

/** In place of the bank's reason, where the money came back because it was asked for. */
export const RECALLED: Sentence = {
  ja: '組戻しの手続きで、お金が戻りました。',
  en: 'The money came back because it was asked for.',
};
