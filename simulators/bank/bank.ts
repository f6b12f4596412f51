// The running bank: books, journal, clocks, dice and folders in one value that everything is
// handed. Changing the books goes through `commit`, which remembers before it applies.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apply, emptyBooks } from './apply.ts';
import type { BankCalendar } from './bank-calendar.ts';
import type { Books, World } from './books.ts';
import type { Dice } from './dice.ts';
import { createDice } from './dice.ts';
import type { Entry } from './entries.ts';
import { openJournal } from './journal.ts';

export interface BankOptions {
  readonly dataDir: string;
  readonly bankCode: string;
  readonly calendar: BankCalendar;
  /** Wall clock in milliseconds. */
  readonly wallNow: () => number;
}

export interface Bank {
  readonly bankCode: string;
  readonly calendar: BankCalendar;
  readonly dataDir: string;
  readonly books: Books;
  readonly wallNow: () => number;
  readonly commit: (entry: Entry) => void;
  /** The world's time. */
  readonly now: (world: World) => number;
  readonly dice: (world: World) => Dice;
  readonly journalSize: () => number;
  readonly close: () => void;
}

export function openBank(options: BankOptions): Bank {
  mkdirSync(options.dataDir, { recursive: true });
  const journal = openJournal<Entry>(join(options.dataDir, 'journal.jsonl'));
  const books = emptyBooks();
  journal.replay((entry) => apply(books, entry));
  // A restarted bank must not throw the same dice again from the start.
  const salt = journal.size();
  const diceOf = new Map<string, { seed: number; dice: Dice }>();
  return {
    bankCode: options.bankCode,
    calendar: options.calendar,
    dataDir: options.dataDir,
    books,
    wallNow: options.wallNow,
    commit(entry) {
      journal.append(entry);
      apply(books, entry);
    },
    now: ({ clock }) => clock.heldAt ?? options.wallNow() + clock.offsetMs,
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
