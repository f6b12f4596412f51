// 口座一覧, 残高照会, 入出金明細照会 and 振込入金明細照会: the settlement account as its owner sees it.

import type { Bank } from '../bank.ts';
import type { Line, World } from '../books.ts';
import { ACCOUNT_KIND, MAIN_BRANCH, YEN } from '../names.ts';
import { dateOf } from '../tokyo-time.ts';
import { dayRange, inRange, isReply, wrongAccount } from './query.ts';
import type { Handler, Reply, WireRequest } from './reply.ts';
import { base, itemKey, ok, pageOf, refuse } from './reply.ts';

export const listAccounts: Handler = (bank, world) =>
  ok({
    ...base(bank, world),
    accounts: [
      {
        accountId: world.accountId,
        branchCode: world.branchCode,
        branchName: MAIN_BRANCH.name,
        ...ACCOUNT_KIND,
        accountNumber: world.accountNumber,
        accountName: world.holderName,
        accountNameKana: world.holderNameKana,
        currencyCode: YEN.currencyCode,
      },
    ],
  });

export const balances: Handler = (bank, world, { query }) => {
  if (query.has('accountId')) {
    const wrong = wrongAccount(world, query.get('accountId'));
    if (wrong) return wrong;
  }
  const balance = String(world.balanceYen);
  return ok({
    balances: [
      {
        accountId: world.accountId,
        ...ACCOUNT_KIND,
        balance,
        ...base(bank, world),
        withdrawableAmount: balance,
        ...YEN,
      },
    ],
  });
};

const lineKey = (line: Line): string => itemKey(line.at, line.number);

export const transactions: Handler = (bank, world, request) =>
  lineList(
    bank,
    world,
    request,
    () => true,
    'transactions',
    (line) => ({
      transactionDate: dateOf(line.at),
      valueDate: dateOf(line.at),
      transactionType: line.direction === 'in' ? '1' : '2',
      amount: String(line.amountYen),
      remarks: line.remarks,
      balance: String(line.balanceAfterYen),
      itemKey: lineKey(line),
      ...(line.ediInfo === '' ? {} : { ediInfo: line.ediInfo }),
    }),
  );

const isArrival = (line: Line): boolean => line.direction === 'in' && line.kind === 'transfer';

export const depositTransactions: Handler = (bank, world, request) =>
  lineList(bank, world, request, isArrival, 'paymentArrivals', (line) => ({
    transactionDate: dateOf(line.at),
    valueDate: dateOf(line.at),
    transactionType: '1',
    remarks: line.remarks,
    amount: String(line.amountYen),
    applicantName: line.name,
    paymentBankName: line.bankName,
    paymentBranchName: line.branchName,
    ...(line.ediInfo === '' ? {} : { ediInfo: line.ediInfo }),
    itemKey: lineKey(line),
  }));

function lineList(
  bank: Bank,
  world: World,
  { query }: WireRequest,
  wanted: (line: Line) => boolean,
  listName: string,
  shown: (line: Line) => object,
): Reply {
  const wrong = wrongAccount(world, query.get('accountId'));
  if (wrong) return wrong;
  const range = dayRange(bank, world, query);
  if (isReply(range)) return range;
  const lines = world.lines.filter(
    (line) => line.vaId === null && wanted(line) && inRange(dateOf(line.at), range),
  );
  const paged = pageOf(lines, lineKey, query.get('nextItemKey'));
  if (!paged) return refuse('E002', 'nextItemKey: digits');
  return ok({
    accountId: world.accountId,
    ...YEN,
    ...range,
    ...base(bank, world),
    ...paged.paging,
    count: String(paged.page.length),
    [listName]: paged.page.map(shown),
  });
}
