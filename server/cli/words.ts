// Words for codes, and values as people read them. The JSON of an answer keeps the codes.
import { type Instant, TOKYO, tokyoTimestamp } from '../base/clock.ts';
import { publicId, uuidOf } from '../base/ids.ts';
import type { Shop } from '../merchants/shop.ts';
import { maskedHolder } from '../recipients/masked.ts';
import { type Session, UsageError } from './verb.ts';

const JAPANESE: Readonly<Record<string, string>> = {
  // Remittances and attempts
  awaiting_approval: '承認待ち',
  awaiting_funds: '入金待ち（残高不足）',
  awaiting_recipient: '受取手続き待ち',
  scheduled: '送金予定',
  processing: '送金処理中',
  receivable: '受取可能',
  paid: '送金完了',
  failed: '送金不能',
  expired: '受取期限切れ',
  canceled: '取消済み',
  returned: '資金返却',
  // Submissions
  prepared: '引渡し前',
  calling: '引渡し中',
  accepted: '受付済み',
  rejected: '受付拒否',
  unknown: '結果不明（照会中）',
  absent: '未達（銀行に記録なし）',
  // Deposits
  received: '入金済み',
  reversed: '入金取消',
  unmatched: '照合待ち',
  matched: '照合済み',
  sending_back: '返金中',
  sent_back: '返金済み',
  // Bank files and lines
  imported: '取込済み',
  quarantined: '隔離',
  new: '未処理',
  queued: '確認待ち',
  ignored: '対象外',
  applied: '適用済み',
  deposit: '入金',
  // Shops, accounts, keys
  open: '利用中',
  closing: '閉鎖準備中',
  closed: '閉鎖',
  alive: '有効',
  revoked: '失効',
  live: '本番',
  test: 'テスト',
  shop: 'ショップ',
  operator: '運営者',
  all: '全体',
  rail: '送金経路',
  recovery: '復旧中',
  // Work and deliveries
  ready: '実行待ち',
  dead: '停止（要確認）',
  pending: '配信待ち',
  delivered: '配信済み',
};

export function word(session: Session, code: string): string {
  return session.isJapanese ? (JAPANESE[code] ?? code) : code.replaceAll('_', ' ');
}

/** `2026-11-24 15:00:05`, Tokyo time. */
export function when(at: Instant | null): string {
  if (at === null) return '-';
  const time = at.toZonedDateTimeISO(TOKYO).toPlainDateTime();
  return time.toString({ smallestUnit: 'second' }).replace('T', ' ');
}

export const stamp = (at: Instant | null) => (at === null ? null : tokyoTimestamp(at));

export const shopNumber = (shop: Pick<Shop, 'number'>) => String(shop.number).padStart(6, '0');

/** A bank's half-width name as others may see it: `ヤ●●● ●●●`. */
export function maskedName(name: string): string {
  const wide = name.normalize('NFKC').trim().replace(/\s+/g, '\u3000').replaceAll(')', '）');
  return wide === '' ? '' : maskedHolder(wide);
}

/** Ids of what the API does not show: operators meet them here only. */
export const ID = {
  merchant: 'mer',
  member: 'mbr',
  key: 'key',
  railAccount: 'rac',
  maintenance: 'mnt',
  bankFile: 'fil',
  submission: 'sub',
  deposit: 'dep',
  attempt: 'att',
} as const;

export const shown = (kind: keyof typeof ID, uuid: string) => publicId(ID[kind], uuid);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The uuid of an id as shown, or a plain uuid. */
export function readId(kind: keyof typeof ID, typed: string): string {
  const uuid = UUID.test(typed) ? typed : uuidOf(ID[kind], typed);
  if (uuid !== undefined) return uuid;
  throw new UsageError(
    `${typed}は${ID[kind]}_で始まるIDではありません。`,
    `${typed} is not an ID that begins with ${ID[kind]}_.`,
  );
}
