// The running simulator in one value: books, journal, clocks, dice. Changing the books goes through
// `commit`, which remembers before it applies.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDice, type Dice } from '../bank/dice.ts';
import { openJournal } from '../bank/journal.ts';
import { apply, type Books, type Customer, type Entry, emptyBooks, type World } from './books.ts';
import type { Person } from './customers.ts';

export interface Provider {
  readonly books: Books;
  readonly wallNow: () => number;
  readonly commit: (entry: Entry) => void;
  /** The world's time. */
  readonly now: (world: World) => number;
  readonly dice: (world: World) => Dice;
  /** How often a call with this request id came; not kept over a restart. */
  readonly countCall: (world: World, requestId: string) => number;
  /** When a partner's last calls came, for its limit. */
  readonly recentCalls: (world: World, kind: string) => number[];
  readonly journalSize: () => number;
  readonly close: () => void;
}

export const secret = (bytes: number): string => randomBytes(bytes).toString('base64url');

export function openProvider(dataDir: string, wallNow: () => number): Provider {
  mkdirSync(dataDir, { recursive: true });
  const journal = openJournal<Entry>(join(dataDir, 'journal.jsonl'));
  const books = emptyBooks();
  journal.replay((entry) => apply(books, entry));
  // A restarted simulator must not throw the same dice again from the start.
  const salt = journal.size();
  const diceOf = new Map<string, { seed: number; dice: Dice }>();
  const calls = new Map<string, number>();
  const recent = new Map<string, number[]>();
  return {
    books,
    wallNow,
    commit(entry) {
      journal.append(entry);
      apply(books, entry);
    },
    now: ({ clock }) => clock.heldAt ?? wallNow() + clock.offsetMs,
    dice(world) {
      const { seed } = world.faults;
      const known = diceOf.get(world.worldId);
      if (known?.seed === seed) return known.dice;
      const dice = createDice(seed + salt);
      diceOf.set(world.worldId, { seed, dice });
      return dice;
    },
    countCall(world, requestId) {
      const key = `${world.worldId} ${requestId}`;
      const count = (calls.get(key) ?? 0) + 1;
      calls.set(key, count);
      return count;
    },
    recentCalls(world, kind) {
      const key = `${world.worldId} ${kind}`;
      const list = recent.get(key) ?? [];
      recent.set(key, list);
      return list;
    },
    journalSize: journal.size,
    close: journal.close,
  };
}

/** The customer's account in a world, opened at the first sign-in. */
export function accountOf(provider: Provider, world: World, person: Person): Customer {
  if (!world.customers.has(person.userId)) {
    provider.commit({ t: 'customer', w: world.worldId, person });
  }
  return world.customers.get(person.userId)!;
}
