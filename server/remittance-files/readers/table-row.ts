// What every reader makes of a file, whatever its format: a table whose first row is its header.
// Memory does not grow with the file: rows come one by one.
import { Refusal, type RefusalDetail } from '../../base/refusal.ts';

export interface TableRow {
  readonly cells: readonly string[];
  /** What the reader made right or found worth a look. Pointers are empty. */
  readonly notes: readonly RefusalDetail[];
}

export const MAX_CELLS = 200;
export const MAX_CELL_CHARACTERS = 2_000;
export const MAX_RECORD_CHARACTERS = 65_536;

/** The file cannot be read at all; nothing of it is taken. */
export const unreadable = (ja: string, en: string): Refusal =>
  new Refusal('file_unreadable', {
    ja: `ファイルを読み取れません。${ja}`,
    en: `The file cannot be read. ${en}`,
  });

export const tooWide = (): Refusal =>
  unreadable(
    `1行は${MAX_CELLS}列まで、1セルは${MAX_CELL_CHARACTERS}文字までです。`,
    `A row has at most ${MAX_CELLS} columns and a cell ${MAX_CELL_CHARACTERS} characters.`,
  );

export function refuseWide(cells: readonly string[]): void {
  const isWide = cells.length > MAX_CELLS;
  if (isWide || cells.some((cell) => cell.length > MAX_CELL_CHARACTERS)) throw tooWide();
}
