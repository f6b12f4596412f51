// Who the operator is and what the law wants said of its remittances, as every message shows it
// below. Configuration with a good default; operators adapt the wording with their counsel.
import type { Sentence } from '../base/refusal.ts';

export interface OperatorNotice {
  /** Name and number are shown as given: 「資金移動業者 関東財務局長 第00000号」. */
  readonly operatorName: Sentence;
  readonly registrationNumber: Sentence;
  /** The operator's desk: for the remittance, not for what the shop sold. May have lines. */
  readonly desk: Sentence;
  /** The short form for messages; pages carry the whole. */
  readonly legalNotice: Sentence;
}

export const DEFAULT_LEGAL_NOTICE: Sentence = {
  ja:
    'この送金は、資金移動業者が行う為替取引です。銀行等が行う為替取引ではありません。' +
    '預金・貯金・定期積金等を受け入れるものではなく、' +
    '預金保険法等に規定する保険金の支払対象ではありません。' +
    '送金のための資金は、資金決済法に基づく履行保証金により保全しています。' +
    '履行保証金の還付を受ける権利は、資金が受取人の口座に入金された時点' +
    '（口座以外の方法では、受け取りが完了した時点）で消滅します。',
  en:
    'This remittance is made by a registered funds transfer service provider. It is not a ' +
    'transfer by a bank, no deposit is accepted, and it is not covered by deposit insurance. ' +
    'The funds are protected by security deposits under the Payment Services Act. The right to a ' +
    'refund from the security deposit ends when the money reaches the recipient’s account (by ' +
    'other methods: when it has been received).',
};

const PARTS = ['operatorName', 'registrationNumber', 'desk', 'legalNotice'] as const;

/** Throws with the part that is missing or empty: none of it may be, by law. */
export function readOperatorNotice(json: unknown): OperatorNotice {
  const given = Object(json) as Readonly<Record<string, Partial<Sentence> | undefined>>;
  for (const part of PARTS) {
    for (const locale of ['ja', 'en'] as const) {
      const text: unknown = given[part]?.[locale];
      if (typeof text !== 'string' || text.trim() === '') {
        throw new Error(`the operator's notice lacks ${part}.${locale}`);
      }
    }
  }
  return json as OperatorNotice;
}

/** For demonstrations and tests: plainly not a real operator. */
export const SAMPLE_OPERATOR_NOTICE: OperatorNotice = {
  operatorName: { ja: 'みほん送金サービス株式会社', en: 'Mihon Remittance Inc. (sample)' },
  registrationNumber: {
    ja: '資金移動業者登録番号：関東財務局長 第00000号（見本）',
    en: 'Funds transfer service provider, registration no. 00000 (sample)',
  },
  desk: {
    ja: '送金についてのお問い合わせ：送金サポート窓口 0120-000-000（平日10時〜17時）',
    en: 'About the remittance: support desk 0120-000-000 (weekdays 10:00-17:00 in Japan)',
  },
  legalNotice: DEFAULT_LEGAL_NOTICE,
};
