// Many texts, or their bytes, into one piece of bytes. Joined as text first, long ones with
// Japanese in them would be copied twice more, at two bytes a character.

export interface Framing {
  readonly open: string;
  readonly between: string;
  readonly close: string;
}

const NOTHING: Framing = { open: '', between: '', close: '' };

/** The most bytes that one UTF-16 unit takes. */
const UNIT_BYTES = 3;

export function utf8Joined(
  texts: readonly (string | Buffer)[],
  framing: Framing = NOTHING,
): Buffer {
  const { open, between, close } = framing;
  const marks = open.length + close.length + between.length * texts.length;
  const most = (text: string | Buffer) => text.length * (typeof text === 'string' ? UNIT_BYTES : 1);
  const size = texts.reduce((sum, text) => sum + most(text), marks * UNIT_BYTES);
  const bytes = Buffer.allocUnsafe(size);
  let end = bytes.write(open);
  for (const [index, text] of texts.entries()) {
    if (index > 0 && between !== '') end += bytes.write(between, end);
    end += typeof text === 'string' ? bytes.write(text, end) : text.copy(bytes, end);
  }
  end += bytes.write(close, end);
  return bytes.subarray(0, end);
}
