// What of the door is over and told by nothing any more: sessions that ended by themselves, tries
// long forgotten, challenges that nobody answered. Taken away by the hour, a batch at a time.
import { FORGET_AFTER_HOURS } from './lock.ts';
import type { MemberDeps } from './members-deps.ts';
import { deleteOldChallenges } from './passkey-store.ts';
import { deleteOldSessions } from './session-store.ts';
import { deleteOldTries } from './try-store.ts';

const BATCH = 5_000;

export async function sweepDoor({ db, wall }: Pick<MemberDeps, 'db' | 'wall'>): Promise<void> {
  const now = wall();
  await deleteOldSessions(db, now, BATCH);
  await deleteOldChallenges(db, now, BATCH);
  await deleteOldTries(db, now.subtract({ hours: FORGET_AFTER_HOURS }), BATCH);
}
