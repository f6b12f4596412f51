// Takes 総合振込 files out of `outbound/`, each once, and answers with a receipt. A kill at any point
// leaves the file either in `outbound/`, or in `taking/` to be gone on with, or taken with its
// receipt.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bank } from '../bank.ts';
import type { PaymentRequest, World } from '../books.ts';
import type { Entry } from '../entries.ts';
import { LOST_AFTER_ACCOUNT, LOST_BEFORE_ACCOUNT, REFUSED_ACCOUNT } from '../reasons.ts';
import { orderEntry } from '../take-order.ts';
import { exactText } from '../tokyo-time.ts';
import type { FileCheck } from './check-file.ts';
import { checkFile, FILE_BYTES_MAX, MANIFEST_BYTES_MAX, sha256Of } from './check-file.ts';
import type { Folders } from './outbox.ts';
import { foldersOf, makeFolders } from './outbox.ts';

const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,115}\.(txt|dat)$/;
const manifestName = (name: string): string => `${name}.manifest.json`;
const receiptName = (name: string): string => `${name}.receipt.json`;

/** Takes every complete file that waits; not while the bank is down. */
export function scanOutbound(bank: Bank, world: World): void {
  if (world.faults.down) return;
  const folders = foldersOf(bank, world.worldId);
  if (!existsSync(folders.outbound)) return;
  const files = readdirSync(folders.outbound, { withFileTypes: true });
  const names = new Set(files.filter((file) => file.isFile()).map((file) => file.name));
  for (const name of [...names].sort()) {
    if (!FILE_NAME.test(name) || !names.has(manifestName(name))) continue;
    const intake = randomUUID();
    mkdirSync(join(folders.taking, intake));
    for (const part of [name, manifestName(name)]) {
      renameSync(join(folders.outbound, part), join(folders.taking, intake, part));
    }
    takeIn(bank, world, folders, intake);
  }
}

/** Goes on with what a killed process had begun to take. */
export function resumeIntakes(bank: Bank, world: World): void {
  const folders = makeFolders(bank, world.worldId);
  for (const intake of readdirSync(folders.taking)) takeIn(bank, world, folders, intake);
}

function takeIn(bank: Bank, world: World, folders: Folders, intake: string): void {
  const place = join(folders.taking, intake);
  const name = readdirSync(place).find((file) => FILE_NAME.test(file));
  if (name !== undefined && !world.intakes.has(intake)) {
    const manifest = join(place, manifestName(name));
    const left = join(folders.outbound, manifestName(name));
    if (!existsSync(manifest) && existsSync(left)) renameSync(left, manifest);
    const known = world.taken.get(name);
    if (known) answerSameName(bank, world, folders, intake, name);
    else takeNew(bank, world, intake, name, place);
  }
  renameSync(place, join(folders.taken, intake));
}

/** The first receipt stands; the second file of a name gets one beside it. */
function answerSameName(
  bank: Bank,
  world: World,
  folders: Folders,
  intake: string,
  name: string,
): void {
  const w = world.worldId;
  const at = bank.now(world);
  const known = world.taken.get(name)!;
  const first = receiptName(name);
  const entries: Entry[] = [{ t: 'duplicate', w, intake, of: name }];
  if (!world.inbound.has(first)) entries.push(textFile(w, at, first, known.receipt));
  else if (!existsSync(join(folders.inbound, first))) {
    entries.push({ t: 'file-again', w, name: first });
  }
  const receipt = {
    ...(JSON.parse(known.receipt) as object),
    status: 'rejected',
    acceptedCount: 0,
    acceptedYen: 0,
    reasonCode: 'duplicate',
    reason: 'a file of this name was taken before; its receipt stands',
    rejectedItems: [],
    duplicateOf: name,
    receivedAt: exactText(at),
  };
  const second = `${name}.duplicate-${known.duplicates + 1}.receipt.json`;
  entries.push(textFile(w, at, second, JSON.stringify(receipt)));
  bank.commit({ t: 'together', w, entries });
}

function takeNew(bank: Bank, world: World, intake: string, name: string, place: string): void {
  const w = world.worldId;
  const bytes = readUpTo(join(place, name), FILE_BYTES_MAX);
  const manifest = readUpTo(join(place, manifestName(name)), MANIFEST_BYTES_MAX);
  const sha256 = bytes ? sha256Of(bytes) : '';
  const first = world.takenBySha.get(sha256);
  const check: FileCheck = !bytes
    ? { kind: 'refused', reasonCode: 'too_large', reason: `more than ${FILE_BYTES_MAX} bytes` }
    : first
      ? { kind: 'refused', reasonCode: 'duplicate', reason: 'these bytes were taken before' }
      : checkFile(bank, world, name, bytes, manifest?.toString('utf8') ?? '');
  const lost = check.kind === 'sound' ? loses(bank, world, check.items) : null;
  if (lost === 'before') {
    bank.commit({ t: 'intake', w, intake, taken: null });
    return;
  }
  const { receipt, order } = answer(bank, world, name, sha256, check, first?.name ?? null);
  const accepted = order !== null;
  const entries: Entry[] = [{ t: 'intake', w, intake, taken: { name, sha256, accepted, receipt } }];
  if (order) entries.push(order);
  if (lost === null) entries.push(textFile(w, bank.now(world), receiptName(name), receipt));
  bank.commit({ t: 'together', w, entries });
}

function textFile(w: string, at: number, name: string, text: string): Entry {
  return { t: 'file', w, at, name, content: { kind: 'text', text } };
}

function readUpTo(path: string, bytesMax: number): Buffer | undefined {
  if (!existsSync(path) || statSync(path).size > bytesMax) return undefined;
  return readFileSync(path);
}

/** Whether a magic account or a fault takes the answer away, before or after the effect. */
function loses(
  bank: Bank,
  world: World,
  items: readonly PaymentRequest[],
): 'before' | 'after' | null {
  for (const [account, when] of [
    [LOST_BEFORE_ACCOUNT, 'before'],
    [LOST_AFTER_ACCOUNT, 'after'],
  ] as const) {
    for (const { accountNumber, amountYen } of items) {
      const key = `${account}:${amountYen}`;
      if (accountNumber !== account || world.struck.has(key)) continue;
      bank.commit({ t: 'struck', w: world.worldId, key });
      return when;
    }
  }
  const dice = bank.dice(world);
  if (!dice.chance(world.faults.loseAnswerRate)) return null;
  return dice.throw(2) === 0 ? 'before' : 'after';
}

interface Answer {
  readonly receipt: string;
  readonly order: Extract<Entry, { t: 'order' }> | null;
}

const BLANK_RECEIPT = {
  itemCount: 0,
  totalYen: 0,
  acceptedCount: 0,
  acceptedYen: 0,
  transferDate: null,
  reasonCode: null,
  reason: null,
  rejectedItems: [],
  duplicateOf: null,
};

function answer(
  bank: Bank,
  world: World,
  name: string,
  sha256: string,
  check: FileCheck,
  duplicateOf: string | null,
): Answer {
  const blank = { file: name, sha256, status: 'rejected', ...BLANK_RECEIPT };
  const receivedAt = exactText(bank.now(world));
  if (check.kind === 'refused') {
    const { reasonCode, reason } = check;
    const receipt = { ...blank, reasonCode, reason, duplicateOf, receivedAt };
    return { receipt: JSON.stringify(receipt), order: null };
  }
  const { manifest, items } = check;
  const dice = bank.dice(world);
  const rejected = items.filter(
    ({ accountNumber }) =>
      dice.chance(world.faults.partialReject) || accountNumber === REFUSED_ACCOUNT,
  );
  const rejectedYen = rejected.reduce((sum, { amountYen }) => sum + amountYen, 0);
  const receipt = {
    ...blank,
    status: 'accepted',
    itemCount: manifest.itemCount,
    totalYen: manifest.totalYen,
    acceptedCount: items.length - rejected.length,
    acceptedYen: manifest.totalYen - rejectedYen,
    transferDate: manifest.transferDate,
    rejectedItems: rejected.map(rejectedItem),
    receivedAt,
  };
  const request = {
    channel: 'file',
    remitterName: check.remitterName,
    transferDataName: null,
    comment: null,
    transferDate: manifest.transferDate,
    file: { name, sha256 },
  } as const;
  const numbers = rejected.map(({ itemNumber }) => itemNumber);
  const order = orderEntry(bank, world, request, items, numbers);
  return { receipt: JSON.stringify(receipt), order };
}

function rejectedItem({ itemNumber, ediInfo, amountYen }: PaymentRequest): object {
  const reason = 'this account cannot be paid';
  return { itemNumber, ediInfo, amountYen, reasonCode: 'E101', reason };
}
