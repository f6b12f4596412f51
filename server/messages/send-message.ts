// Sends one message: the intent is written down, then the provider is asked, then its answer is
// written down. No transaction is open meanwhile. Where the answer is lost (a crash, a broken line
// after the last byte) nobody knows whether the provider took the message, and it is sent again:
// neither SMTP nor the SMS wire can be asked, a message twice harms nobody (its Message-ID, URL and
// code are the same), one that never comes does. Attempts are counted before they are made, so even
// a process that dies at each of them ends.
import type { Vault } from '../base/crypto.ts';
import type { Deeds, Tx } from '../base/deed.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { WorkHandler, WorkOutcome } from '../base/work-runner.ts';
import type { MailSender } from './mail-sender.ts';
import { type Message, pauseMs, type SendOutcome } from './message.ts';
import { type Attempt, beginAttempt, endMessage, markSent, noteReason } from './message-store.ts';
import type { OperatorNotice } from './operator-notice.ts';
import { SEND_WORK } from './queue-message.ts';
import { renderMail, renderSms } from './render.ts';
import type { SmsSender } from './sms-sender.ts';

/** What carries messages; a channel that is not set up is null. */
export interface Senders {
  readonly mail: MailSender | null;
  readonly sms: SmsSender | null;
}

export interface MessageDeps {
  readonly deeds: Deeds;
  readonly vault: Vault;
  /** Of this shop: test shops write to an inbox of the sandbox, never to people. */
  readonly senders: (shopId: string) => Promise<Senders>;
  readonly operator: OperatorNotice;
  /**
   * A message ended `bounced` or `failed`, in the deed that writes it down: the place for an event
   * on the remittance, or for the next channel.
   */
  readonly onBounce: (tx: Tx, message: Message) => Promise<void>;
  /** In [0, 1): jitter of the retries. */
  readonly random: () => number;
}

const LEASE_MS = 120_000;
const BATCH = 8;
/** Of one work row: claims that end in an error of ours, or with the process dead. */
const MAX_CLAIMS = 20;

export function messageHandlers(deps: MessageDeps): Readonly<Record<string, WorkHandler>> {
  return {
    [SEND_WORK]: {
      leaseMs: LEASE_MS,
      batch: BATCH,
      maxAttempts: MAX_CLAIMS,
      run: (work, signal) => sendMessage(deps, work, signal),
    },
  };
}

/** The work `messages.send`. Throws only for faults of our own; the provider's are outcomes. */
export async function sendMessage(
  deps: MessageDeps,
  work: ClaimedWork,
  signal: AbortSignal,
): Promise<WorkOutcome> {
  const { deeds, vault } = deps;
  const { shopId } = work;
  const { messageId } = work.payload as { messageId: string };
  const now = await deeds.now(shopId);
  const attempt = await beginAttempt(deeds.db, vault, shopId, { messageId, now });
  if (attempt === undefined) return 'done';
  if (attempt.isLate) {
    const from = ['queued'] as const;
    const ending = { messageId, from, status: 'canceled', reason: 'too_late', now } as const;
    await endMessage(deeds.db, shopId, ending);
    return 'done';
  }
  signal.throwIfAborted();
  const outcome = await hand(deps, shopId, attempt, signal);
  if (outcome.kind === 'accepted') {
    const { providerId } = outcome;
    await markSent(deeds.db, shopId, { messageId, providerId, now: await deeds.now(shopId) });
  } else if (outcome.kind === 'refused') {
    await giveUp(deps, shopId, messageId, outcome);
  } else {
    await later(deps, shopId, attempt.message, outcome);
  }
  return 'done';
}

async function hand(
  deps: MessageDeps,
  shopId: string,
  { message, address, content }: Attempt,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { mail, sms } = await deps.senders(shopId);
  const { messageId, locale, channel } = message;
  const unset = { kind: 'refused', status: 'failed', reason: 'channel_not_set_up' } as const;
  if (channel === 'mail') {
    if (mail === null) return unset;
    const text = renderMail(content, locale, deps.operator);
    return mail.send({ ...text, shopId, messageId, locale, to: address });
  }
  if (sms === null) return unset;
  const text = renderSms(content, locale, deps.operator);
  return sms.send({ shopId, messageId, to: address, text }, signal);
}

async function giveUp(
  deps: MessageDeps,
  shopId: string,
  messageId: string,
  end: { readonly status: 'bounced' | 'failed'; readonly reason: string },
): Promise<void> {
  const { status, reason } = end;
  await deps.deeds.run(shopId, async (tx) => {
    const ending = { messageId, from: ['queued'], status, reason, now: tx.now } as const;
    const ended = await endMessage(tx, shopId, ending);
    if (ended !== undefined) await deps.onBounce(tx, ended);
  });
}

/**
 * Again after a pause by the wall clock: no moved clock of a test shop makes a provider quicker.
 */
async function later(
  deps: MessageDeps,
  shopId: string,
  { messageId, attempts }: Message,
  { reason, retryAfterMs }: Extract<SendOutcome, { readonly kind: 'deferred' }>,
): Promise<void> {
  const pause = pauseMs(attempts, deps.random(), retryAfterMs);
  if (pause === null) return giveUp(deps, shopId, messageId, { status: 'failed', reason });
  const dueAt = deps.deeds.wall().add({ milliseconds: pause });
  await deps.deeds.run(shopId, async (tx) => {
    if (!(await noteReason(tx, shopId, { messageId, reason }))) return;
    const key = `${messageId}/${attempts}`;
    tx.addWork({ kind: SEND_WORK, key, dueAt, clock: 'wall', payload: { messageId } });
  });
}
