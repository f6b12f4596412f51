// Login with Amazon, authorization code with PKCE: by it the recipient proves which Amazon account
// is theirs, and we learn nothing but its user id. Pure but for `exchangeCode`; where state and
// verifier are kept meanwhile (the recipient's session) is the caller's matter.
import { createHash, randomBytes } from 'node:crypto';
import { sameBytes } from '../../base/crypto.ts';
import { callRail, type RailCall } from '../rail-call.ts';
import type { LoginConfig } from './config.ts';
import { isUserId } from './door.ts';
import { fieldsOf } from './transform.ts';

export interface Pkce {
  /** Stays in the recipient's session, for one exchange. */
  readonly codeVerifier: string;
  /** Goes into the address. */
  readonly codeChallenge: string;
}

/** What the recipient came back with. */
export type Callback =
  | { readonly kind: 'code'; readonly code: string }
  /** The recipient pressed cancel, or Amazon refused; asking once more is in order. */
  | { readonly kind: 'denied'; readonly detail: string }
  /** Not the answer to our question: another session's, or made up. */
  | { readonly kind: 'forged' };

/** `refused`: this sign-in is void. `unavailable`: Amazon did not answer; either way, once more. */
export type LoginOutcome =
  | { readonly kind: 'signed_in'; readonly amazonUserId: string }
  | { readonly kind: 'refused' | 'unavailable'; readonly detail: string };

const TIMEOUT_MS = 6_000;
/** The user id alone: Amazon shows no consent page for it, and no name ever comes to us. */
const SCOPE = 'profile:user_id';
const RANDOM_BYTES = 32;

/** `random`: 32 bytes. */
export function newPkce(random: Uint8Array = randomBytes(RANDOM_BYTES)): Pkce {
  if (random.length !== RANDOM_BYTES) throw new RangeError('PKCE needs 32 random bytes');
  const codeVerifier = Buffer.from(random).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  return { codeVerifier, codeChallenge };
}

/** A value that binds the answer to the recipient's session; kept there until it is back. */
export function newState(random: Uint8Array = randomBytes(RANDOM_BYTES)): string {
  return Buffer.from(random).toString('base64url');
}

/** Where the recipient's browser is sent. `redirectUri` must be registered with Amazon. */
export function authorizeUrl(
  config: LoginConfig,
  question: {
    readonly state: string;
    readonly codeChallenge: string;
    readonly redirectUri: string;
  },
): string {
  const url = new URL(config.authorizeUrl);
  url.search = new URLSearchParams({
    client_id: config.clientId,
    scope: SCOPE,
    response_type: 'code',
    redirect_uri: question.redirectUri,
    state: question.state,
    code_challenge: question.codeChallenge,
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
}

/** Reads the address the recipient came back to; nothing of it counts unless the state is ours. */
export function readCallback(query: URLSearchParams, expectedState: string): Callback {
  const state = query.get('state') ?? '';
  const isOurs = expectedState !== '' && sameBytes(Buffer.from(state), Buffer.from(expectedState));
  if (!isOurs) return { kind: 'forged' };
  const code = query.get('code');
  if (code !== null && /^[\x21-\x7e]{1,500}$/.test(code)) return { kind: 'code', code };
  const error = query.get('error') ?? '';
  return { kind: 'denied', detail: /^[a-z_]{1,60}$/.test(error) ? error : 'no code' };
}

/**
 * Changes a code into the user id, in three calls: the token, whose it is (`aud` must be our
 * client: a token made for another is no proof), and the profile. A code works once, so nothing is
 * repeated. Tokens are forgotten at return.
 */
export async function exchangeCode(
  dependencies: { readonly fetch?: typeof fetch },
  config: LoginConfig,
  answer: { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string },
  signal: AbortSignal,
): Promise<LoginOutcome> {
  const call = callerOf(dependencies.fetch ?? fetch, signal);
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: answer.code,
    redirect_uri: answer.redirectUri,
    client_id: config.clientId,
    client_secret: config.clientSecret,
    code_verifier: answer.codeVerifier,
  });
  const granted = await call('token', {
    method: 'POST',
    url: config.tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  if ('kind' in granted) return granted;
  const { access_token: token, token_type: type } = granted.fields;
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,4096}$/.test(token) || !isBearer(type)) {
    return { kind: 'refused', detail: 'token: makes no sense' };
  }
  const asked = `${config.tokenInfoUrl}?${new URLSearchParams({ access_token: token })}`;
  const info = await call('tokeninfo', { method: 'GET', url: asked, headers: {} });
  if ('kind' in info) return info;
  if (info.fields.aud !== config.clientId) {
    return { kind: 'refused', detail: 'tokeninfo: made for another client' };
  }
  const headers = { authorization: `bearer ${token}` };
  const profile = await call('profile', { method: 'GET', url: config.profileUrl, headers });
  if ('kind' in profile) return profile;
  const { user_id: amazonUserId } = profile.fields;
  // Both calls name the person; a difference would be somebody else's money.
  if (info.fields.user_id !== undefined && info.fields.user_id !== amazonUserId) {
    return { kind: 'refused', detail: 'profile: another user than the token’s' };
  }
  if (!isUserId(amazonUserId)) {
    return { kind: 'refused', detail: 'profile: no user id' };
  }
  return { kind: 'signed_in', amazonUserId };
}

const isBearer = (type: unknown) => typeof type === 'string' && type.toLowerCase() === 'bearer';

type Called =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | Extract<LoginOutcome, { kind: 'refused' | 'unavailable' }>;

/** One call of the login service. Details hold its name and a status, never a token or a code. */
function callerOf(fetchNow: typeof fetch, signal: AbortSignal) {
  return async (name: string, call: Omit<RailCall, 'timeoutMs'>): Promise<Called> => {
    const result = await callRail(fetchNow, { ...call, timeoutMs: TIMEOUT_MS }, signal);
    if (result.kind !== 'answer') {
      return { kind: 'unavailable', detail: `${name}: ${result.detail}` };
    }
    const { status, body } = result;
    const detail = `${name}: HTTP ${status}`;
    if (status >= 500 || status === 429) return { kind: 'unavailable', detail };
    if (status !== 200) return { kind: 'refused', detail };
    if (body === undefined) return { kind: 'unavailable', detail: `${name}: no JSON` };
    return { fields: fieldsOf(body) };
  };
}
