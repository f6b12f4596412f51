// A letter on a sheet of A4, as PDF: room for the address in the window of an envelope, what it is
// about, the QR code of the page, and below whom to ask and who sends the money. A long notice goes
// on on the back. Fonts are embedded, only the letters used. Its words are letter-words.ts.
import { createRequire } from 'node:module';
import QRCode from 'qrcode';
import type { PlainDate } from '../base/clock.ts';
import type { LetterContent, LetterWords } from './letter-words.ts';
import { letterWords } from './letter-words.ts';
import type { MessageLocale } from './message.ts';
import type { OperatorNotice } from './operator-notice.ts';
import { fewLines, oneLine } from './safe-text.ts';

const { resolve } = createRequire(import.meta.url);
const FONTS = '@expo-google-fonts/noto-sans-jp';
const REGULAR = resolve(`${FONTS}/400Regular/NotoSansJP_400Regular.ttf`);
const BOLD = resolve(`${FONTS}/700Bold/NotoSansJP_700Bold.ttf`);

const INK = '#1B1F24';
const MUTED = '#5F6670';
const HAIR = '#857F73';
const PAGE = { width: 595.28, height: 841.89 };
const LEFT = 56;
const RIGHT = PAGE.width - LEFT;
/** Below the address: Japanese window envelopes (長3) show the upper left of the sheet. */
const BODY_TOP = 165;
const FOOT_TOP = 640;
const CODE_SIZE = 96;
const NAME_WIDTH = 96;

export interface PrintedLetter {
  readonly content: LetterContent;
  readonly locale: MessageLocale;
  /** The page that the QR code opens. */
  readonly url: string;
  readonly shopContact: string;
  readonly operator: OperatorNotice;
  /** The day it is dated. */
  readonly on: PlainDate;
}

export async function letterPdf(letter: PrintedLetter): Promise<Buffer> {
  // Only who prints letters pays for it: with its fonts it is the largest module of all.
  const { default: PDFDocument } = await import('pdfkit');
  const words = letterWords(letter.content, letter.locale);
  const document = new PDFDocument({
    size: 'A4',
    margin: 0,
    lang: letter.locale,
    info: { Title: words.title, Author: oneLine(letter.content.shopName, 40) },
  });
  const pieces: Buffer[] = [];
  document.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = new Promise<void>((done, fail) => {
    document.on('end', done);
    document.on('error', fail);
  });
  document.registerFont('regular', REGULAR);
  document.registerFont('bold', BOLD);
  head(document, letter);
  const y = body(document, letter, words);
  foot(document, letter, words, Math.max(y + 4, FOOT_TOP));
  document.end();
  await ended;
  return Buffer.concat(pieces);
}

type Sheet = PDFKit.PDFDocument;

interface Style {
  readonly size: number;
  readonly isBold?: boolean;
  readonly color?: string;
}

/** Writes lines at a place and answers where they end. */
function write(
  sheet: Sheet,
  text: string,
  box: { readonly x: number; readonly y: number; readonly width: number },
  style: Style,
): number {
  const { size, isBold = false, color = INK } = style;
  sheet.font(isBold ? 'bold' : 'regular', size).fillColor(color);
  sheet.text(text, box.x, box.y, { width: box.width, lineGap: size * 0.3 });
  return sheet.y;
}

function head(sheet: Sheet, { content, locale, on }: PrintedLetter): void {
  const box = { x: RIGHT - 220, y: 64, width: 220 };
  const day =
    locale === 'ja'
      ? `${on.year}年${on.month}月${on.day}日`
      : on.toLocaleString('en-GB', { dateStyle: 'long' });
  const y = write(sheet, day, box, { size: 10, color: MUTED });
  write(sheet, oneLine(content.shopName, 40), { ...box, y }, { size: 12, isBold: true });
}

function body(sheet: Sheet, { url }: PrintedLetter, words: LetterWords): number {
  const width = RIGHT - LEFT;
  let y = write(sheet, words.title, { x: LEFT, y: BODY_TOP, width }, { size: 18, isBold: true });
  y = write(sheet, words.opening.join('\n'), { x: LEFT, y: y + 8, width }, { size: 12 }) + 10;
  for (const [name, value] of words.facts) {
    rule(sheet, y);
    const beside = { x: LEFT + NAME_WIDTH, y: y + 3, width: width - NAME_WIDTH };
    write(sheet, name, { x: LEFT, y: y + 4, width: NAME_WIDTH - 8 }, { size: 9, color: MUTED });
    y = write(sheet, value, beside, { size: 11, isBold: true }) + 1;
  }
  rule(sheet, y);
  const top = y + 12;
  const left = { x: LEFT, width: width - CODE_SIZE - 28 };
  y = write(sheet, words.howTitle, { ...left, y: top }, { size: 13, isBold: true }) + 2;
  for (const [index, step] of words.steps.entries()) {
    y = write(sheet, `${index + 1}.  ${step}`, { ...left, y }, { size: 11 }) + 3;
  }
  const corner = { x: RIGHT - CODE_SIZE, y: top };
  drawCode(sheet, url, corner);
  const under = { x: corner.x, y: top + CODE_SIZE + 4, width: CODE_SIZE };
  y = Math.max(y, write(sheet, words.underCode, under, { size: 8, color: MUTED })) + 10;
  for (const note of words.notes) {
    y = write(sheet, `・${note}`, { x: LEFT, y, width }, { size: 10 });
  }
  return y;
}

function rule(sheet: Sheet, y: number): void {
  sheet.moveTo(LEFT, y).lineTo(RIGHT, y).lineWidth(0.5).strokeColor(HAIR).stroke();
}

/** As squares, so that it stays sharp however it is printed; with the quiet zone around it. */
function drawCode(sheet: Sheet, url: string, at: { readonly x: number; readonly y: number }): void {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  const quiet = 4;
  const side = CODE_SIZE / (modules.size + quiet * 2);
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (!modules.get(row, column)) continue;
      sheet.rect(at.x + (column + quiet) * side, at.y + (row + quiet) * side, side, side);
    }
  }
  sheet.fill('#000000');
}

function foot(sheet: Sheet, letter: PrintedLetter, words: LetterWords, top: number): void {
  const { operator, locale, shopContact } = letter;
  const width = RIGHT - LEFT;
  rule(sheet, top);
  const title = { size: 10, isBold: true } as const;
  const text = { size: 9 } as const;
  let y = write(sheet, words.shopTitle, { x: LEFT, y: top + 8, width }, title);
  y = write(sheet, fewLines(shopContact, 3, 80).join('\n'), { x: LEFT, y, width }, text) + 5;
  y = write(sheet, words.operatorTitle, { x: LEFT, y, width }, title);
  const lines = [
    oneLine(operator.operatorName[locale], 80),
    oneLine(operator.registrationNumber[locale], 120),
    ...fewLines(operator.desk[locale], 3, 120),
  ];
  y = write(sheet, lines.join('\n'), { x: LEFT, y, width }, text) + 5;
  const notice = oneLine(operator.legalNotice[locale], 1_000);
  write(sheet, notice, { x: LEFT, y, width }, { size: 8, color: MUTED });
}
