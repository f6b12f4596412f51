// Decides which file the customer gets when one is due: which lines it holds, its name, whether
// it is broken or issued twice. The bytes are made in render.ts, the writing is in outbox.ts.

import type { Bank } from '../bank.ts';
import type { FileContent, World } from '../books.ts';
import { secondDigits } from '../tokyo-time.ts';

export type IssueKind = 'statement' | 'deposit_notice';

/** Corruptions that render.ts knows. */
export const CORRUPTIONS = 3;

/** Issues a file with what has come since the last one; no names when nothing came. */
export function issueFile(bank: Bank, world: World, kind: IssueKind, at: number): string[] {
  const statement = kind === 'statement';
  const from = statement ? world.statementFrom : world.noticeFrom;
  const to = statement ? world.lines.length : world.depositRecords.length;
  if (from === to) return [];
  const dice = bank.dice(world);
  const { faults } = world;
  const corruption = dice.chance(faults.corruptFileRate) ? dice.throw(CORRUPTIONS) : null;
  const twice = !statement && corruption === null && dice.chance(faults.repeatNoticeRate);
  const content: FileContent = { kind, from, to, createdAt: at, corruption };
  const names: string[] = [];
  for (let copies = twice ? 2 : 1; copies > 0; copies -= 1) {
    const name = fileName(world, kind, at);
    bank.commit({ t: 'file', w: world.worldId, at, name, content });
    names.push(name);
  }
  return names;
}

function fileName(world: World, kind: IssueKind, at: number): string {
  const digits = secondDigits(at);
  const serial = String(world.fileSerial + 1).padStart(6, '0');
  const word = kind === 'statement' ? 'meisai' : 'nyukin';
  return `${word}-${digits.slice(0, 8)}-${digits.slice(8, 12)}-${serial}.dat`;
}
