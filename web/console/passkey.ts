// Passkeys between the server's JSON and the browser's own interface (WebAuthn level 3). What the
// browser or the person refuses is told apart from what the server does.
import { call } from './call.ts';
import type { Session } from './session.ts';

export const passkeysWork = (): boolean =>
  typeof PublicKeyCredential === 'function' &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';

/** The person closed the browser's window, or has no passkey here. */
export class PasskeyStopped extends Error {}

async function ask<Made>(run: () => Promise<Made | null>): Promise<Made> {
  try {
    const made = await run();
    if (made !== null) return made;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  throw new PasskeyStopped();
}

/** Proves the person by a passkey of theirs. */
export async function provePasskey(): Promise<Session> {
  const json = await call<PublicKeyCredentialRequestOptionsJSON>('/session/passkey/options', {
    method: 'POST',
    body: {},
  });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
  const made = await ask(() => navigator.credentials.get({ publicKey }));
  const response = (made as PublicKeyCredential).toJSON();
  return call<Session>('/session/passkey/verify', { method: 'POST', body: { response } });
}
