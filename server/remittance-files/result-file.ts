// Files going out: the rows in the columns in which they came, with what became of each behind
// them; and an empty one to begin with. In the encoding of the upload, as CSV. What a spreadsheet
// would run as a formula is kept from it.
import iconv from 'iconv-lite';
import { publicId } from '../base/ids.ts';
import { remittancesNamed } from '../remittances/find.ts';
import { REASONS } from '../remittances/reason.ts';
import type { Remittance } from '../remittances/remittance.ts';
import type { Columns } from './columns.ts';
import { type FileDeps, type FileRow, PAGE_ROWS, type RemittanceFile } from './file.ts';
import type { TextEncoding } from './readers/file-kind.ts';
import { selectRows } from './row-store.ts';

export type ResultKind = 'result' | 'errors';
type Language = 'ja' | 'en';

const HEADINGS = {
  ja: [
    '【結果】',
    '【内容】',
    '【送金ID】',
    '【管理番号】',
    '【送金状態】',
    '【手数料】',
    '【着金予定日】',
  ],
  en: ['[result]', '[detail]', '[id]', '[reference]', '[status]', '[fee]', '[arrival]'],
} as const;

const STATES = {
  ...{ read: ['検査待ち', 'waiting'], keyed: ['検査待ち', 'waiting'] },
  ...{ ready: ['送金できます', 'ready'], already_sent: ['送金済み（以前）', 'sent before'] },
  ...{ changed: ['内容が変わっています', 'changed'], refused: ['エラー', 'error'] },
  sent: ['送金済み', 'sent'],
} as const;

/** `errors`: only rows that cannot be sent as they are. */
export async function* resultFile(
  deps: FileDeps,
  file: RemittanceFile,
  kind: ResultKind,
  language: Language,
): AsyncGenerator<Buffer> {
  const { db } = deps.deeds;
  const { encoding } = file.kind;
  const { header, columns } = file.about;
  yield encoded([[...header, ...HEADINGS[language]]], encoding, true);
  const states = kind === 'errors' ? (['refused', 'changed'] as const) : undefined;
  let after = 0;
  for (;;) {
    const filter = { ...(states && { states, skipped: false }), after, limit: PAGE_ROWS };
    const rows = await selectRows(db, deps.vault, file, filter);
    if (rows.length === 0) return;
    const ids = rows.flatMap(({ remittanceId }) => remittanceId ?? []);
    const found = new Map(
      (await remittancesNamed(deps, file.shopId, ids)).map((one) => [one.remittanceId, one]),
    );
    const lines = rows.map((row) => {
      const cells = header.map((_, at) => cellOf(columns, row, at));
      return [...cells, ...resultOf(row, found.get(row.remittanceId ?? ''), language)];
    });
    yield encoded(lines, encoding, false);
    after = rows.at(-1)!.number;
  }
}

/** What stands in the row now: mended values in their columns. */
function cellOf(columns: Columns, { content }: FileRow, at: number): string {
  const field = columns[at];
  const mended = field ? content.mended[field] : undefined;
  return mended ?? content.cells[at] ?? '';
}

function resultOf(row: FileRow, remittance: Remittance | undefined, language: Language): string[] {
  const { findings, state, skipped } = row;
  const told = [...(findings?.problems ?? []), ...(findings?.warnings ?? [])];
  const reason = remittance?.statusReason;
  const words = told.map((one) => one[language]);
  if (reason) words.push(REASONS[reason].sentence[language]);
  const stateWords = STATES[state][language === 'ja' ? 0 : 1];
  const leftOut = language === 'ja' ? '対象外' : 'left out';
  return [
    skipped ? leftOut : stateWords,
    words.join(' '),
    row.remittanceId === null ? '' : publicId('rem', row.remittanceId),
    row.reference ?? '',
    remittance?.status ?? '',
    row.feeYen === null ? '' : String(row.feeYen),
    `${remittance?.expectedTo ?? row.expectedTo ?? ''}`,
  ];
}

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d[\d,]*(?:\.\d+)?$/;

/** Text for a spreadsheet: quoted where it must be, never a formula. */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function encoded(
  lines: readonly (readonly string[])[],
  encoding: TextEncoding,
  isFirst: boolean,
): Buffer {
  const text = lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
  // Windows writes its own wave dash.
  if (encoding === 'cp932') return iconv.encode(text.replaceAll('〜', '～'), 'cp932');
  return Buffer.from(isFirst ? `\ufeff${text}` : text);
}

const TEMPLATE = [
  [
    '管理番号',
    '金額',
    '銀行コード',
    '支店コード',
    '預金種目',
    '口座番号',
    '口座名義',
    '摘要',
    '送金日',
  ],
  ['A-0001', '12000', '0005', '001', '普通', '0123456', 'ヤマダ タロウ', '返金', ''],
] as const;

/** An example to fill in. */
export const templateFile = (encoding: TextEncoding): Buffer => encoded(TEMPLATE, encoding, true);
