// A bank account as rows to read: as the bank will see it, in full.
import type { BankAccount } from '../../recipients/bank-account.ts';
import type { BankDirectory } from '../../recipients/bank-directory.ts';
import type { Say } from './layout.ts';
import { accountTypes } from './phrases.ts';

/** Of these the directory leaves 銀行 out; the others have a name of their own kind (信金, 農協). */
const PLAIN_BANKS = [
  ['0001', '0199'],
  ['0288', '0399'],
  ['0501', '0599'],
  ['9900', '9900'],
] as const;

/** 「三菱UFJ銀行」: as people call it, Latin letters narrow. */
export function bankTitle(code: string, name: string): string {
  const isPlain = PLAIN_BANKS.some(([first, last]) => code >= first && code <= last);
  return narrowLatin(isPlain ? `${name}銀行` : name);
}

/** 「ＵＦＪ」 as 「UFJ」; kana and kanji stay as they are. */
export function narrowLatin(text: string): string {
  return text.replace(/[！-～]/g, (wide) => wide.normalize('NFKC'));
}

export function bankWords(directory: BankDirectory, code: string): string {
  return `${bankTitle(code, directory.bank(code)?.name ?? '')}（${code}）`;
}

export function branchWords(directory: BankDirectory, bank: string, code: string): string {
  return `${narrowLatin(directory.branch(bank, code)?.name ?? '')}（${code}）`;
}

export function accountFacts(
  say: Say,
  directory: BankDirectory,
  account: BankAccount,
): [string, string][] {
  const { bankCode, branchCode, accountType, accountNumber, yucho } = account;
  const type = accountTypes(say).find(({ value }) => value === accountType)!.label;
  return [
    [say('銀行', 'Bank'), bankWords(directory, bankCode)],
    [say('支店', 'Branch'), branchWords(directory, bankCode, branchCode)],
    ...(yucho === undefined
      ? []
      : [
          [say('記号・番号', 'Symbol and number'), `${yucho.symbol}-${yucho.number}`] as [
            string,
            string,
          ],
        ]),
    [say('種類', 'Type'), type],
    [say('口座番号', 'Number'), accountNumber],
    [say('口座の名義', 'Name'), account.holderNameFull],
  ];
}
