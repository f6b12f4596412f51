// Newline-delimited JSON both ways with flat memory: a request stream read line by line, an answer
// written as it comes. A bad line is that line's fault and never its neighbours'.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Refusal, type RefusalDetail } from '../base/refusal.ts';
import { parseJson } from './json-body.ts';
import { describeError } from './log.ts';

export const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8';
export const MAX_LINE_BYTES = 65_536;
const NEWLINE = 0x0a;

/**
 * One line of the input, counted from 1: its value, or why it has none. Blank lines are counted and
 * left out.
 */
export type NdjsonLine =
  | { readonly line: number; readonly value: unknown; readonly refusal?: undefined }
  | { readonly line: number; readonly refusal: Refusal };

function lineRefusal(code: string, line: number, ja: string, en: string): Refusal {
  const detail: RefusalDetail = { pointer: '', code, ja, en };
  return new Refusal(code, { ja, en }, { status: 400, details: [detail], extra: { line } });
}

const tooLong = (line: number) =>
  lineRefusal(
    'line_too_long',
    line,
    `${line}行目が長すぎます。1行は${MAX_LINE_BYTES.toLocaleString('ja-JP')}バイトまでです。`,
    `Line ${line} is too long: a line has at most ${MAX_LINE_BYTES} bytes.`,
  );

const truncated = (line: number) =>
  lineRefusal(
    'line_truncated',
    line,
    `最後の${line}行目が途中で切れています。この行を送り直してください。`,
    `Line ${line}, the last, is cut off. Send it again.`,
  );

function readLine(bytes: Buffer, line: number, isUnended: boolean): NdjsonLine | undefined {
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === 0x0d) end--;
  const text = bytes.subarray(0, end);
  if (text.every((byte) => byte === 0x20 || byte === 0x09)) return undefined;
  try {
    return { line, value: parseJson(text) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isUnended && error.code === 'malformed_json') return { line, refusal: truncated(line) };
    const { code, sentence, status, details } = error;
    return { line, refusal: new Refusal(code, sentence, { status, details, extra: { line } }) };
  }
}

/**
 * The lines of a request, in groups as they arrive (a group is what one chunk of the stream
 * completed). Pulling drives the reading, so a slow consumer holds the sender back. A line of more
 * than 64 KB is refused and skipped.
 */
export async function* readNdjson(stream: AsyncIterable<Buffer>): AsyncGenerator<NdjsonLine[]> {
  let line = 1;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let skipping = false;
  for await (const chunk of stream) {
    const group: NdjsonLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const length = keptBytes + end - start;
      if (skipping || length > MAX_LINE_BYTES) group.push({ line, refusal: tooLong(line) });
      else {
        const part = chunk.subarray(start, end);
        const whole = kept.length === 0 ? part : Buffer.concat([...kept, part]);
        const read = readLine(whole, line, false);
        if (read !== undefined) group.push(read);
      }
      [kept, keptBytes, skipping] = [[], 0, false];
      line++;
      start = end + 1;
    }
    const rest = chunk.length - start;
    if (keptBytes + rest > MAX_LINE_BYTES) [kept, keptBytes, skipping] = [[], 0, true];
    else if (rest > 0 && !skipping) {
      // Copied: the chunk's memory is the stream's, and a crumb must not hold on to it.
      kept.push(Buffer.from(chunk.subarray(start)));
      keptBytes += rest;
    }
    if (group.length > 0) yield group;
  }
  if (skipping) yield [{ line, refusal: tooLong(line) }];
  const last = skipping ? undefined : readLine(Buffer.concat(kept), line, true);
  if (last !== undefined) yield [last];
}

/**
 * Answers with lines as `parts` brings them (each part one or more whole lines with their newline).
 * Slow readers hold `parts` back. Where `parts` throws, the connection is cut: the caller must not
 * take a broken answer for a whole one.
 */
export function sendNdjson(
  reply: FastifyReply,
  parts: AsyncIterable<string | Buffer>,
): FastifyReply {
  reply.type(NDJSON_TYPE);
  return reply.send(Readable.from(loggingFaults(reply, parts), { objectMode: false }));
}

async function* loggingFaults(
  reply: FastifyReply,
  parts: AsyncIterable<string | Buffer>,
): AsyncGenerator<string | Buffer> {
  try {
    yield* parts;
  } catch (error) {
    const fault = { request_id: reply.request.id, ...describeError(error) };
    reply.log.error(fault, 'an answer broke off');
    throw error;
  }
}
