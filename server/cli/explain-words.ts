// Words of the ledger and of results, as `explain` tells them.
import type { Session } from './verb.ts';
import { when } from './words.ts';

export const ACCOUNTS: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  available: ['利用可能額', 'available'],
  reserved: ['送金予定額（確保済み）', 'reserved'],
  in_flight: ['送金処理中', 'in flight'],
  cash: ['銀行預金', 'cash at bank'],
  fees_receivable: ['未収手数料', 'fees receivable'],
  fee_income: ['手数料収入', 'fee income'],
};

export const CAUSES: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  instruct: ['送金指図', 'instructed'],
  release: ['取消・期限切れ', 'released'],
  dispatch: ['銀行への引渡し', 'handed over'],
  paid: ['送金完了', 'paid'],
  failed: ['送金不能', 'failed'],
  returned: ['資金返却', 'returned'],
  fee: ['手数料', 'fee'],
};

export const BASES: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  rail_result: ['銀行の結果', "the bank's result"],
  bank_statement: ['入出金明細', 'a bank statement'],
  no_return: ['所定の営業日数、返却がなかったこと', 'no return within the days agreed'],
};

type Words = Readonly<Record<string, readonly [ja: string, en: string]>>;

export function inWords(session: Session, words: Words, code: string): string {
  const [kind = code] = code.split(':');
  const [ja, en] = words[kind] ?? [code, code];
  return session.say(ja, en);
}

export const time = (iso: string | null) => when(iso === null ? null : Temporal.Instant.from(iso));
