// Run as a process of its own by zengin-files.ts, so that its memory is its own: writes or reads
// one bank file and prints seconds and peak memory as JSON. Arguments: write | read, format, number
// of records, file.
import fs from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { normalizeName } from '../zengin/name.ts';
import {
  type MeisaiBatchInput,
  type MeisaiDataInput,
  readNyushukkinMeisai,
  writeNyushukkinMeisai,
} from '../zengin/nyushukkin-meisai.ts';
import {
  readSogoFurikomi,
  type SogoBatchInput,
  type SogoDataInput,
  writeSogoFurikomi,
} from '../zengin/sogo-furikomi.ts';
import { RECIPIENTS, recipient } from './sample.ts';

/** A trailer counts with six digits: a million records are two batches. */
const BATCH = 500_000;
const AS_OF = '2026-09-01';
const WARM_UP = 20_000;
const OWN = {
  bankCode: '0310',
  branchCode: '101',
  accountType: 'ordinary',
  accountNumber: '1234567',
} as const;

const NAMES = Array.from(
  { length: RECIPIENTS },
  (_, number) => normalizeName(recipient(number).account_holder).bankForm,
);

function transfer(number: number): SogoDataInput {
  const { bank_code, branch_code, account_number } = recipient(number % RECIPIENTS);
  return {
    ...{ bankCode: bank_code, branchCode: branch_code, accountType: 'ordinary' },
    accountNumber: account_number,
    recipientName: NAMES[number % RECIPIENTS]!,
    amountYen: 1_000 + (number % 90_000),
    ediInfo: String(number).padStart(20, '0'),
  };
}

function statementLine(number: number): MeisaiDataInput {
  return {
    inquiryNumber: String(number % 100_000_000),
    accountingDate: AS_OF,
    direction: number % 10 === 0 ? 'in' : 'out',
    transactionKind: 'transfer',
    amountYen: 1_000 + (number % 90_000),
    payerName: NAMES[number % RECIPIENTS]!,
    ediInfo: String(number).padStart(20, '0'),
  };
}

function* items<Item>(first: number, end: number, item: (number: number) => Item) {
  for (let number = first; number < end; number++) yield item(number);
}

function* batches<Header, Item>(
  records: number,
  header: Header,
  item: (number: number) => Item,
): Generator<{ header: Header; items: Generator<Item> }> {
  for (let first = 0; first < records; first += BATCH) {
    yield { header, items: items(first, Math.min(records, first + BATCH), item) };
  }
}

const sogoHeader: SogoBatchInput['header'] = {
  ...OWN,
  requesterCode: '0000012345',
  requesterName: 'ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ',
  transferDate: AS_OF,
};
const meisaiHeader: MeisaiBatchInput['header'] = {
  ...OWN,
  createdOn: AS_OF,
  fromDate: AS_OF,
  toDate: AS_OF,
  accountName: 'ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ',
  balanceBeforeYen: 99_999_999_999_999,
};

const FORMATS = {
  'sogo-furikomi': {
    write: (records: number) => writeSogoFurikomi(batches(records, sogoHeader, transfer)),
    read: readSogoFurikomi,
  },
  'nyushukkin-meisai': {
    write: (records: number) =>
      writeNyushukkinMeisai(batches(records, meisaiHeader, statementLine)),
    read: readNyushukkinMeisai,
  },
} as const;

type FormatName = keyof typeof FORMATS;

async function write(name: FormatName, records: number, file: string): Promise<void> {
  await pipeline(Readable.from(FORMATS[name].write(records)), fs.createWriteStream(file));
}

async function read(name: FormatName, records: number, file: string): Promise<void> {
  let items = 0;
  for await (const record of FORMATS[name].read(fs.createReadStream(file), { asOf: AS_OF })) {
    if (record.kind === 'data') items++;
  }
  if (items !== records) throw new Error(`${items} records were read, not ${records}`);
}

const [mode, format, count, file] = process.argv.slice(2) as ['write', FormatName, string, string];
const work = { write, read }[mode];
const warmUpFile = `${file}.warm-up`;
await write(format, WARM_UP, warmUpFile);
if (work === read) await read(format, WARM_UP, warmUpFile);
fs.rmSync(warmUpFile);
const startedAt = performance.now();
await work(format, Number(count), file);
const seconds = (performance.now() - startedAt) / 1000;
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ seconds, peakMegabytes }));
