// The bank's public HTTP face: finds the call, the world and the faults it is to have, and answers.
// What each call does is in the files beside; the control API is in control.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bank } from '../bank.ts';
import type { World } from '../books.ts';
import { reachNow } from '../due.ts';
import { balances, depositTransactions, listAccounts, transactions } from './accounts.ts';
import { readBody, send } from './messages.ts';
import type { Handler, Reply, WireRequest } from './reply.ts';
import { failure, refuse } from './reply.ts';
import type { Codes } from './token.ts';
import { authorize, clientOf, issueToken, worldOfToken } from './token.ts';
import { transferStatus } from './transfer-status.ts';
import { cancelTransfer, requestResult, transferFee, transferRequest } from './transfers.ts';
import { changeStatus, issue, list, vaDepositTransactions } from './virtual-accounts.ts';
import { subscribe, unsentList } from './webhook-control.ts';

const BODY_BYTES_MAX = 2 * 1024 * 1024;
/** Room for 9,999 items with all their names. */
const BULK_BODY_BYTES_MAX = 6 * 1024 * 1024;

const TRANSFER = 'private:transfer';
const BULK = 'private:bulk-transfer';
const ACCOUNT = 'private:account';
const VIRTUAL = 'private:virtual-account';

/** Calls by path and method, with the scope of their token; null: the client's Basic sign-in. */
const CALLS: Readonly<Record<string, Readonly<Record<string, [string | null, Handler]>>>> = {
  '/corporation/v1/accounts': { GET: [ACCOUNT, listAccounts] },
  '/corporation/v1/accounts/balances': { GET: [ACCOUNT, balances] },
  '/corporation/v1/accounts/transactions': { GET: [ACCOUNT, transactions] },
  '/corporation/v1/accounts/deposit-transactions': { GET: [ACCOUNT, depositTransactions] },
  '/corporation/v1/transfer/transferfee': { POST: [TRANSFER, transferFee('transfer')] },
  '/corporation/v1/transfer/request': { POST: [TRANSFER, transferRequest('transfer')] },
  '/corporation/v1/transfer/request-result': { GET: [TRANSFER, requestResult('transfer')] },
  '/corporation/v1/transfer/status': { GET: [TRANSFER, transferStatus('transfer')] },
  '/corporation/v1/transfer/cancel': { POST: [TRANSFER, cancelTransfer('transfer')] },
  '/corporation/v1/bulktransfer/transferfee': { POST: [BULK, transferFee('bulk')] },
  '/corporation/v1/bulktransfer/request': { POST: [BULK, transferRequest('bulk')] },
  '/corporation/v1/bulktransfer/request-result': { GET: [BULK, requestResult('bulk')] },
  '/corporation/v1/bulktransfer/status': { GET: [BULK, transferStatus('bulk')] },
  '/corporation/v1/bulktransfer/cancel': { POST: [BULK, cancelTransfer('bulk')] },
  '/corporation/v1/va/issue': { POST: [VIRTUAL, issue] },
  '/corporation/v1/va/list': { POST: [VIRTUAL, list] },
  '/corporation/v1/va/status-change': { POST: [VIRTUAL, changeStatus] },
  '/corporation/v1/va/deposit-transactions': { GET: [VIRTUAL, vaDepositTransactions] },
  '/webhooks/v1/subscribe': { POST: [null, subscribe] },
  '/webhooks/v1/unsentlist/va-deposit-transaction': { GET: [null, unsentList] },
};

/** Answers one request of the wire; `path` is without `/ganb/api`. */
export async function answerWire(
  bank: Bank,
  codes: Codes,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const bulk = path.startsWith('/corporation/v1/bulktransfer/');
  const body = await readBody(request, bulk ? BULK_BODY_BYTES_MAX : BODY_BYTES_MAX);
  if (body === undefined) {
    send(response, failure(413, 'WG_ERR_103', 'リクエストが大きすぎます'), true);
    return;
  }
  const call = findCall(bank, codes, request, path, query, body);
  if ('status' in call) {
    send(response, call);
    return;
  }
  await answerWithFaults(bank, call.world, call.run, response);
}

interface FoundCall {
  readonly world: World;
  readonly run: () => Reply;
}

function findCall(
  bank: Bank,
  codes: Codes,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
  body: Buffer,
): FoundCall | Reply {
  const { method = 'GET', headers } = request;
  if (path === '/auth/v1/authorization' && method === 'GET') return authorize(bank, codes, query);
  if (path === '/auth/v1/token' && method === 'POST') {
    const form = new URLSearchParams(body.toString('utf8'));
    const world = clientOf(bank, headers.authorization, form);
    if (!world) return { status: 401, body: { error: 'invalid_client' } };
    return { world, run: () => issueToken(bank, world, codes, form) };
  }
  if (!Object.hasOwn(CALLS, path)) return failure(404, 'WG_ERR_301', '該当するAPIがありません');
  const methods = CALLS[path]!;
  if (!Object.hasOwn(methods, method)) return failure(405, 'WG_ERR_101', 'メソッドが誤っています');
  const [scope, handler] = methods[method]!;
  const world =
    scope === null
      ? (clientOf(bank, headers.authorization) ?? 401)
      : worldOfToken(bank, String(headers['x-access-token'] ?? ''), scope);
  if (world === 401) return failure(401, 'WG_ERR_201', '認証情報が正しくありません');
  if (world === 403) return failure(403, 'WG_ERR_202', '権限がありません');
  return { world, run: () => runCall(bank, world, handler, method, query, body) };
}

function runCall(
  bank: Bank,
  world: World,
  handler: Handler,
  method: string,
  query: URLSearchParams,
  body: Buffer,
): Reply {
  reachNow(bank, world);
  let parsed: WireRequest['body'];
  if (method === 'POST') {
    try {
      parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch {
      return refuse('E002', 'body: not JSON in UTF-8');
    }
  }
  return handler(bank, world, { query, body: parsed });
}

type Trouble = 'lost' | 'error' | 'garbage' | null;

/** Runs a call with what the world's faults do to it, before its effect or to its answer. */
async function answerWithFaults(
  bank: Bank,
  world: World,
  run: () => Reply,
  response: ServerResponse,
): Promise<void> {
  const { faults } = world;
  const dice = bank.dice(world);
  if (faults.down) {
    response.destroy();
    return;
  }
  const [minMs, maxMs] = faults.delayMs;
  if (maxMs > 0) await pause(minMs + dice.throw(maxMs - minMs + 1));
  if (dice.chance(faults.throttleRate)) {
    send(response, failure(429, 'WG_ERR_154', 'リクエストが多すぎます'));
    return;
  }
  let trouble: Trouble = null;
  if (dice.chance(faults.loseAnswerRate)) trouble = 'lost';
  else if (dice.chance(faults.error5xxRate)) trouble = 'error';
  else if (dice.chance(faults.garbageRate)) trouble = 'garbage';
  const beforeEffect = trouble !== null && dice.throw(2) === 0;
  const reply = beforeEffect ? null : run();
  if (trouble === 'lost' || reply?.lost) response.destroy();
  else if (trouble === 'error') send(response, serverError(dice.throw(3)));
  else if (trouble === 'garbage') sendGarbage(response, dice.throw(3), reply);
  else send(response, reply!);
}

function serverError(which: number): Reply {
  if (which === 0) return failure(500, 'WG_ERR_900', 'システムエラーが発生しました');
  if (which === 1) return failure(502, 'WG_ERR_900', 'システムエラーが発生しました');
  return failure(503, 'WG_ERR_901', 'ただいまご利用いただけません');
}

function sendGarbage(response: ServerResponse, which: number, reply: Reply | null): void {
  const page =
    '<!doctype html><html lang="ja"><title>アオバ銀行</title><p>しばらくお待ちください</p></html>';
  const cut = JSON.stringify(reply?.body ?? { accountId: '0' }).slice(0, -2);
  const text = [page, cut, '{}'][which]!;
  response.writeHead(200, {
    'content-type': which === 0 ? 'text/html; charset=utf-8' : 'application/json;charset=UTF-8',
  });
  response.end(text);
}
