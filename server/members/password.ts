// Hashing passwords with argon2id, a few at a time: each takes 19 MiB and a core for some 40 ms, so
// a flood of sign-ins waits here and not in the way of everything else. What a password must be is
// member.ts.
import { hash, verify } from '@node-rs/argon2';
import { plainPassword } from './member.ts';
import { tooBusy } from './refusals.ts';

/** The first choice of OWASP's password storage recommendations for argon2id. */
export const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of a password that nobody knows: whoever is not a member takes as long to be refused. */
export const DECOY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$BJigDn8us4AqT+szqLVpjA' +
  '$6u/8nvI7UGvdcCkeDughZqbXju9LhKWuZvOex+o++hI';

const AT_ONCE = 2;
const MAX_WAITING = 100;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(run: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw tooBusy();
    // Whoever is done hands their place over.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await run();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** In PHC form. Throws the refusal `too_busy`. */
export function hashPassword(text: string): Promise<string> {
  return inTurn(() => hash(plainPassword(text), COST));
}

/** `passwordHash` null: there is no such member; false, after as long. */
export async function isPassword(passwordHash: string | null, text: string): Promise<boolean> {
  const isRight = await inTurn(() => verify(passwordHash ?? DECOY_HASH, plainPassword(text)));
  return isRight && passwordHash !== null;
}
