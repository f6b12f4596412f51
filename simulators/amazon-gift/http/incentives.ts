// The Incentives API's face: whose call it is, its signature, the partner's limits, the faults it
// is to have; then the operation, which is in operations.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { World } from '../books.ts';
import { LOST_CALLS } from '../customers.ts';
import { strike, type Trouble } from '../faults.ts';
import type { Provider } from '../provider.ts';
import { failure, throttled } from './failures.ts';
import { type Fields, OPERATIONS, requestIdIn } from './operations.ts';
import { json, type Reply, send } from './reply.ts';
import { readAuthorization, signatureFault } from './signature.ts';

const CALLS_PER_SECOND = 10;
const FUNDS_CALLS_PER_SECOND = 1;
const SECOND_MS = 1_000;

export const isOperation = (path: string): boolean => Object.hasOwn(OPERATIONS, path.slice(1));

export async function answerIncentives(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  body: Buffer,
): Promise<void> {
  const { headers, method = '' } = request;
  const operation = path.slice(1);
  const given = readAuthorization(headers.authorization);
  const world = provider.books.byAccessKey.get(given?.accessKeyId ?? '');
  if (given === undefined || world === undefined) {
    send(response, failure('InvalidAccessKey'));
    return;
  }
  if (world.faults.down) {
    response.destroy();
    return;
  }
  const [minMs, maxMs] = world.faults.delayMs;
  const dice = provider.dice(world);
  if (maxMs > 0) await pause(minMs + dice.throw(maxMs - minMs + 1));
  const fault = signatureFault(world, { method, path, headers, body }, given, provider.wallNow());
  const refusal = fault === null ? gateReply(provider, world, headers, operation) : failure(fault);
  if (refusal !== undefined) {
    send(response, refusal);
    return;
  }
  const fields = readJson(body);
  if (fields === undefined || fields.partnerId !== world.partnerId) {
    const type = fields === undefined ? 'InvalidRequestInput' : 'InvalidPartnerId';
    send(response, failure(type));
    return;
  }
  run(provider, world, operation, fields, response);
}

/** What is refused before the operation is looked at. */
function gateReply(
  provider: Provider,
  world: World,
  headers: IncomingMessage['headers'],
  operation: string,
): Reply | undefined {
  const target = `com.amazonaws.agcod.AGCODService.${operation}`;
  if (headers['x-amz-target'] !== target) return failure('AccessDenied');
  const isFunds = operation === 'GetAvailableFunds';
  const limit = isFunds ? FUNDS_CALLS_PER_SECOND : CALLS_PER_SECOND;
  const recent = provider.recentCalls(world, isFunds ? 'funds' : 'money');
  const wallMs = provider.wallNow();
  while (recent.length > 0 && recent[0]! <= wallMs - SECOND_MS) recent.shift();
  if (recent.length >= limit) return throttled();
  recent.push(wallMs);
  if (provider.dice(world).chance(world.faults.throttleRate)) return throttled();
  return undefined;
}

function run(
  provider: Provider,
  world: World,
  operation: string,
  fields: Fields,
  response: ServerResponse,
): void {
  const struck = fatedLoss(provider, world, fields) ?? strike(world.faults, provider.dice(world));
  const reply = struck?.isBefore ? undefined : OPERATIONS[operation]!(provider, world, fields);
  if (struck) spoil(provider, world, struck.what, reply, response);
  else send(response, reply!);
}

/** Customers whose fate is that answers get lost: the first calls of each request. */
function fatedLoss(provider: Provider, world: World, fields: Fields) {
  const { id } = (fields.account ?? {}) as { id?: unknown };
  const fate = world.customers.get(String(id))?.fate;
  if (fate !== 'lost_after_effect' && fate !== 'lost_before_effect') return undefined;
  if (provider.countCall(world, requestIdIn(fields)) > LOST_CALLS) return undefined;
  return { what: 'lost', isBefore: fate === 'lost_before_effect' } as const;
}

function spoil(
  provider: Provider,
  world: World,
  what: Trouble,
  reply: Reply | undefined,
  response: ServerResponse,
): void {
  const dice = provider.dice(world);
  if (what === 'lost') response.destroy();
  else if (what === 'resend') send(response, failure('SystemTemporarilyUnavailable'));
  else if (what === 'error') {
    send(response, dice.throw(2) === 0 ? failure('UnknownError') : json(503, {}));
  } else {
    const cut = JSON.stringify(reply?.body ?? { status: 'SUCCESS' }).slice(0, -2);
    const text = ['<!doctype html><title>Sorry</title>', cut, '{}'][dice.throw(3)]!;
    send(response, { status: 200, body: text, headers: { 'content-type': 'application/json' } });
  }
}

function readJson(body: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
