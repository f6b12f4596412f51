// Reads the times that the control API is given.

/** Milliseconds of an instant or a date-time with offset; undefined for anything else. */
export function momentOfText(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
