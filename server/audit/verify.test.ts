// The verifier against honest chains and against every kind of tampering, offline.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endLine } from './audit-log.ts';
import { canonical, type Entry, entryLine, hashOf, NO_HASH, OPERATOR_CHAIN } from './entry.ts';
import { type Anchor, verifyLines } from './verify.ts';

const SHOP = '01900000-0000-7000-8000-000000000001';

function chain(shopId: string, facts: readonly unknown[]): Entry[] {
  let previousHash = NO_HASH;
  return facts.map((data, index) => {
    const content = {
      shopId,
      seq: index + 1,
      at: `2026-11-23T00:00:${String(index % 60).padStart(2, '0')}.000Z`,
      actor: 'unei',
      action: 'shop.settings_changed',
      subject: `s${index}`,
      data,
      previousHash,
    };
    previousHash = hashOf(content);
    return { ...content, hash: previousHash };
  });
}

const endOf = (entries: readonly Entry[]): Anchor[] => entries.slice(-1);

function exported(...chains: readonly Entry[][]): string[] {
  return [...chains.flat().map(entryLine), endLine(chains.flatMap(endOf))];
}

const fact = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const facts = fc.array(fact, { minLength: 2, maxLength: 6 });
const two = fc.tuple(facts, facts).map(([one, other]) => ({
  one: chain(OPERATOR_CHAIN, one),
  other: chain(SHOP, other),
}));

describe('an honest export', () => {
  test('holds, and tells the ends of its chains', async () => {
    await fc.assert(
      fc.asyncProperty(two, async ({ one, other }) => {
        const found = await verifyLines(exported(one, other), [one[0]!, ...endOf(other)]);
        expect(found.fault).toBeNull();
        expect(found.entryCount).toBe(one.length + other.length);
        expect(found.ends.map(({ hash }) => hash)).toEqual([one.at(-1)!.hash, other.at(-1)!.hash]);
      }),
    );
  });

  test('of an empty log holds', async () => {
    expect((await verifyLines([endLine([])])).fault).toBeNull();
  });
});

describe('a changed export does not hold', () => {
  test('whatever byte of whatever line changes', async () => {
    const change = fc.tuple(two, fc.nat(), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }));
    await fc.assert(
      fc.asyncProperty(change, async ([{ one, other }, at, column, by]) => {
        const lines = exported(one, other);
        const line = lines[at % lines.length]!;
        const place = column % line.length;
        fc.pre(line[place] !== by);
        lines[at % lines.length] = line.slice(0, place) + by + line.slice(place + 1);
        const { fault } = await verifyLines(lines);
        expect(fault?.line).toBe((at % lines.length) + 1);
      }),
    );
  });

  test('whatever line is removed', async () => {
    await fc.assert(
      fc.asyncProperty(two, fc.nat(), async ({ one, other }, at) => {
        const lines = exported(one, other);
        lines.splice(at % lines.length, 1);
        expect((await verifyLines(lines)).fault).not.toBeNull();
      }),
    );
  });

  test('whatever two lines change places', async () => {
    await fc.assert(
      fc.asyncProperty(two, fc.nat(), fc.nat(), async ({ one, other }, left, right) => {
        const lines = exported(one, other);
        const [from, to] = [left % lines.length, right % lines.length];
        fc.pre(from !== to);
        [lines[from], lines[to]] = [lines[to]!, lines[from]!];
        expect((await verifyLines(lines)).fault).not.toBeNull();
      }),
    );
  });

  test('whatever line is moved or repeated elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(two, fc.nat(), fc.nat(), async ({ one, other }, from, to) => {
        const lines = exported(one, other);
        const [line] = lines.slice(from % lines.length);
        lines.splice(to % (lines.length + 1), 0, line!);
        expect((await verifyLines(lines)).fault).not.toBeNull();
      }),
    );
  });

  test('where an entry of another chain is put in with a hash of its own', async () => {
    const honest = chain(OPERATOR_CHAIN, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    const forged = { ...honest[1]!, data: { n: 4 } };
    const lines = exported(honest);
    lines[1] = entryLine({ ...forged, hash: hashOf(forged) });
    // It is well formed and hashed; only the one after it no longer follows.
    const found = await verifyLines(lines);
    expect(found.fault).toEqual({ kind: 'unlinked', line: 3, shopId: OPERATOR_CHAIN, seq: 3 });
  });
});

describe('a rewritten end shows against an anchor only', () => {
  const honest = chain(OPERATOR_CHAIN, [{ n: 1 }, { n: 2 }, { n: 3 }]);

  test('cut off', async () => {
    const cut = exported(honest.slice(0, 2));
    expect((await verifyLines(cut)).fault).toBeNull();
    expect((await verifyLines(cut, endOf(honest))).fault?.kind).toBe('anchor_missed');
  });

  test('written anew from an entry on', async () => {
    const rewritten = exported(chain(OPERATOR_CHAIN, [{ n: 1 }, { n: 9 }, { n: 3 }, { n: 4 }]));
    expect((await verifyLines(rewritten)).fault).toBeNull();
    const { fault } = await verifyLines(rewritten, endOf(honest));
    expect(fault).toMatchObject({ kind: 'anchor_missed', seq: 3 });
  });
});

test('the canonical text does not depend on the order of keys', () => {
  const shuffled = fc.dictionary(fc.string(), fc.jsonValue()).chain((value) => {
    const members = Object.entries(value);
    return fc
      .shuffledSubarray(members, { minLength: members.length })
      .map((order) => [value, Object.fromEntries(order)] as const);
  });
  fc.assert(
    fc.property(shuffled, ([value, other]) => {
      expect(canonical(other)).toBe(canonical(value));
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
