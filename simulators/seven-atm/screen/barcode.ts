// The slip's barcode: Interleaved 2 of 5, as SVG. An even number of digits.

/** Narrow and wide, five elements a digit. */
const PATTERNS = [
  'nnwwn',
  'wnnnw',
  'nwnnw',
  'wwnnn',
  'nnwnw',
  'wnwnn',
  'nwwnn',
  'nnnww',
  'wnnwn',
  'nwnwn',
] as const;
const NARROW = 2;
const WIDE = 5;
const HEIGHT = 64;
const QUIET_ZONE = 20;

/** Bars and spaces by turns, beginning with a bar. */
function elementsOf(digits: string): string {
  const pairs = digits.match(/\d\d/g) ?? [];
  const interleaved = pairs.map((pair) => {
    const [bars, spaces] = [...pair].map((digit) => PATTERNS[Number(digit)]!) as [string, string];
    return [...bars].map((bar, index) => bar + spaces[index]!).join('');
  });
  return `nnnn${interleaved.join('')}wnn`;
}

export function barcodeSvg(digits: string): string {
  let x = QUIET_ZONE;
  const bars: string[] = [];
  for (const [index, element] of [...elementsOf(digits)].entries()) {
    const width = element === 'w' ? WIDE : NARROW;
    if (index % 2 === 0) bars.push(`M${x} 0h${width}v${HEIGHT}h-${width}z`);
    x += width;
  }
  const width = x + QUIET_ZONE;
  return (
    `<svg class="barcode" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="バーコード">` +
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>` +
    `<path d="${bars.join('')}" fill="#000"/></svg>`
  );
}
