// 振込状況照会 and 総合振込状況照会: what became of the orders, one by one or over a range of days.

import type { Bank } from '../bank.ts';
import type { Order, Payment, PaymentState, World } from '../books.ts';
import { dateOfOrder } from '../take-order.ts';
import { dateOf, dateTimeText } from '../tokyo-time.ts';
import { dayRange, inRange, isReply, wrongAccount } from './query.ts';
import type { Handler, Reply, WireRequest } from './reply.ts';
import { base, ok, PAGE_SIZE, pageOf, refuse } from './reply.ts';
import type { Kind } from './transfer-request.ts';
import { feeYen, findOrder } from './transfers.ts';

const RANGE_PARAMETERS = [
  'dateFrom',
  'dateTo',
  'nextItemKey',
  'requestTransferStatus',
  'requestTransferClass',
  'requestTransferTerm',
] as const;

const STATUS: Readonly<Record<PaymentState, string>> = {
  applied: '2',
  sent_back: '3',
  withdrawn: '4',
  expired: '5',
  canceled: '8',
  rejected: '40',
  reserved: '11',
  in_process: '12',
  retrying: '13',
  paid: '20',
  returned: '22',
  recall_requested: '24',
  recalled: '25',
  recall_refused: '26',
  failed: '40',
};

const STATUS_NAMES: Readonly<Record<string, string>> = {
  2: '申請中',
  3: '差戻',
  4: '取下げ',
  5: '期限切れ',
  8: '承認取消/予約取消',
  11: '予約中',
  12: '手続中',
  13: 'リトライ中',
  20: '手続済',
  22: '資金返却',
  24: '組戻手続中',
  25: '組戻済',
  26: '組戻不成立',
  30: '不能・組戻あり',
  40: '手続不成立',
};

const UNDECIDED: ReadonlySet<PaymentState> = new Set([
  'applied',
  'sent_back',
  'withdrawn',
  'expired',
  'canceled',
  'reserved',
]);

/** The status of an order as a whole, by the table of README. */
export function orderStatus(order: Order): string {
  const states = order.payments.map(({ state }) => state);
  if (states.includes('in_process')) return STATUS.in_process;
  if (states.includes('retrying')) return STATUS.retrying;
  const undecided = states.find((state) => UNDECIDED.has(state));
  if (undecided) return STATUS[undecided];
  if (order.payments.every(({ paidAt }) => paidAt === null)) return STATUS.failed;
  if (order.channel === 'bulk') return states.every((state) => state === 'paid') ? '20' : '30';
  return order.payments.length === 1 ? STATUS[states[0]!] : STATUS.paid;
}

function unableDetail(payment: Payment): { unableDetailInfos?: object[] } {
  const { state, paidAt, returnedAt, reasonCode } = payment;
  if (paidAt === null && state !== 'failed') return {};
  const refundStatus = { recall_requested: '1', recalled: '2', recall_refused: '3' } as Partial<
    Record<PaymentState, string>
  >;
  const refund = refundStatus[state];
  const repaid = returnedAt !== null;
  return {
    unableDetailInfos: [
      {
        transferDetailStatus: paidAt === null ? '2' : '1',
        ...(refund ? { refundStatus: refund } : {}),
        ...(repaid ? { isRepayment: true, repaymentDate: dateOf(returnedAt) } : {}),
        ...(reasonCode && !refund ? { unableReasonCode: reasonCode } : {}),
      },
    ],
  };
}

function itemInfo(payment: Payment): object {
  return {
    itemId: String(payment.itemNumber),
    transferAmount: String(payment.amountYen),
    ...(payment.ediInfo === '' ? {} : { ediInfo: payment.ediInfo }),
    beneficiaryBankCode: payment.bankCode,
    beneficiaryBranchCode: payment.branchCode,
    accountTypeCode: payment.accountTypeCode,
    accountNumber: payment.accountNumber,
    beneficiaryName: payment.beneficiaryName,
    ...payment.extra,
    ...unableDetail(payment),
  };
}

const APPLY_STATUS: Readonly<Record<string, string>> = {
  applied: '1',
  sent_back: '2',
  withdrawn: '3',
  expired: '4',
  canceled: '6',
};

/** The part of an order's detail that both kinds share. */
function frameOf(order: Order): object {
  const { applyNo, acceptedAt, initialState, endedAt } = order;
  const [first] = order.payments;
  const waited = initialState === 'applied';
  const applyStatus = APPLY_STATUS[first!.state] ?? (waited ? '5' : '7');
  const comment = order.comment === null ? {} : { applyComment: order.comment };
  const refusedBeforeTaken = ['applied', 'sent_back', 'withdrawn', 'expired'];
  const taken = !refusedBeforeTaken.includes(first!.state);
  const acceptDatetime = dateTimeText(waited ? (endedAt ?? acceptedAt) : acceptedAt);
  const transferStatus = orderStatus(order);
  return {
    transferStatus,
    transferStatusName: STATUS_NAMES[transferStatus],
    transferTypeName: order.channel === 'bulk' ? '総合振込' : '振込振替',
    isFeeFreeUse: false,
    isFeePointUse: false,
    feeLaterPaymentFlg: true,
    transferApplies: [
      {
        applyNo,
        transferApplyDetails: [
          { applyDatetime: dateTimeText(acceptedAt), applyStatus, ...comment },
        ],
      },
    ],
    transferAccepts: taken ? [{ acceptNo: applyNo, acceptDatetime }] : [],
  };
}

function transferDetail(world: World, order: Order): object {
  const { accountId } = world;
  const { remitterName, transferDate: transferDesignatedDate } = order;
  const transferInfos = order.payments.map(itemInfo);
  return {
    ...frameOf(order),
    transferDetailFee: String(totalFee(world, order)),
    totalDebitAmount: String(totalYen(order)),
    transferResponses: [{ accountId, remitterName, transferDesignatedDate, transferInfos }],
  };
}

function bulkDetail(world: World, order: Order, infos: readonly object[] | null): object {
  const { accountId } = world;
  const { remitterName, transferDate: transferDesignatedDate, transferDataName } = order;
  const totalAmount = String(totalYen(order));
  return {
    ...frameOf(order),
    totalFee: String(totalFee(world, order)),
    totalDebitAmount: totalAmount,
    bulktransferResponses: [
      {
        accountId,
        remitterName,
        transferDesignatedDate,
        ...(transferDataName === null ? {} : { transferDataName }),
        totalCount: String(order.payments.length),
        totalAmount,
        ...(infos ? { bulkTransferInfos: infos } : {}),
      },
    ],
  };
}

function totalFee(world: World, order: Order): number {
  return order.payments.reduce((sum, payment) => sum + feeYen(world, payment), 0);
}

function totalYen(order: Order): number {
  return order.payments.reduce((sum, { amountYen }) => sum + amountYen, 0);
}

export const transferStatus =
  (kind: Kind): Handler =>
  (bank, world, request) => {
    const { query } = request;
    const wrong = wrongAccount(world, query.get('accountId'));
    if (wrong) return wrong;
    const keyClass = query.get('queryKeyClass');
    if (keyClass === '1') return oneOrder(bank, world, kind, request);
    if (keyClass === '2') return orderRange(bank, world, kind, request);
    return refuse('E002', 'queryKeyClass: 1 or 2');
  };

function oneOrder(bank: Bank, world: World, kind: Kind, { query }: WireRequest): Reply {
  const misplaced = RANGE_PARAMETERS.find((name) => query.has(name));
  if (misplaced) return refuse('E002', `${misplaced}: not with queryKeyClass 1`);
  const applyNo = query.get('applyNo');
  if (applyNo === null) return refuse('E001', 'applyNo: missing');
  const order = findOrder(world, kind, applyNo);
  const frame = { acceptanceKeyClass: '1', ...base(bank, world) };
  if (kind === 'transfer') {
    const transferDetails = order ? [transferDetail(world, order)] : [];
    return ok({ ...frame, count: String(transferDetails.length), transferDetails });
  }
  const wanted = query.get('detailInfoNecessity')?.toLowerCase() === 'true';
  const from = query.get('bulktransferItemKey');
  if (from !== null && (!wanted || !/^[1-9]\d{0,5}$/.test(from))) {
    return refuse('E002', 'bulktransferItemKey: digits, with detailInfoNecessity');
  }
  const readyAt = (order?.acceptedAt ?? 0) + world.settings.bulkDetailDelaySeconds * 1000;
  const ready = order !== undefined && bank.now(world) >= readyAt;
  const start = Number(from ?? '1') - 1;
  const infos =
    wanted && ready ? order.payments.slice(start, start + PAGE_SIZE).map(itemInfo) : null;
  const bulkTransferDetails = order ? [bulkDetail(world, order, infos)] : [];
  return ok({
    ...frame,
    ...(wanted ? { detailInfoNecessity: true, detailInfoResult: ready } : {}),
    ...(from === null ? {} : { bulktransferItemKey: from }),
    count: String(bulkTransferDetails.length),
    bulkTransferDetails,
  });
}

function orderRange(bank: Bank, world: World, kind: Kind, { query }: WireRequest): Reply {
  for (const name of ['applyNo', 'detailInfoNecessity', 'bulktransferItemKey']) {
    const value = query.get(name);
    if (value !== null && value.toLowerCase() !== 'false') {
      return refuse('E002', `${name}: not with queryKeyClass 2`);
    }
  }
  const range = dayRange(bank, world, query);
  if (isReply(range)) return range;
  const term = query.get('requestTransferTerm') ?? '1';
  if (term !== '1' && term !== '2') return refuse('E002', 'requestTransferTerm: 1 or 2');
  const requestTransferClass = query.get('requestTransferClass') ?? '1';
  if (!/^[123]$/.test(requestTransferClass)) return refuse('E002', 'requestTransferClass: 1 to 3');
  const statuses = [
    ...query.getAll('requestTransferStatus'),
    ...query.getAll('requestTransferStatus[]'),
  ].flatMap((value) => value.split(','));
  const dayOf = (order: Order) => (term === '1' ? dateOfOrder(order) : order.transferDate);
  const keyOf = (order: Order) => dayOf(order).replaceAll('-', '') + order.applyNo;
  const orders = [...world.orders.values()]
    .filter((order) => order.channel === kind && inRange(dayOf(order), range))
    .filter((order) => statuses.length === 0 || statuses.includes(orderStatus(order)))
    .filter((order) => isOfClass(order, requestTransferClass));
  // Orders are kept as they came, which is the first of the two sortings already.
  if (term === '2') orders.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const nextItemKey = query.get('nextItemKey');
  const paged = pageOf(orders, keyOf, nextItemKey);
  if (!paged) return refuse('E002', 'nextItemKey: digits');
  const details = paged.page.map((order) =>
    kind === 'transfer' ? transferDetail(world, order) : bulkDetail(world, order, null),
  );
  const asked = {
    ...range,
    ...(nextItemKey === null ? {} : { requestNextItemKey: nextItemKey }),
    ...(statuses.length === 0
      ? {}
      : {
          requestTransferStatuses: statuses.map((status) => ({ requestTransferStatus: status })),
        }),
    requestTransferClass,
    requestTransferTerm: term,
    ...paged.paging,
  };
  return ok({
    acceptanceKeyClass: '2',
    ...base(bank, world),
    count: String(details.length),
    transferQueryBulkResponses: [asked],
    [kind === 'transfer' ? 'transferDetails' : 'bulkTransferDetails']: details,
  });
}

/** 1 all, 2 requests not yet taken, 3 taken ones. */
function isOfClass(order: Order, requestTransferClass: string): boolean {
  if (requestTransferClass === '1') return true;
  const waiting = ['2', '3', '4', '5'].includes(orderStatus(order));
  return waiting === (requestTransferClass === '2');
}
