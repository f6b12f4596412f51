// Text for people: tables whose columns stand straight with full-width characters, labelled lines,
// sums of money. What is shown is decided by each noun.

/** Code points that a terminal draws two columns wide (East Asian Wide and Fullwidth). */
const WIDE_RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;
/** A name from outside must not steer the terminal. */
const CONTROL = /\p{Cc}/gu;

function isWide(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return WIDE_RANGES.some(([from, to]) => point >= from && point <= to);
}

/** Columns of a terminal: full-width characters take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!NO_WIDTH.test(character)) width += isWide(character) ? 2 : 1;
  }
  return width;
}

export function padded(text: string, width: number, toRight = false): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return toRight ? space + text : text + space;
}

export const plain = (text: string) => text.replace(CONTROL, ' ');

/** `heading` ending in `>`: the column stands to the right, as money does. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const toRight = headings.map((heading) => heading.endsWith('>'));
  const head = headings.map((heading) => heading.replace(/>$/, ''));
  const cells = rows.map((row) => row.map((cell) => plain(`${cell}`)));
  const widths = head.map((heading, column) =>
    Math.max(widthOf(heading), ...cells.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0, toRight[column]))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(head), rule, ...cells.map(line)].join('\n');
}

/** Labels and what stands beside them, indented by `indent` spaces. */
export function sheet(
  pairs: readonly (readonly [label: string, value: string | number])[],
  indent = 0,
): string {
  const width = Math.max(...pairs.map(([label]) => widthOf(label)));
  return pairs
    .map(([label, value]) => {
      const lead = `${' '.repeat(indent)}${padded(label, width)}  `;
      return `${lead}${plain(`${value}`)}`.trimEnd();
    })
    .join('\n');
}

export function indented(text: string, spaces = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}

/** `1,234,567`: columns of money say in their heading that it is yen. */
export const money = (amountYen: number) => amountYen.toLocaleString('ja-JP');
