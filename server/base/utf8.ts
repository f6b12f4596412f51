// Many texts into one piece of bytes. Joined as text first, long ones with Japanese in them would be
// copied twice more, at two bytes a character.

export interface Framing {
  readonly open: string;
  readonly between: string;
  readonly close: string;
}

const NOTHING: Framing = { open: '', between: '', close: '' };

/** The most bytes that one UTF-16 unit takes. */
const UNIT_BYTES = 3;

export function utf8Joined(texts: readonly string[], framing: Framing = NOTHING): Buffer {
  const { open, between, close } = framing;
  const marks = open.length + close.length + between.length * texts.length;
  const units = texts.reduce((sum, text) => sum + text.length, marks);
  const bytes = Buffer.allocUnsafe(units * UNIT_BYTES);
  let end = bytes.write(open);
  for (const [index, text] of texts.entries()) {
    if (index > 0 && between !== '') end += bytes.write(between, end);
    end += bytes.write(text, end);
  }
  end += bytes.write(close, end);
  return bytes.subarray(0, end);
}
