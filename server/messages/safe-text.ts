// Text of strangers (names, reasons, contacts) made safe for a subject, a line, a paragraph: no
// line breaks or control characters where none belong, no direction tricks, no end. Escaping for
// HTML is compose-mail.ts.

/** At most `max` characters, the last one an ellipsis where something was cut. */
function cut(text: string, max: number): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/**
 * One line. Control, format, direction and unassigned characters become a space; `://` is written
 * wide, so that no mail program makes a link of what is not ours.
 */
export function oneLine(text: string, max: number): string {
  const clean = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .replaceAll('://', '：//')
    .trim();
  return cut(clean, max);
}

/** Up to `maxLines` lines, each as `oneLine`; empty ones are left out. */
export function fewLines(text: string, maxLines: number, maxColumns: number): string[] {
  return text
    .slice(0, maxLines * maxColumns * 4)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => oneLine(line, maxColumns))
    .filter((line) => line !== '')
    .slice(0, maxLines);
}

/** `1234-5678-9012` */
export function spacedCode(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, '$1-');
}
