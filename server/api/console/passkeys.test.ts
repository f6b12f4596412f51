// Passkeys over real HTTP against an authenticator made of software: registered, used in place of
// the password, as the second step and once more; what is replayed, of another origin, of another
// member or unverified proves nobody.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsoleBrowser } from '../../../tests/console-browser.ts';
import { type ConsoleWorld, PASSWORD, startConsoleWorld } from '../../../tests/console-world.ts';

let world: ConsoleWorld;
beforeAll(async () => {
  world = await startConsoleWorld();
});
afterAll(async () => {
  await world.close();
});

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const b64 = (data: string | Buffer) => Buffer.from(data).toString('base64url');

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

interface Options {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id: string };
  readonly user?: { readonly id: string };
  readonly allowCredentials?: readonly { readonly id: string }[];
}

interface Manner {
  readonly origin?: string;
  readonly flags?: number;
  readonly counter?: number;
}

/** ES256, one credential, a counter that grows. */
function authenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const cose = new Map<number, number | Uint8Array>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Uint8Array.from(Buffer.from(x, 'base64url'))],
    [-3, Uint8Array.from(Buffer.from(y, 'base64url'))],
  ]);
  const key = Buffer.from(isoCBOR.encode(cose as never));
  const credentialId = randomBytes(16);
  const id = b64(credentialId);
  const own = world.url.replace('127.0.0.1', 'localhost');
  const state = { counter: 0 };

  const data = (rpId: string, flags: number, counter: number, more = Buffer.alloc(0)) => {
    const tail = Buffer.alloc(5);
    tail.writeUInt8(flags, 0);
    tail.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpId), tail, more]);
  };
  const client = (type: string, challenge: string, origin: string) =>
    JSON.stringify({ type, challenge, origin, crossOrigin: false });
  const common = { id, rawId: id, type: 'public-key', clientExtensionResults: {} };

  return {
    id,
    create({ challenge, rp }: Options, { origin = own, flags = PRESENT | VERIFIED }: Manner = {}) {
      const length = Buffer.from([0, credentialId.length]);
      const credential = Buffer.concat([Buffer.alloc(16), length, credentialId, key]);
      const authData = data(rp!.id, flags | HAS_CREDENTIAL, 0, credential);
      const object = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', Uint8Array.from(authData)],
      ]);
      return {
        ...common,
        response: {
          clientDataJSON: b64(client('webauthn.create', challenge, origin)),
          attestationObject: b64(Buffer.from(isoCBOR.encode(object as never))),
          transports: ['internal'],
        },
      };
    },
    get({ challenge, rpId }: Options, manner: Manner = {}) {
      const { origin = own, flags = PRESENT | VERIFIED } = manner;
      state.counter += 1;
      const authenticatorData = data(rpId!, flags, manner.counter ?? state.counter);
      const clientDataJSON = client('webauthn.get', challenge, origin);
      const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
      return {
        ...common,
        response: {
          clientDataJSON: b64(clientDataJSON),
          authenticatorData: b64(authenticatorData),
          signature: b64(sign('sha256', signed, privateKey)),
        },
      };
    },
  };
}

type Authenticator = ReturnType<typeof authenticator>;

async function register(browser: ConsoleBrowser): Promise<Authenticator> {
  const made = authenticator();
  const { body: options } = await browser.post<Options>('/console/api/passkeys/options');
  expect(options.rp?.id).toBe('localhost');
  const body = { name: '仕事用のノートPC', response: made.create(options) };
  const added = await browser.post<{ session: { csrf: string } }>('/console/api/passkeys', body);
  expect(added.status).toBe(200);
  expect(added.body).toMatchObject({ session: { secondFactor: { done: true } } });
  browser.csrf = added.body.session.csrf;
  return made;
}

const optionsFor = async (browser: ConsoleBrowser) =>
  (await browser.post<Options>('/console/api/session/passkey/options', {})).body;

const verify = (browser: ConsoleBrowser, response: unknown) =>
  browser.post('/console/api/session/passkey/verify', { response });

async function doorWith(made: Authenticator, manner: Manner = {}) {
  const browser = world.browser();
  const response = made.get(await optionsFor(browser), manner);
  return { browser, response, answer: await verify(browser, response) };
}

describe('a passkey', () => {
  test('signs in without a password, and is two factors', async () => {
    const owner = await world.signedIn('owner');
    const made = await register(owner);
    const { browser, answer } = await doorWith(made);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      member: { role: 'owner' },
      secondFactor: { required: true, done: true, methods: ['passkey', 'recovery_code'] },
    });
    expect((await browser.get('/console/api/session')).status).toBe(200);
    expect(await world.audited()).toContain('member.passkey_added');
  });

  test('is the second step after the password', async () => {
    const approver = await world.signedIn('approver');
    const made = await register(approver);
    const browser = world.browser();
    const login = { mail: approver.member.mail, password: PASSWORD };
    expect((await browser.post('/console/api/session', login)).status).toBe(403);
    const options = await optionsFor(browser);
    expect(options.allowCredentials).toMatchObject([{ id: made.id }]);
    expect((await verify(browser, made.get(options))).status).toBe(200);
  });

  test('proves once more for what is dangerous', async () => {
    const maker = await world.signedIn('maker');
    const made = await register(maker);
    world.pass({ minutes: 11 });
    const refused = await maker.post('/console/api/recovery-codes');
    expect(refused.body.code).toBe('step_up_needed');
    expect((await verify(maker, made.get(await optionsFor(maker)))).status).toBe(200);
    expect((await maker.post('/console/api/recovery-codes')).status).toBe(200);
  });

  test('is listed by its name and taken away, never the last of who needs one', async () => {
    const owner = await world.signedIn('owner');
    await register(owner);
    const list = () => owner.get<{ data: { id: string; name: string }[] }>('/console/api/passkeys');
    const { body } = await list();
    expect(body.data).toMatchObject([{ name: '仕事用のノートPC', lastUsedAt: null }]);
    const path = `/console/api/passkeys/${body.data[0]!.id}`;
    const last = await owner.send('DELETE', path);
    expect(last.body.code).toBe('factor_needed');
    await register(owner);
    expect((await owner.send('DELETE', path)).status).toBe(204);
    expect((await list()).body.data).toHaveLength(1);
  });
});

describe('nobody is proved by', () => {
  test('an answer sent twice', async () => {
    const made = await register(await world.signedIn('maker'));
    const { response } = await doorWith(made);
    const again = await verify(world.browser(), response);
    expect([again.status, again.body.code]).toEqual([422, 'passkey_failed']);
  });

  test.each<[string, Manner]>([
    ['an answer to another site', { origin: 'https://evil.example' }],
    ['a user who was not verified', { flags: PRESENT }],
    ['a counter that goes back', { counter: 0 }],
  ])('%s', async (_name, manner) => {
    const made = await register(await world.signedIn('maker'));
    expect((await doorWith(made)).answer.status).toBe(200);
    const { answer } = await doorWith(made, manner);
    expect([answer.status, answer.body.code]).toEqual([422, 'passkey_failed']);
  });

  test('a passkey of another member, a challenge that is old or for something else', async () => {
    const [one, other] = [await world.signedIn('maker'), await world.signedIn('maker')];
    const [own, foreign] = [await register(one), await register(other)];
    const stolen = await verify(one, foreign.get(await optionsFor(one)));
    expect(stolen.body.code).toBe('passkey_failed');
    const atDoor = await verify(world.browser(), own.get(await optionsFor(one)));
    expect(atDoor.body.code).toBe('passkey_failed');
    const browser = world.browser();
    const options = await optionsFor(browser);
    world.pass({ minutes: 6 });
    expect((await verify(browser, own.get(options))).body.code).toBe('passkey_failed');
  });

  test.each([
    ['', ''],
    ['{}', '{}'],
    [b64('[]'), b64('x')],
  ])('junk: %s', async (clientDataJSON, signature) => {
    const response = {
      ...{ id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {} },
      response: { clientDataJSON, authenticatorData: 'AAAA', signature },
    };
    const { status } = await verify(world.browser(), response);
    expect(status).toBe(422);
  });

  test('a registration of another origin or without verification', async () => {
    const maker = await world.signedIn('maker');
    for (const manner of [{ origin: 'https://evil.example' }, { flags: PRESENT }]) {
      const { body: options } = await maker.post<Options>('/console/api/passkeys/options');
      const response = authenticator().create(options, manner);
      const { body } = await maker.post('/console/api/passkeys', { name: 'x', response });
      expect(body.code).toBe('passkey_failed');
    }
  });
});
