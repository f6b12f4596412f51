// What a recipient's browser keeps: proof of having answered, the draft of what was typed, the
// language. All of it in cookies that nobody else can make or read; the server keeps nothing.
import { type Instant, isBefore } from '../../base/clock.ts';
import { sameBytes, type Vault } from '../../base/crypto.ts';
import type { ReceiveLink } from '../../remittances/link.ts';

export const SESSION_MINUTES = 30;
const MAX_SEALED = 8_192;

type LinkName = Pick<ReceiveLink, 'shopId' | 'linkId'>;

// One name a link, so that two links in two tabs do not drive each other out.
export const sessionName = ({ linkId }: LinkName) => `receive_${linkId.slice(-12)}`;
export const draftName = ({ linkId }: LinkName) => `receive_draft_${linkId.slice(-12)}`;
export const CODE_NAME = 'receive_code';
export const LANGUAGE_NAME = 'receive_lang';

function seal(vault: Vault, link: LinkName, expiresMs: number): string {
  const content = `${link.shopId}/${link.linkId}/${expiresMs}`;
  return vault.fingerprint('recipient_session', content).toString('base64url');
}

export function newSession(vault: Vault, link: LinkName, wall: Instant): string {
  const expiresMs = wall.add({ minutes: SESSION_MINUTES }).epochMilliseconds;
  return `${expiresMs}.${seal(vault, link, expiresMs)}`;
}

export function isSession(
  vault: Vault,
  link: LinkName,
  wall: Instant,
  value: string | undefined,
): boolean {
  const match = /^(\d{13})\.([A-Za-z0-9_-]{22})$/.exec(value ?? '');
  if (match === null) return false;
  const expiresMs = Number(match[1]);
  const isReal = sameBytes(Buffer.from(seal(vault, link, expiresMs)), Buffer.from(match[2]!));
  return isReal && isBefore(wall, Temporal.Instant.fromEpochMilliseconds(expiresMs));
}

/** In every form: only a page of this link can have it. */
export function formToken(vault: Vault, link: LinkName): string {
  const content = `${link.shopId}/${link.linkId}`;
  return vault.fingerprint('recipient_form', content).toString('base64url');
}

export function isFormToken(vault: Vault, link: LinkName, given: string): boolean {
  return sameBytes(Buffer.from(formToken(vault, link)), Buffer.from(given));
}

export function sealText(vault: Vault, purpose: string, text: string): string {
  return vault.seal(text, purpose).toString('base64url');
}

/** Undefined for whatever this server did not seal for this purpose. */
export function openText(vault: Vault, purpose: string, sealed: string): string | undefined {
  if (sealed === '' || sealed.length > MAX_SEALED) return undefined;
  try {
    return vault.open(Buffer.from(sealed, 'base64url'), purpose);
  } catch {
    // A browser may send anything; what does not open is as good as nothing.
    return undefined;
  }
}
