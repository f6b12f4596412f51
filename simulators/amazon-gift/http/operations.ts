// The operations of the Incentives API upon the books. Each is idempotent by its request id: the
// id is looked up before anything else of the request is judged.
import { randomInt } from 'node:crypto';
import type { Order, World } from '../books.ts';
import type { Provider } from '../provider.ts';
import { type FailureType, failure, MOCKS } from './failures.ts';
import { json, type Reply } from './reply.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Operation = (provider: Provider, world: World, body: Fields) => Reply;

const MAX_YEN = 500_000;
const UNDO_MS = 15 * 60 * 1000;
const CODE_LIFE_MS = 10 * 366 * 24 * 60 * 60 * 1000;
/** Without letters and digits that look alike. */
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

interface Wish {
  readonly requestId: string;
  readonly kind: Order['kind'];
  readonly amountYen: number;
  readonly userId: string | null;
}

const load: Operation = (provider, world, body) => {
  const { loadBalanceRequestId } = body;
  const ids = { loadBalanceRequestId };
  const { currencyCode, value } = fieldsOf(body.amount);
  const { id, type } = fieldsOf(body.account);
  const { sourceId } = fieldsOf(body.transactionSource);
  const mock = mockReply(loadBalanceRequestId, ids, loaded(String(loadBalanceRequestId), 1));
  if (mock) return mock;
  const idFault = requestIdFault(world, loadBalanceRequestId);
  if (idFault) return failure(idFault, ids);
  if (typeof id !== 'string' || type !== '2' || typeof sourceId !== 'string' || sourceId === '') {
    return failure('InvalidRequestInput', ids);
  }
  const requestId = loadBalanceRequestId as string;
  const wish: Wish = { requestId, kind: 'load', amountYen: value as number, userId: id };
  const known = world.orders.get(requestId);
  if (known) {
    const fault = repeatFault(known, wish);
    return fault ? failure(fault, ids) : json(200, loaded(requestId, known.amountYen));
  }
  const fault =
    world.planned.get(requestId) ??
    amountFault(value, currencyCode) ??
    customerFault(world, id) ??
    fundsFault(world, wish);
  if (fault) return failure(fault, ids);
  enter(provider, world, wish, null);
  return json(200, loaded(requestId, wish.amountYen));
};

const create: Operation = (provider, world, body) => {
  const { creationRequestId } = body;
  const ids = { creationRequestId };
  const { currencyCode, amount } = fieldsOf(body.value);
  const at = provider.now(world);
  const mock = mockReply(
    creationRequestId,
    ids,
    created(String(creationRequestId), 1, 'MOCK-MOCKED-MOCK', at),
  );
  if (mock) return mock;
  const idFault = requestIdFault(world, creationRequestId);
  if (idFault) return failure(idFault, ids);
  const requestId = creationRequestId as string;
  const wish: Wish = { requestId, kind: 'code', amountYen: amount as number, userId: null };
  const known = world.orders.get(requestId);
  if (known) {
    const fault = known.state === 'undone' ? undefined : repeatFault(known, wish);
    if (fault) return failure(fault, ids);
    if (known.state === 'undone') return json(200, refunded(known));
    return json(200, created(requestId, known.amountYen, known.claimCode!, known.at));
  }
  const fault =
    world.planned.get(requestId) ?? amountFault(amount, currencyCode) ?? fundsFault(world, wish);
  if (fault) return failure(fault, ids);
  const claimCode = newClaimCode(world);
  enter(provider, world, wish, claimCode);
  return json(200, created(requestId, wish.amountYen, claimCode, at));
};

const undo =
  (kind: Order['kind'], name: string): Operation =>
  (provider, world, body) => {
    const requestId = body[name];
    const ids = { [name]: requestId };
    const mock = mockReply(requestId, ids, { ...ids, status: 'SUCCESS' });
    if (mock) return mock;
    const order = typeof requestId === 'string' ? world.orders.get(requestId) : undefined;
    if (!order || order.kind !== kind) return failure('OrderNotFound', ids);
    if (order.state === 'done') {
      const at = provider.now(world);
      if (at - order.at > UNDO_MS) return failure('CancelRequestArrivedAfterTimeLimit', ids);
      const customer = world.customers.get(order.userId ?? '');
      // What has been spent cannot be taken back.
      if (customer && customer.balanceYen < order.amountYen) {
        return failure('OperationNotPermitted', ids);
      }
      provider.commit({ t: 'undo', w: world.worldId, requestId: order.requestId, at });
    }
    if (order.state === 'claimed') return failure('OperationNotPermitted', ids);
    return json(200, { ...ids, status: 'SUCCESS' });
  };

const availableFunds: Operation = (provider, world) =>
  json(200, {
    availableFunds: { amount: world.fundsYen, currencyCode: 'JPY' },
    status: 'SUCCESS',
    timestamp: new Date(provider.now(world)).toISOString(),
  });

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  LoadAmazonBalance: load,
  VoidAmazonBalanceLoad: undo('load', 'loadBalanceRequestId'),
  CreateGiftCard: create,
  CancelGiftCard: undo('code', 'creationRequestId'),
  GetAvailableFunds: availableFunds,
};

/** The id of the request, by whichever name the operation has for it. */
export const requestIdIn = (body: Fields): string =>
  String(body.loadBalanceRequestId ?? body.creationRequestId ?? '');

function mockReply(requestId: unknown, ids: object, success: object): Reply | undefined {
  if (requestId === 'F0000') return json(200, success);
  if (typeof requestId !== 'string' || !Object.hasOwn(MOCKS, requestId)) return undefined;
  return failure(MOCKS[requestId]!, ids);
}

function requestIdFault({ partnerId }: World, requestId: unknown): FailureType | undefined {
  if (typeof requestId !== 'string' || !/^[A-Za-z0-9]+$/.test(requestId)) {
    return 'InvalidRequestIdInput';
  }
  if (requestId.length > 40) return 'RequestIdTooLong';
  if (!requestId.startsWith(partnerId)) return 'RequestIdMustStartWithPartnerName';
  return undefined;
}

function repeatFault(known: Order, wish: Wish): FailureType | undefined {
  const { kind, amountYen, userId } = wish;
  const isSame = known.kind === kind && known.amountYen === amountYen && known.userId === userId;
  if (!isSame) return 'RequestIdUsedForOtherContent';
  return known.state === 'undone' ? 'RequestVoided' : undefined;
}

function amountFault(amount: unknown, currencyCode: unknown): FailureType | undefined {
  if (typeof currencyCode !== 'string') return 'InvalidCurrencyCodeInput';
  if (currencyCode !== 'JPY') return 'CurrencyCodeMismatch';
  if (typeof amount !== 'number' || !Number.isFinite(amount)) return 'InvalidAmountInput';
  if (!Number.isInteger(amount)) return 'FractionalAmountNotAllowed';
  if (amount <= 0) return 'NegativeOrZeroAmount';
  return amount > MAX_YEN ? 'MaxAmountExceeded' : undefined;
}

function customerFault(world: World, userId: string): FailureType | undefined {
  const customer = world.customers.get(userId);
  if (!customer || customer.fate === 'not_found') return 'CustomerAccountNotFound';
  if (customer.fate === 'not_eligible') return 'CustomerAccountNotEligible';
  if (customer.fate === 'velocity_limit') return 'CustomerSurpassedDailyVelocityLimit';
  return undefined;
}

const fundsFault = (world: World, { amountYen }: Wish): FailureType | undefined =>
  world.fundsYen < amountYen ? 'InsufficientFunds' : undefined;

function enter(provider: Provider, world: World, wish: Wish, claimCode: string | null): void {
  const at = provider.now(world);
  const fresh = { state: 'done', undoneAt: null, claimedBy: null } as const;
  provider.commit({ t: 'order', w: world.worldId, order: { ...wish, claimCode, at, ...fresh } });
}

/** Four, six and four letters. */
function newClaimCode(world: World): string {
  for (;;) {
    const letters = Array.from({ length: 14 }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]);
    const text = letters.join('');
    const code = `${text.slice(0, 4)}-${text.slice(4, 10)}-${text.slice(10)}`;
    if (!world.byClaimCode.has(code)) return code;
  }
}

const loaded = (loadBalanceRequestId: string, value: number) => ({
  loadBalanceRequestId,
  amount: { currencyCode: 'JPY', value },
  status: 'SUCCESS',
});

function created(creationRequestId: string, amount: number, gcClaimCode: string, at: number) {
  return {
    cardInfo: {
      cardNumber: null,
      cardStatus: 'Fulfilled',
      expirationDate: null,
      value: { amount, currencyCode: 'JPY' },
    },
    creationRequestId,
    gcClaimCode,
    gcExpirationDate: new Date(at + CODE_LIFE_MS).toUTCString(),
    gcId: `A${creationRequestId.slice(-12)}`,
    status: 'SUCCESS',
  };
}

function refunded({ requestId, amountYen }: Order) {
  const value = { amount: amountYen, currencyCode: 'JPY' };
  const cardInfo = { cardNumber: null, cardStatus: 'RefundedToPurchaser', value };
  return { cardInfo, creationRequestId: requestId, gcClaimCode: null, status: 'SUCCESS' };
}
