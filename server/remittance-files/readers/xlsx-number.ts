// A number of a workbook as its sheet shows it, as far as that changes what it means: days are
// numbers with a date's format, and a format of zeros (0000000) stands for zeros in front.
import type { TakeXml } from './xlsx-xml.ts';

export type NumberStyle = { readonly isDate: boolean; readonly digits: number };
export type Styles = readonly NumberStyle[];

const PLAIN: NumberStyle = { isDate: false, digits: 0 };
/** Numbered formats that are dates in every Excel, the Japanese ones included. */
const isDateId = (id: number) => (id >= 14 && id <= 17) || (id >= 27 && id <= 36) || id === 22;

export async function readStyles(parse: (take: TakeXml) => Promise<void>): Promise<Styles> {
  const formats = new Map<number, string>();
  const styles: NumberStyle[] = [];
  let inCells = false;
  await parse({
    open({ name, attributes }) {
      if (name === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name !== 'xf' || !inCells) return;
      const id = Number(attributes.numFmtId ?? 0);
      styles.push(styleOf(id, formats.get(id)));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}

function styleOf(id: number, code: string | undefined): NumberStyle {
  if (code === undefined) return isDateId(id) ? { isDate: true, digits: 0 } : PLAIN;
  if (/^0+$/.test(code)) return { isDate: false, digits: code.length };
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
  return { isDate: /[yYdD]/.test(bare), digits: 0 };
}

const DAY_MS = 86_400_000;
/** Day 0 of Excel's calendar as it counts from March 1900 on. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const MAX_DAY = 2_958_465;

export function shownNumber(text: string, style: NumberStyle = PLAIN): string {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return text;
  if (style.isDate && value >= 60 && value <= MAX_DAY) {
    return new Date(EPOCH_MS + Math.floor(value) * DAY_MS).toISOString().slice(0, 10);
  }
  const plain = Number.isSafeInteger(value) ? value.toFixed(0) : String(value);
  return style.digits > 0 && /^\d+$/.test(plain) ? plain.padStart(style.digits, '0') : plain;
}
