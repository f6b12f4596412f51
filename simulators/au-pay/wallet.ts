// The running wallet: books, journal, clocks and dice in one value that everything is handed.
// Changing the books goes through `commit`, which remembers before it applies.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDice, type Dice } from '../bank/dice.ts';
import { openJournal } from '../bank/journal.ts';
import { apply, emptyBooks } from './apply.ts';
import type { Books, World } from './books.ts';
import type { Entry } from './entries.ts';

export interface WalletOptions {
  readonly dataDir: string;
  /** Wall clock in milliseconds. */
  readonly wallNow: () => number;
}

export interface Wallet {
  readonly books: Books;
  readonly wallNow: () => number;
  readonly commit: (entry: Entry) => void;
  /** The world's time. */
  readonly now: (world: World) => number;
  readonly dice: (world: World) => Dice;
  readonly journalSize: () => number;
  readonly close: () => void;
}

export function openWallet({ dataDir, wallNow }: WalletOptions): Wallet {
  mkdirSync(dataDir, { recursive: true });
  const journal = openJournal<Entry>(join(dataDir, 'journal.jsonl'));
  const books = emptyBooks();
  journal.replay((entry) => apply(books, entry));
  // Started again, it must not throw the same dice from the start.
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
