// An entry of the audit log as a rule: its one canonical text, and the hash that chains it to the
// entry before. Pure; the database is in audit-store.ts, following a chain in verify.ts.
// docs/guides/operate.md tells auditors the same in prose.
import { createHash } from 'node:crypto';

/** The chain of what concerns the operator as a whole. */
export const OPERATOR_CHAIN = '00000000-0000-0000-0000-000000000000';

/** 32 zero bytes: what the first entry of a chain names as its predecessor. */
export const NO_HASH = '0'.repeat(64);

/** All but the hash: what is hashed. Hashes are lower-case hexadecimal. */
export interface EntryContent {
  readonly shopId: string;
  /** 1, 2, 3 … within the chain. */
  readonly seq: number;
  /** Wall time, `2026-11-23T01:02:03.456Z`. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly data: unknown;
  readonly previousHash: string;
}

export interface Entry extends EntryContent {
  readonly hash: string;
}

/**
 * JSON without spaces, the keys of every object sorted by their UTF-16 code units, numbers and
 * strings as ECMAScript's JSON.stringify writes them (RFC 8785 says the same).
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

function wireForm(content: EntryContent): Record<string, unknown> {
  return {
    action: content.action,
    actor: content.actor,
    at: content.at,
    data: content.data,
    previous_hash: content.previousHash,
    seq: content.seq,
    shop_id: content.shopId,
    subject: content.subject,
  };
}

/** SHA-256 over the canonical JSON of all members but `hash`, in UTF-8. */
export function hashOf(content: EntryContent): string {
  return createHash('sha256')
    .update(canonical(wireForm(content)))
    .digest('hex');
}

/** The entry as a line of an export. */
export function entryLine(entry: Entry): string {
  return canonical({ ...wireForm(entry), hash: entry.hash });
}

/** The entry of a line, or undefined where the line is not exactly what `entryLine` writes. */
export function readEntryLine(line: string): Entry | undefined {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { shop_id, seq, at, actor, action, subject, data, previous_hash, hash } = json;
  const texts = [shop_id, at, actor, action, subject, previous_hash, hash];
  if (!texts.every((text) => typeof text === 'string') || !Number.isSafeInteger(seq)) {
    return undefined;
  }
  const [shopId, when, by, deed, about, previousHash, own] = texts as string[];
  const entry: Entry = {
    shopId: shopId!,
    seq: seq as number,
    at: when!,
    actor: by!,
    action: deed!,
    subject: about!,
    data,
    previousHash: previousHash!,
    hash: own!,
  };
  return entryLine(entry) === line ? entry : undefined;
}

/** As the database gives it back: no lone surrogates, no NUL, nothing that JSON does not hold. */
export function storable(value: unknown): unknown {
  return mended(JSON.parse(JSON.stringify(value ?? null)));
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [storableText(key), mended(each)]),
  );
}

export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
