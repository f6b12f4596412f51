// The running network: books, journal, clocks and dice in one value that everything is handed.
// Changing the books goes through `commit`, which remembers before it applies.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apply, emptyBooks } from './apply.ts';
import type { Books, World } from './books.ts';
import type { Dice } from './dice.ts';
import { createDice } from './dice.ts';
import type { Entry } from './entries.ts';
import { openJournal } from './journal.ts';

export interface Network {
  readonly books: Books;
  /** Wall clock in milliseconds: signatures and retries live by it. */
  readonly wallNow: () => number;
  readonly commit: (entry: Entry) => void;
  /** The world's time. */
  readonly now: (world: World) => number;
  readonly dice: (world: World) => Dice;
  readonly journalSize: () => number;
  readonly close: () => void;
}

export function openNetwork(dataDir: string, wallNow: () => number): Network {
  mkdirSync(dataDir, { recursive: true });
  const books = emptyBooks();
  const journal = openJournal<Entry>(join(dataDir, 'journal.jsonl'), (entry) =>
    apply(books, entry),
  );
  // A restarted network must not throw the same dice again from the start.
  const salt = journal.size();
  const diceOf = new Map<string, { seed: number; dice: Dice }>();
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
    journalSize: journal.size,
    close: journal.close,
  };
}
