// 振込入金口座: issue, list, change of status, and the deposits they took. The notices of deposits are in
// webhook-control.ts and notices.ts.

import type { DepositRecord, VirtualAccount, World } from '../books.ts';
import { MAIN_BRANCH, VIRTUAL_BRANCH } from '../names.ts';
import { openVirtualAccounts, VIRTUAL_ACCOUNTS_MAX } from '../open-virtual-accounts.ts';
import { dateOf, dateTimeText } from '../tokyo-time.ts';
import { dayRange, inRange, isReply } from './query.ts';
import type { Handler, Reply } from './reply.ts';
import { base, itemKey, ok, pageOf, refuse } from './reply.ts';
import { bankName } from './transfer-request.ts';

type Fields = Readonly<Record<string, unknown>>;

const HOLDER_BYTES = 40;
const STATUS_CHANGES_MAX = 100;
const STATUS_NAMES = { '1': '利用可能', '2': '停止中', '3': '削除済' } as const;
const TYPE_NAMES = { '1': '期限型', '2': '継続型' } as const;

const fieldsOf = (body: unknown): Fields =>
  typeof body === 'object' && body !== null ? (body as Fields) : {};

export const issue: Handler = (bank, world, { body }) => {
  const {
    vaTypeCode,
    issueRequestCount,
    raId,
    vaHolderNameKana,
    vaHolderNamePos = '1',
    ...rest
  } = fieldsOf(body);
  if (rest.vaContractAuthKey !== undefined) return refuse('E002', 'vaContractAuthKey: not allowed');
  if (raId !== world.accountId) return refuse('E007', 'raId: not of this contract');
  if (vaTypeCode !== '1' && vaTypeCode !== '2') return refuse('E002', 'vaTypeCode: 1 or 2');
  const count = typeof issueRequestCount === 'string' ? Number(issueRequestCount) : Number.NaN;
  if (!Number.isInteger(count) || count < 1 || count > VIRTUAL_ACCOUNTS_MAX) {
    return refuse('E003', 'issueRequestCount: 1 to 1000');
  }
  if (vaHolderNamePos !== '1' && vaHolderNamePos !== '2') {
    return refuse('E002', 'vaHolderNamePos: 1 or 2');
  }
  const added = vaHolderNameKana === undefined ? '' : bankName(vaHolderNameKana, HOLDER_BYTES);
  if (added === undefined) return refuse('E002', 'vaHolderNameKana: characters');
  const holder = holderName(world.holderNameKana, added, vaHolderNamePos);
  const accounts = openVirtualAccounts(bank, world, count, holder, vaTypeCode);
  const expiresAt = accounts[0]!.expiresAt;
  return ok({
    vaTypeCode,
    ...(expiresAt === null ? {} : { expireDateTime: dateTimeText(expiresAt) }),
    vaHolderNameKana: holder,
    vaList: accounts.map((account) => ({
      vaId: account.vaId,
      vaBranchCode: account.branchCode,
      vaBranchNameKana: VIRTUAL_BRANCH.kana,
      vaAccountNumber: account.accountNumber,
    })),
  });
};

/** The added name loses its end where both are too long together. */
export function holderName(own: string, added: string, position: '1' | '2'): string {
  const room = HOLDER_BYTES - own.length - 1;
  const kept = added.slice(0, Math.max(0, room)).trim();
  if (kept === '') return own;
  return position === '1' ? `${own} ${kept}` : `${kept} ${own}`;
}

export const list: Handler = (bank, world, { body }) => {
  const { raId, vaIdList, vaStatusCodeList, vaTypeCode, nextItemKey } = fieldsOf(body);
  if (raId !== undefined && raId !== world.accountId) {
    return refuse('E007', 'raId: not of this contract');
  }
  const ids = namesOf(vaIdList, 'vaId');
  const statuses = namesOf(vaStatusCodeList, 'vaStatusCode');
  const accounts = [...world.virtualAccounts.values()].filter(
    (account) =>
      (ids === undefined || ids.has(account.vaId)) &&
      (statuses === undefined || statuses.has(account.status)) &&
      (vaTypeCode === undefined || vaTypeCode === account.typeCode),
  );
  const key = nextItemKey === undefined ? null : String(nextItemKey);
  const paged = pageOf(accounts, ({ vaId }) => vaId, key);
  if (!paged) return refuse('E002', 'nextItemKey: digits');
  return ok({
    ...base(bank, world),
    ...paged.paging,
    count: String(paged.page.length),
    vAccounts: paged.page.map((account) => shownAccount(world, account)),
  });
};

function namesOf(list: unknown, name: string): ReadonlySet<unknown> | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return new Set(list.map((item) => fieldsOf(item)[name]));
}

function shownAccount(world: World, account: VirtualAccount): object {
  const { changedAt, expiresAt, status } = account;
  const changed = changedAt === null ? undefined : dateTimeText(changedAt);
  return {
    vaId: account.vaId,
    vaBranchCode: account.branchCode,
    vaBranchName: VIRTUAL_BRANCH.name,
    vaBranchNameKana: VIRTUAL_BRANCH.kana,
    vaAccountNumber: account.accountNumber,
    vaHolderNameKana: account.holderName,
    vaTypeCode: account.typeCode,
    vaTypeName: TYPE_NAMES[account.typeCode],
    vaStatusCode: status,
    vaStatusName: STATUS_NAMES[status],
    vaStatusChangePossibleCode: status,
    vaIssueDateTime: dateTimeText(account.issuedAt),
    ...(changed ? { vaChangeStatusDateTime: changed } : {}),
    ...(changed && status === '3' ? { vaCloseDateTime: changed } : {}),
    ...(expiresAt === null ? {} : { expireDateTime: dateTimeText(expiresAt) }),
    ...latestDeposit(world, account),
    raId: world.accountId,
    raBranchCode: world.branchCode,
    raBranchName: MAIN_BRANCH.name,
    raAccountNumber: world.accountNumber,
    raHolderName: world.holderName,
  };
}

function latestDeposit(world: World, account: VirtualAccount): object {
  const own = world.depositRecords.filter(
    ({ deposit, canceled }) => !canceled && deposit.vaId === account.vaId,
  );
  const latest = own.at(-1);
  if (!latest) return {};
  const latestDepositDate = dateOf(latest.at);
  const thatDay = own.filter(({ at }) => dateOf(at) === latestDepositDate);
  return {
    latestDepositDate,
    latestDepositAmount: String(latest.deposit.amountYen),
    latestDepositCount: String(thatDay.length),
  };
}

export const changeStatus: Handler = (bank, world, { body }) => {
  const { vaStatusChangeCode: code, vaIdList } = fieldsOf(body);
  const ids = [...(namesOf(vaIdList, 'vaId') ?? [])].map(String);
  if (ids.length === 0) return refuse('E001', 'vaIdList: missing');
  if (ids.length > STATUS_CHANGES_MAX) return refuse('E003', 'vaIdList: up to 100');
  if (code !== '1' && code !== '2' && code !== '3') {
    return refuse('E002', 'vaStatusChangeCode: 1, 2 or 3');
  }
  const accounts = ids.map((id) => world.virtualAccounts.get(id));
  if (accounts.includes(undefined)) return refuse('E007', 'vaIdList: not of this contract');
  const needed = { '1': ['1'], '2': ['2'], '3': ['1', '2'] }[code];
  if (accounts.some((account) => !needed.includes(account!.status))) {
    return refuse('E006', 'vaIdList: the state of an account does not allow this');
  }
  const status = ({ '1': '2', '2': '1', '3': '3' } as const)[code];
  bank.commit({ t: 'va-status', w: world.worldId, at: bank.now(world), vaIds: ids, status });
  return ok({ vAccounts: accounts.map((account) => shownAccount(world, account!)) });
};

export const vaDepositTransactions: Handler = (bank, world, { query }) => {
  const problem = wrongTarget(world, query);
  if (problem) return problem;
  const range = dayRange(bank, world, query);
  if (isReply(range)) return range;
  const vaId = query.get('vaId');
  const records = world.depositRecords.filter(
    ({ deposit, at }) => (vaId === null || deposit.vaId === vaId) && inRange(dateOf(at), range),
  );
  const order = query.get('sortOrderCode') === '2' ? 'descending' : 'ascending';
  if (order === 'descending') records.reverse();
  const keyOf = ({ at, number }: DepositRecord) => itemKey(at, number);
  const paged = pageOf(records, keyOf, query.get('nextItemKey'), order);
  if (!paged) return refuse('E002', 'nextItemKey: digits');
  return ok({
    ...receivingAccount(world),
    ...range,
    ...base(bank, world),
    ...paged.paging,
    count: String(paged.page.length),
    vaTransactions: paged.page.map((record) => vaTransaction(world, record)),
  });
};

function wrongTarget(world: World, query: URLSearchParams): Reply | undefined {
  const raId = query.get('raId');
  const vaId = query.get('vaId');
  if (raId === null && vaId === null) return refuse('E001', 'raId or vaId: missing');
  if (raId !== null && raId !== world.accountId) return refuse('E007', 'raId: unknown');
  if (vaId !== null && !world.virtualAccounts.has(vaId)) return refuse('E007', 'vaId: unknown');
  return undefined;
}

export function receivingAccount(world: World) {
  return {
    raId: world.accountId,
    raBranchCode: world.branchCode,
    raBranchNameKana: MAIN_BRANCH.kana,
    raAccountNumber: world.accountNumber,
    raHolderName: world.holderName,
  };
}

/** One deposit of a virtual account, or the cancellation of one, as lists and webhooks tell it. */
export function vaTransaction(world: World, record: DepositRecord): object {
  const { deposit, canceled } = record;
  const account = world.virtualAccounts.get(deposit.vaId!)!;
  return {
    vaId: account.vaId,
    transactionDate: dateOf(record.at),
    valueDate: dateOf(deposit.at),
    vaBranchCode: account.branchCode,
    vaBranchNameKana: VIRTUAL_BRANCH.kana,
    vaAccountNumber: account.accountNumber,
    vaAccountNameKana: account.holderName,
    depositAmount: String(canceled ? -deposit.amountYen : deposit.amountYen),
    remitterNameKana: deposit.remitterName,
    paymentBankName: deposit.bankName,
    paymentBranchName: deposit.branchName,
    partnerName: world.holderName,
    ...(canceled ? { remarks: 'ﾄﾘｹｼ', cancelItemKey: itemKey(deposit.at, deposit.number) } : {}),
    itemKey: itemKey(record.at, record.number),
  };
}
