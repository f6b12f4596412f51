// Deeds: a member proves themselves by a passkey: without a password at the door, as the second
// step after it, or once more for what is dangerous. The authenticator has verified its user, so a
// passkey alone is two factors.
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import type { Sql } from '../base/database.ts';
import { actorOf, type Member } from './member.ts';
import { selectMember, updateSignedIn } from './member-store.ts';
import type { MemberDeps } from './members-deps.ts';
import { type Passkey, selectPasskey, selectPasskeys, updatePasskeyUsed } from './passkey-store.ts';
import { MAX_PASSKEYS, type PasskeyPlace, remember, takeAnswered, verified } from './passkeys.ts';
import { passkeyFailed } from './refusals.ts';
import { proved } from './second-factor.ts';
import type { Place, SignedIn } from './session.ts';
import { type NewToken, openSession } from './sessions.ts';
import { takeTry, tryWasNone } from './tries.ts';

/** `signedIn` undefined: at the door, where the browser knows whose passkeys it has. */
export async function passkeyOptions(
  deps: MemberDeps,
  signedIn: SignedIn | undefined,
  place: PasskeyPlace,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const memberId = signedIn?.member.memberId ?? null;
  const known =
    memberId === null ? [] : await selectPasskeys(deps.db, deps.vault, memberId, MAX_PASSKEYS);
  const options = await generateAuthenticationOptions({
    rpID: place.hostname,
    userVerification: 'required',
    allowCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId.toString('base64url'),
      transports: [...transports],
    })),
  });
  const purpose = memberId === null ? 'sign_in' : 'second_factor';
  await remember(deps, options.challenge, { memberId, purpose });
  return options;
}

interface Answer {
  readonly response: AuthenticationResponseJSON;
  readonly place: PasskeyPlace;
}

/** The second step, or the proof once more. Throws the refusal `passkey_failed`. */
export async function proveByPasskey(
  deps: MemberDeps,
  { session, member }: SignedIn,
  answer: Answer,
): Promise<NewToken> {
  const { memberId } = member;
  const checked = await check(deps, answer, memberId);
  if (checked.passkey.memberId !== memberId) throw passkeyFailed();
  return deps.db.transaction(async (tx) => {
    await noteUse(deps, tx, checked);
    return proved(deps, tx, { session, member }, 'passkey');
  });
}

/** Without a password. Throws the refusals `passkey_failed`, `sign_in_locked`. */
export async function signInByPasskey(
  deps: MemberDeps,
  answer: Answer,
  place: Place,
): Promise<NewToken> {
  const byAddress = { subject: 'address', value: place.address } as const;
  await takeTry(deps, byAddress);
  const checked = await check(deps, answer, null);
  const found = await selectMember(deps.db, deps.vault, checked.passkey.memberId);
  if (found === undefined) throw passkeyFailed();
  const { member } = found;
  return deps.db.transaction(async (tx) => {
    await noteUse(deps, tx, checked);
    await tryWasNone(deps, tx, byAddress);
    return enter(deps, tx, member, place);
  });
}

async function enter(deps: MemberDeps, tx: Sql, member: Member, place: Place): Promise<NewToken> {
  const { memberId, merchantId } = member;
  await updateSignedIn(tx, memberId, deps.wall());
  const opening = { memberId, proof: 'passkey', isPending: false, place } as const;
  const opened = await openSession(deps, tx, opening);
  await deps.audit(tx, {
    shopId: merchantId,
    by: actorOf(memberId),
    action: 'member.signed_in',
    subject: opened.sessionId,
    data: { with: 'passkey' },
  });
  return opened;
}

interface Checked {
  readonly passkey: Passkey;
  readonly counter: number;
}

async function check(
  deps: MemberDeps,
  { response, place }: Answer,
  memberId: string | null,
): Promise<Checked> {
  const purpose = memberId === null ? 'sign_in' : 'second_factor';
  const { clientDataJSON } = response.response;
  const expectedChallenge = await takeAnswered(deps, clientDataJSON, { memberId, purpose });
  const credentialId = Buffer.from(response.id, 'base64url');
  const passkey = await selectPasskey(deps.db, deps.vault, credentialId);
  if (passkey === undefined) throw passkeyFailed();
  const result = await verified(() =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: place.origin,
      expectedRPID: place.hostname,
      requireUserVerification: true,
      credential: {
        id: response.id,
        publicKey: Uint8Array.from(passkey.publicKey),
        counter: passkey.counter,
      },
    }),
  );
  if (!result.verified) throw passkeyFailed();
  return { passkey, counter: result.authenticationInfo.newCounter };
}

async function noteUse(deps: MemberDeps, tx: Sql, { passkey, counter }: Checked): Promise<void> {
  const use = { counter, at: deps.wall() };
  if (!(await updatePasskeyUsed(tx, passkey.credentialId, use))) throw passkeyFailed();
}
