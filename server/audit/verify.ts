// Following exported chains of the audit log, offline: no database, no key. Tells the first place
// that does not hold.
import { type Entry, hashOf, NO_HASH, OPERATOR_CHAIN, readEntryLine } from './entry.ts';

/** Where a chain stood at some time, kept by somebody else than the operator of the database. */
export interface Anchor {
  readonly shopId: string;
  readonly seq: number;
  readonly hash: string;
}

export type FaultKind =
  /** Not a line of an export, to the byte. */
  | 'unreadable'
  /** The content does not give the hash that stands beside it. */
  | 'altered'
  /** The number does not follow: something was removed, added or moved before it. */
  | 'out_of_order'
  /** It does not continue the entry before it. */
  | 'unlinked'
  /** The export has no last line, or its last line tells of another end. */
  | 'cut_off'
  /** The chain does not pass through a place that was noted earlier. */
  | 'anchor_missed';

export interface Fault {
  readonly kind: FaultKind;
  /** 1, 2, 3 … in the file. */
  readonly line: number;
  readonly shopId: string | null;
  readonly seq: number | null;
}

export interface Verification {
  readonly entryCount: number;
  /** The end of each chain: to be noted and given as anchors of the next verification. */
  readonly ends: readonly Anchor[];
  /** Null: everything holds. */
  readonly fault: Fault | null;
}

interface Walk {
  readonly ends: Map<string, Anchor>;
  readonly missing: Map<string, Anchor>;
  entryCount: number;
  line: number;
  isEnded: boolean;
  /** An export goes chain by chain. */
  current: string | null;
}

const anchorKey = ({ shopId, seq }: Anchor) => `${shopId}:${seq}`;

/**
 * Verifies the lines of an export, from the first to the last. What was cut off at the end together
 * with a rewritten last line, or rewritten from some entry on to the end, shows only against
 * `anchors`.
 */
export async function verifyLines(
  lines: AsyncIterable<string> | Iterable<string>,
  anchors: readonly Anchor[] = [],
): Promise<Verification> {
  const walk: Walk = {
    ends: new Map(),
    missing: new Map(anchors.map((anchor) => [anchorKey(anchor), anchor])),
    entryCount: 0,
    line: 0,
    isEnded: false,
    current: null,
  };
  for await (const text of lines) {
    walk.line += 1;
    const fault = step(walk, text);
    if (fault !== null) return verdict(walk, fault);
  }
  if (!walk.isEnded) return verdict(walk, { kind: 'cut_off', shopId: null, seq: null });
  const [missed] = walk.missing.values();
  return verdict(walk, missed === undefined ? null : { ...missed, kind: 'anchor_missed' });
}

type Found = Pick<Fault, 'kind' | 'shopId' | 'seq'>;

function verdict(walk: Walk, found: Found | null): Verification {
  const { entryCount, line } = walk;
  const fault = found && { kind: found.kind, line, shopId: found.shopId, seq: found.seq };
  return { entryCount, ends: [...walk.ends.values()], fault };
}

function step(walk: Walk, text: string): Found | null {
  const nowhere = { shopId: null, seq: null };
  if (walk.isEnded) return { kind: 'unreadable', ...nowhere };
  if (text.startsWith('{"ends":')) return finish(walk, text);
  const entry = readEntryLine(text);
  if (entry === undefined) return { kind: 'unreadable', ...nowhere };
  const { shopId, seq, hash } = entry;
  const kind = faultOf(walk, entry);
  if (kind !== null) return { kind, shopId, seq };
  walk.ends.set(shopId, { shopId, seq, hash });
  walk.entryCount += 1;
  walk.current = shopId;
  return null;
}

function faultOf(walk: Walk, entry: Entry): FaultKind | null {
  const before = walk.ends.get(entry.shopId);
  if (hashOf(entry) !== entry.hash) return 'altered';
  const isContinued = before === undefined || walk.current === entry.shopId;
  if (entry.seq !== (before?.seq ?? 0) + 1 || !isContinued) return 'out_of_order';
  if (entry.previousHash !== (before?.hash ?? NO_HASH)) return 'unlinked';
  const anchor = walk.missing.get(anchorKey(entry));
  if (anchor === undefined) return null;
  if (anchor.hash !== entry.hash) return 'anchor_missed';
  walk.missing.delete(anchorKey(anchor));
  return null;
}

/** The last line must name exactly the ends that were reached, in their order. */
function finish(walk: Walk, text: string): Found | null {
  walk.isEnded = true;
  const reached = [...walk.ends.values()].map(
    ({ shopId, seq, hash }) => `{"hash":"${hash}","seq":${seq},"shop_id":"${shopId}"}`,
  );
  if (text === `{"ends":[${reached.join(',')}]}`) return null;
  return { kind: 'cut_off', shopId: null, seq: null };
}

/** `<seq>:<hash>` of the operator's chain, `<shop id>:<seq>:<hash>` of a shop's. */
export function anchorText({ shopId, seq, hash }: Anchor): string {
  return shopId === OPERATOR_CHAIN ? `${seq}:${hash}` : `${shopId}:${seq}:${hash}`;
}

/** Undefined for text that `anchorText` does not write. */
export function readAnchor(text: string): Anchor | undefined {
  const match = /^(?:([0-9a-f-]{36}):)?(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null) return undefined;
  return { shopId: match[1] ?? OPERATOR_CHAIN, seq: Number(match[2]), hash: match[3]! };
}

/** The ends that the last line of an export tells. */
export function readEnds(lastLine: string): Anchor[] {
  const { ends } = JSON.parse(lastLine) as {
    ends: { shop_id: string; seq: number; hash: string }[];
  };
  return ends.map(({ shop_id: shopId, seq, hash }) => ({ shopId, seq, hash }));
}
