// The control API of the inbox, for tests and demonstrations: faults, reports, clearing. Every call
// carries the control token. Reading (`GET /messages`) needs none and is in inbox.ts.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, sendJson } from './http.ts';
import { FAULT_KINDS, type Fault, type Keeper, type KeptSms } from './kept.ts';
import type { SmsDoor } from './sms-door.ts';

export interface ControlOptions {
  readonly keeper: Keeper;
  readonly sms: SmsDoor;
  readonly token: string;
}

/**
 * `POST /control/faults` a fault of kept.ts, `DELETE /control/faults`, `DELETE /control/messages`,
 * `POST /control/reports {id, status, error_code?}`: an SMS status callback by hand.
 */
export async function answerControl(
  options: ControlOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const { keeper } = options;
  if (!isAllowed(request, options.token)) {
    sendJson(response, 401, { error: 'Authorization: Bearer <control token>' });
    return;
  }
  const call = `${request.method} ${path}`;
  if (call === 'GET /control/faults') sendJson(response, 200, keeper.faults);
  else if (call === 'DELETE /control/faults') {
    keeper.clearFaults();
    sendJson(response, 200, {});
  } else if (call === 'DELETE /control/messages') {
    keeper.clear();
    sendJson(response, 200, {});
  } else if (call === 'POST /control/faults') {
    keeper.setFault(readFault(JSON.parse(await bodyOf(request)) as Record<string, unknown>));
    sendJson(response, 201, {});
  } else if (call === 'POST /control/reports') {
    await sendReport(options, JSON.parse(await bodyOf(request)) as Record<string, unknown>);
    sendJson(response, 200, {});
  } else sendJson(response, 404, { error: 'no such call' });
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function readFault(input: Readonly<Record<string, unknown>>): Fault {
  const { kind, channel, to, times, delay_ms: delayMs } = input;
  const known = FAULT_KINDS.find((one) => one === kind);
  if (known === undefined) throw new Error(`kind is one of ${FAULT_KINDS.join(', ')}`);
  if (channel !== undefined && channel !== 'mail' && channel !== 'sms') {
    throw new Error('channel is mail or sms');
  }
  return {
    kind: known,
    ...(channel !== undefined && { channel }),
    ...(typeof to === 'string' && { to }),
    ...(typeof times === 'number' && { times }),
    ...(typeof delayMs === 'number' && { delayMs }),
  };
}

async function sendReport(
  { keeper, sms }: ControlOptions,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { id, status, error_code: errorCode } = input;
  const kept = keeper.messages.find((one) => one.channel === 'sms' && one.id === id);
  if (kept === undefined) throw new Error('there is no SMS of this id');
  await sms.report(
    kept as KeptSms,
    status as KeptSms['status'],
    typeof errorCode === 'number' ? errorCode : undefined,
  );
}
