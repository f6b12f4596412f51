// Banks and branches that are gone: which, since when, and who took their accounts over. The
// directory package only knows those present, so a closed one would otherwise look like a mistyped
// code. The list below holds mergers that are public record; an operator adds to it with a file of
// the same content. Looking codes up is in bank-directory.ts.
import { readFileSync } from 'node:fs';

export interface Closure {
  readonly bankCode: string;
  /** null: the whole bank. */
  readonly branchCode: string | null;
  /** Name and katakana as they were; '' where the directory still has them. */
  readonly name: string;
  readonly kana: string;
  /** ISO date: the first day on which the code receives nothing more. */
  readonly closedOn: string;
  /** Who took the accounts over. null: closed without successor. */
  readonly successorBankCode: string | null;
  readonly successorBranchCode: string | null;
}

/** Changes with every change of the list below; shown beside the directory's version. */
export const CLOSURES_VERSION = '2026-08-24';

const MERGED: readonly (readonly [string, string, string, string, string])[] = [
  ['0016', 'みずほコーポレート', 'ミズホコ－ポレ－ト', '2013-07-01', '0001'],
  ['0118', 'みちのく', 'ミチノク', '2025-01-01', '0117'],
  ['0141', '北越', 'ホクエツ', '2021-01-01', '0140'],
  ['0180', '十八', 'ジユウハチ', '2020-10-01', '0181'],
  ['0322', '新銀行東京', 'シンギンコウトウキヨウ', '2018-05-01', '0137'],
  ['0325', '資産管理サービス信託', 'シサンカンリサ－ビスシンタク', '2020-07-27', '0324'],
  ['0533', '長野', 'ナガノ', '2026-01-01', '0143'],
  ['0537', '福邦', 'フクホウ', '2026-05-02', '0147'],
  ['0544', '中京', 'チユウキヨウ', '2025-01-01', '0542'],
  ['0546', '第三', 'ダイサン', '2021-05-01', '0154'],
  ['0554', '関西アーバン', 'カンサイア－バン', '2019-04-01', '0159'],
  ['0555', '大正', 'タイシヨウ', '2020-01-01', '0572'],
  ['0597', '八千代', 'ヤチヨ', '2018-05-01', '0137'],
  ['1012', '函館信金', 'ハコダテシンキン', '2017-01-23', '1014'],
  ['1016', '小樽信金', 'オタルシンキン', '2018-01-01', '1001'],
  ['1018', '北海信金', 'ホツカイシンキン', '2018-01-01', '1001'],
];

export const KNOWN_CLOSURES: readonly Closure[] = MERGED.map(
  ([bankCode, name, kana, closedOn, successorBankCode]) => ({
    bankCode,
    branchCode: null,
    name,
    kana,
    closedOn,
    successorBankCode,
    successorBranchCode: null,
  }),
);

const MAX_FILE_BYTES = 10_000_000;
const MAX_CLOSURES = 50_000;

/**
 * An operator's file: a JSON array of `{bank_code, branch_code?, name?, kana?, closed_on,
 * successor_bank_code?, successor_branch_code?}`. Throws with the entry's number: a half-read file
 * would let payments go astray.
 */
export function parseClosures(json: string): Closure[] {
  const entries: unknown = JSON.parse(json);
  if (!Array.isArray(entries)) throw new Error('bank closures: the file must be a JSON array');
  if (entries.length > MAX_CLOSURES) throw new Error(`bank closures: over ${MAX_CLOSURES} entries`);
  return entries.map((entry, index) => parseClosure(entry, index + 1));
}

export function readClosures(path: string): Closure[] {
  const bytes = readFileSync(path);
  if (bytes.length > MAX_FILE_BYTES) throw new Error(`bank closures: ${path} is too large`);
  return parseClosures(bytes.toString('utf8'));
}

const FORMS = {
  bank_code: /^\d{4}$/,
  branch_code: /^\d{3}$/,
  name: /^.{1,60}$/u,
  kana: /^.{1,60}$/u,
  closed_on: /^\d{4}-\d\d-\d\d$/,
  successor_bank_code: /^\d{4}$/,
  successor_branch_code: /^\d{3}$/,
} as const;

function parseClosure(entry: unknown, number: number): Closure {
  if (typeof entry !== 'object' || entry === null) {
    throw new Error(`bank closures: entry ${number} is not an object`);
  }
  const members = entry as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(members)) {
    const form = FORMS[name as keyof typeof FORMS];
    if (form === undefined) throw new Error(`bank closures: entry ${number}: unknown ${name}`);
    if (typeof value !== 'string' || !form.test(value)) {
      throw new Error(`bank closures: entry ${number}: ${name} is not as it should be`);
    }
  }
  const text = (name: keyof typeof FORMS) => members[name] as string | undefined;
  const bankCode = text('bank_code');
  const closedOn = text('closed_on');
  if (bankCode === undefined || closedOn === undefined) {
    throw new Error(`bank closures: entry ${number} needs bank_code and closed_on`);
  }
  Temporal.PlainDate.from(closedOn);
  return {
    bankCode,
    branchCode: text('branch_code') ?? null,
    name: text('name') ?? '',
    kana: text('kana') ?? '',
    closedOn,
    successorBankCode: text('successor_bank_code') ?? null,
    successorBranchCode: text('successor_branch_code') ?? null,
  };
}

/** True where the code receives nothing any more on `today` (ISO date). */
export function isClosed(closure: Closure | null, today: string): closure is Closure {
  return closure !== null && closure.closedOn <= today;
}
