// A bank account as rows to read: as the bank will see it, in full.
import type { BankAccount } from '../../recipients/bank-account.ts';
import type { BankDirectory } from '../../recipients/bank-directory.ts';
import type { Say } from './layout.ts';
import { accountTypes } from './phrases.ts';

export function bankWords(directory: BankDirectory, code: string): string {
  return `${directory.bank(code)?.name ?? ''}（${code}）`;
}

export function branchWords(directory: BankDirectory, bank: string, code: string): string {
  return `${directory.branch(bank, code)?.name ?? ''}（${code}）`;
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
