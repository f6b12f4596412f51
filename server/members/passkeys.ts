// Deeds: a member registers a passkey, lists theirs and takes one away. Signing in with one is
// passkey-sign-in.ts. Attestation is not asked for: any authenticator that verifies its user will
// do.
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import { uuidv7 } from '../base/ids.ts';
import { type FactorAdded, firstCodes, requireAnother, tell } from './factor-set-up.ts';
import { type Member, readName } from './member.ts';
import type { MemberDeps } from './members-deps.ts';
import {
  type ChallengePurpose,
  deletePasskey,
  insertChallenge,
  insertPasskey,
  type Passkey,
  selectPasskeys,
  takeChallenge,
} from './passkey-store.ts';
import { nameInvalid, passkeyFailed, passkeyUnknown, tooManyPasskeys } from './refusals.ts';
import type { SignedIn } from './session.ts';
import { renewSession } from './sessions.ts';

/** What passkeys are bound to: the origin of the screen, and its host's name. */
export interface PasskeyPlace {
  readonly origin: string;
  readonly hostname: string;
}

export const MAX_PASSKEYS = 20;
/** What authenticators of today make: EdDSA, ES256, RS256. Later ones are experimental in Node. */
const ALGORITHMS = [-8, -7, -257];
const CHALLENGE_MINUTES = 5;

/** Remembered until it is answered, once. */
export async function remember(
  deps: MemberDeps,
  challenge: string,
  of: { readonly memberId: string | null; readonly purpose: ChallengePurpose },
): Promise<void> {
  const expiresAt = deps.wall().add({ minutes: CHALLENGE_MINUTES });
  await insertChallenge(deps.db, challenge, { ...of, expiresAt });
}

/** The challenge inside an answer, taken; throws the refusal `passkey_failed`. */
export async function takeAnswered(
  deps: MemberDeps,
  clientDataJSON: string,
  expected: { readonly memberId: string | null; readonly purpose: ChallengePurpose },
): Promise<string> {
  const challenge = challengeIn(clientDataJSON);
  const taken = await takeChallenge(deps.db, challenge, deps.wall());
  const isOurs = taken?.purpose === expected.purpose && taken.memberId === expected.memberId;
  if (!isOurs) throw passkeyFailed();
  return challenge;
}

function challengeIn(clientDataJSON: string): string {
  try {
    const { challenge } = decodeClientDataJSON(clientDataJSON);
    if (typeof challenge === 'string') return challenge;
  } catch {
    // A browser may send anything; what cannot be read answers no challenge.
  }
  throw passkeyFailed();
}

/** What the library says of an answer that does not fit is no fault of ours. */
export async function verified<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch {
    throw passkeyFailed();
  }
}

/** Throws the refusal `too_many_passkeys`. */
export async function beginPasskey(
  deps: MemberDeps,
  member: Member,
  place: PasskeyPlace,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { memberId } = member;
  const known = await selectPasskeys(deps.db, deps.vault, memberId, MAX_PASSKEYS);
  if (known.length >= MAX_PASSKEYS) throw tooManyPasskeys(MAX_PASSKEYS);
  const options = await generateRegistrationOptions({
    rpName: deps.issuer,
    rpID: place.hostname,
    userName: member.mail,
    userDisplayName: member.name,
    userID: Uint8Array.from(Buffer.from(memberId.replaceAll('-', ''), 'hex')),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId.toString('base64url'),
      transports: [...transports],
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  await remember(deps, options.challenge, { memberId, purpose: 'register' });
  return options;
}

/** Throws the refusals `passkey_failed`, `invalid_input` (the name). */
export async function confirmPasskey(
  deps: MemberDeps,
  { session, member }: SignedIn,
  answer: {
    readonly name: string;
    readonly response: RegistrationResponseJSON;
    readonly place: PasskeyPlace;
  },
): Promise<FactorAdded> {
  const { memberId } = member;
  const { response, place } = answer;
  const name = readName(answer.name);
  if (name === undefined) throw nameInvalid();
  const { clientDataJSON } = response.response;
  const purpose = 'register' as const;
  const expectedChallenge = await takeAnswered(deps, clientDataJSON, { memberId, purpose });
  const result = await verified(() =>
    verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: place.origin,
      expectedRPID: place.hostname,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  if (!result.verified) throw passkeyFailed();
  const { credential } = result.registrationInfo;
  const createdAt = deps.wall();
  const fresh = {
    ...{ memberId, name, createdAt, passkeyId: uuidv7(createdAt.epochMilliseconds) },
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
  };
  return deps.deeds.run(member.merchantId, async (tx) => {
    await insertPasskey(tx, deps.vault, fresh);
    const recoveryCodes = await firstCodes(deps, tx, member);
    const renewed = await renewSession(deps, tx, session, 'passkey');
    await tell(deps, tx, member, 'member.passkey_added', { passkey_id: fresh.passkeyId });
    return { ...renewed, recoveryCodes };
  });
}

export function listPasskeys(deps: MemberDeps, memberId: string): Promise<Passkey[]> {
  return selectPasskeys(deps.db, deps.vault, memberId, MAX_PASSKEYS);
}

/** Throws the refusals `passkey_not_found`, `factor_needed`. */
export async function removePasskey(
  deps: MemberDeps,
  member: Member,
  passkeyId: string,
): Promise<void> {
  await deps.deeds.run(member.merchantId, async (tx) => {
    if (!(await deletePasskey(tx, member.memberId, passkeyId))) throw passkeyUnknown();
    const left = await selectPasskeys(tx, deps.vault, member.memberId, MAX_PASSKEYS);
    await requireAnother(tx, member, { hasTotp: member.hasTotp, passkeyCount: left.length });
    await tell(deps, tx, member, 'member.passkey_removed', { passkey_id: passkeyId });
  });
}
