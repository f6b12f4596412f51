// The invented Amazon customers, the same in every world, and what becomes of money for them. Who
// else signs in by a name gets an account of their own.
import { createHash } from 'node:crypto';

/** What the simulator does with loads for a customer. */
export type Fate =
  | 'taken'
  | 'velocity_limit'
  | 'not_eligible'
  | 'not_found'
  | 'lost_after_effect'
  | 'lost_before_effect';

export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly fate: Fate;
  /** Said on the sign-in page, so that a person can choose. */
  readonly note: string;
}

/**
 * How many calls with one request id are answered by silence, for the two fates of lost answers.
 */
export const LOST_CALLS = 3;

const person = (number: number, name: string, fate: Fate, note: string): Person => ({
  userId: `amzn1.account.AESIM${String(number).padStart(24, '0')}`,
  name,
  fate,
  note,
});

export const PEOPLE: readonly Person[] = [
  person(1, 'ヤマダ ハナコ', 'taken', '受け取れます'),
  person(2, 'サトウ ケンジ', 'taken', '受け取れます'),
  person(3, 'タカハシ ユウコ', 'velocity_limit', '1日の受け取り上限に達しています'),
  person(4, 'イトウ マサル', 'not_eligible', 'アカウントが停止されています'),
  person(5, 'ワタナベ リン', 'lost_after_effect', '受け取れますが、応答がしばらく届きません'),
  person(6, 'コバヤシ ソラ', 'lost_before_effect', '最初の依頼が途中で失われます'),
  person(7, 'ナカムラ ミチ', 'not_found', '受け取りの直前に退会します'),
];

/** The account of someone who signs in by a name of their own: the same name, the same account. */
export function personNamed(name: string): Person {
  const digest = createHash('sha256').update(name).digest('hex').toUpperCase().slice(0, 24);
  return { userId: `amzn1.account.AENEW${digest}`, name, fate: 'taken', note: '受け取れます' };
}
