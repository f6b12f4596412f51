// Text for people: tables whose columns stand straight with full-width characters, labelled lines, sums of money. What is
// shown is decided by each noun.

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;
/** A name from outside must not steer the terminal. */
const CONTROL = /\p{Cc}/gu;

/** Columns of a terminal: full-width characters take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!NO_WIDTH.test(character)) width += WIDE.test(character) ? 2 : 1;
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
