// The file connector: 総合振込 files to the bank and its files from it, over a folder or SFTP. Only
// wiring here; handing over is in hand-over.ts, what became of it in inquiry.ts, the bank's files
// in collect.ts.
import { type Instant, tokyoDate } from '../../../base/clock.ts';
import type { RailAccount } from '../../rail.ts';
import { timingOf } from '../config.ts';
import type { BankConnector, Warn } from '../connector.ts';
import { assertSubmission } from '../door.ts';
import { MAX_INBOUND_BYTES, makeArchive, receivedSince } from './archive.ts';
import { acknowledge, collect, inboundFiles } from './collect.ts';
import { readFileConfig } from './config.ts';
import { folderPlace, withFolder } from './folder-place.ts';
import { codeOf, type Exchange, handOver } from './hand-over.ts';
import { inquireFile } from './inquiry.ts';
import { listSent } from './list-sent.ts';
import { withSftp } from './sftp-place.ts';

const MINUTE_MS = 60_000;

export function createFileConnector(dependencies: {
  readonly warn: Warn;
  /** Wall time: by it the copies of received files are named. */
  readonly now: () => Instant;
}): BankConnector {
  return {
    checkConfig: (account) => void readFileConfig(account),
    prepare: async (account) => makeArchive(exchangeOf(account), dependencies.now()),
    traits(account) {
      const config = readFileConfig(account);
      const { silenceBusinessDays: businessDays } = config;
      return {
        maxItems: config.maxItems,
        idempotentSubmit: config.bankRefusesDuplicates,
        confirmation: businessDays === 0 ? { kind: 'per_item' } : { kind: 'silence', businessDays },
        absenceProofMs: config.absenceProofMinutes * MINUTE_MS,
      };
    },
    sourceBankCode: (account) => readFileConfig(account).remitter.bankCode,
    fileCopyOf: (account, railReference) => `${readFileConfig(account).archive}/${railReference}`,
    timing: (account, calendar) => timingOf(readFileConfig(account).timing, calendar),
    async submit(submission, signal) {
      const exchange = exchangeOf(submission.account);
      assertSubmission(submission, exchange.config.maxItems);
      return handOver(exchange, submission, signal);
    },
    inquire: (submission, signal) =>
      inquireFile(exchangeOf(submission.account), submission, signal),
    listPayments: (account, since, signal) => listSent(exchangeOf(account), since, signal),
    inquireFees: async () => ({ kind: 'unanswered', detail: 'files know no fee inquiry' }),
    unsentCredits: async () => [],
    recentCredits: async () => [],
    readCreditNotice: () => undefined,
    collectFiles: (account, limit, signal) =>
      collect(exchangeOf(account), limit, dependencies.warn, signal),
    acknowledgeFile: async (account, name, signal) =>
      acknowledge(exchangeOf(account), name, tokyoDate(dependencies.now()), signal),
    receivedFiles: (account, since, signal) => receivedSince(exchangeOf(account), since, signal),
    ping: (account, signal) => ping(exchangeOf(account), signal),
  };
}

function exchangeOf(account: RailAccount): Exchange {
  const config = readFileConfig(account);
  const { folder, sftp } = config;
  if (sftp !== undefined) {
    const { outbox, inbox } = sftp;
    return { account, config, outbox, inbox, withPlace: withSftp(sftp) };
  }
  if (folder === undefined) throw new Error(`rail account ${account.id} names no place`);
  const { outbox, inbox } = folder;
  return { account, config, outbox, inbox, withPlace: withFolder };
}

async function ping(
  exchange: Exchange,
  signal: AbortSignal,
): Promise<{ ok: boolean; detail: string }> {
  try {
    return await exchange.withPlace(signal, async (place) => {
      const sent = await place.list(exchange.outbox);
      const waiting = sent.filter(({ name }) => name.endsWith('.txt')).length;
      const received = await inboundFiles(exchange, place);
      await folderPlace.list(exchange.config.archive);
      const tooLarge = received.filter(({ bytes }) => bytes > MAX_INBOUND_BYTES).length;
      const detail = `${waiting} files wait for the bank, ${received.length} for us`;
      return tooLarge === 0
        ? { ok: true, detail }
        : { ok: false, detail: `${detail}, ${tooLarge} of them too large` };
    });
  } catch (error) {
    return { ok: false, detail: `folders cannot be read (${codeOf(error)})` };
  }
}
