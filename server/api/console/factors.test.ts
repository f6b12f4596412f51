// The authenticator app and recovery codes: set up by who must, asked for at the next sign-in, each
// code taken once, guessing locked, and asked for again before what is dangerous.
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsoleBrowser } from '../../../tests/console-browser.ts';
import { type ConsoleWorld, PASSWORD, startConsoleWorld } from '../../../tests/console-world.ts';
import type { ConsoleApi } from './console-route.ts';

function registerDanger(consoleApi: ConsoleApi): void {
  consoleApi.post('/console/api/danger', { config: { action: 'keys.write' } }, async () => ({
    done: true,
  }));
}

let world: ConsoleWorld;
beforeAll(async () => {
  world = await startConsoleWorld(registerDanger);
});
afterAll(async () => {
  await world.close();
});

const codeOf = (secret: string) =>
  generate({ secret, epoch: Math.floor(world.now().epochMilliseconds / 1000) });

interface Added {
  readonly recoveryCodes: readonly string[];
  readonly session: Readonly<Record<string, unknown>>;
}

async function setUp(browser: ConsoleBrowser): Promise<{ secret: string; added: Added }> {
  const draft = await browser.post<{ secret: string; otpauthUri: string; qrSvg: string }>(
    '/console/api/totp',
  );
  expect(draft.body.qrSvg).toMatch(/^<svg/);
  expect(draft.body.otpauthUri).toContain(draft.body.secret);
  const { secret } = draft.body;
  const confirmed = await browser.post<Added & { session: { csrf: string } }>(
    '/console/api/totp/confirm',
    { code: await codeOf(secret) },
  );
  expect(confirmed.status).toBe(200);
  browser.csrf = confirmed.body.session.csrf;
  return { secret, added: confirmed.body };
}

async function passwordOf(mail: string): Promise<ConsoleBrowser> {
  const browser = world.browser();
  const answer = await browser.post('/console/api/session', { mail, password: PASSWORD });
  expect([answer.status, answer.body.code]).toEqual([403, 'second_factor_needed']);
  return browser;
}

describe('an approver', () => {
  test('sets up an app first, and then may work', async () => {
    const approver = await world.signedIn('approver');
    const { added } = await setUp(approver);
    expect(added.session).toMatchObject({
      secondFactor: { required: true, done: true, methods: ['totp', 'recovery_code'] },
    });
    expect(added.session.actions).toContain('remittances.approve');
    expect(new Set(added.recoveryCodes).size).toBe(10);
  });

  test('may replace the app and not be without', async () => {
    const approver = await world.signedIn('approver');
    const first = await setUp(approver);
    world.pass({ seconds: 30 });
    const second = await setUp(approver);
    expect(second.secret).not.toBe(first.secret);
    expect(second.added.recoveryCodes).toBeNull();
    const removed = await approver.send('DELETE', '/console/api/totp');
    expect([removed.status, removed.body.code]).toEqual([409, 'factor_needed']);
  });

  test('is not set up by a wrong code', async () => {
    const approver = await world.signedIn('approver');
    await approver.post('/console/api/totp');
    const wrong = await approver.post('/console/api/totp/confirm', { code: '000000' });
    expect(wrong.body.code).toBe('code_wrong');
    const { body } = await approver.get('/console/api/session');
    expect(body).toMatchObject({ secondFactor: { methods: [] } });
  });
});

describe('the second step', () => {
  test('opens the session, under another cookie; before, nothing is open', async () => {
    const owner = await world.signedIn('owner');
    const { secret } = await setUp(owner);
    world.pass({ seconds: 30 });
    const browser = await passwordOf(owner.member.mail);
    const pending = browser.cookie;
    const reloaded = await browser.get('/console/api/session');
    expect(reloaded.body).toMatchObject({
      code: 'second_factor_needed',
      secondFactor: { methods: ['totp', 'recovery_code'] },
    });
    expect((await browser.post('/console/api/danger')).body.code).toBe('second_factor_needed');
    expect((await browser.post('/console/api/totp')).body.code).toBe('second_factor_needed');
    const opened = await browser.post('/console/api/session/totp', { code: await codeOf(secret) });
    expect(opened.status).toBe(200);
    expect(browser.cookie).not.toBe(pending);
    expect((await browser.post<object>('/console/api/danger')).body).toEqual({ done: true });
    browser.cookie = pending;
    expect((await browser.get('/console/api/session')).status).toBe(401);
  });

  test('takes a code once, even twice at the same moment', async () => {
    const maker = await world.signedIn('maker');
    const { secret } = await setUp(maker);
    const used = await (await passwordOf(maker.member.mail)).post('/console/api/session/totp', {
      code: await codeOf(secret),
    });
    expect([used.status, used.body.code]).toEqual([422, 'code_wrong']);
    world.pass({ seconds: 30 });
    const browsers = [await passwordOf(maker.member.mail), await passwordOf(maker.member.mail)];
    const code = await codeOf(secret);
    const answers = await Promise.all(
      browsers.map((browser) => browser.post('/console/api/session/totp', { code })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  test('locks who guesses, in whatever session', async () => {
    const maker = await world.signedIn('maker');
    const { secret } = await setUp(maker);
    world.pass({ seconds: 30 });
    for (let count = 0; count < 5; count++) {
      const browser = await passwordOf(maker.member.mail);
      expect((await browser.post('/console/api/session/totp', { code: '123' })).status).toBe(422);
    }
    const locked = await passwordOf(maker.member.mail);
    const code = await codeOf(secret);
    const refused = await locked.post('/console/api/session/totp', { code });
    expect([refused.status, refused.body.code]).toEqual([429, 'sign_in_locked']);
  });

  test('must come soon', async () => {
    const maker = await world.signedIn('maker');
    const { secret } = await setUp(maker);
    const browser = await passwordOf(maker.member.mail);
    world.pass({ minutes: 11 });
    const late = await browser.post('/console/api/session/totp', { code: await codeOf(secret) });
    expect(late.status).toBe(401);
  });

  test('may be a recovery code, each once, in any writing', async () => {
    const maker = await world.signedIn('maker');
    const { added } = await setUp(maker);
    const [code = '', other = ''] = added.recoveryCodes;
    const first = await passwordOf(maker.member.mail);
    const typed = ` ${code.toUpperCase().replace('-', ' ')}`;
    const opened = await first.post('/console/api/session/recovery-code', { code: typed });
    expect(opened.status).toBe(200);
    const again = await passwordOf(maker.member.mail);
    const used = await again.post('/console/api/session/recovery-code', { code });
    expect(used.body.code).toBe('code_wrong');
    const next = await again.post('/console/api/session/recovery-code', { code: other });
    expect(next.status).toBe(200);
    const renewed = await again.post<Added>('/console/api/recovery-codes');
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    const old = await passwordOf(maker.member.mail);
    const gone = await old.post('/console/api/session/recovery-code', {
      code: added.recoveryCodes[2],
    });
    expect(gone.body.code).toBe('code_wrong');
  });
});

describe('what is dangerous', () => {
  test('asks once more after ten minutes', async () => {
    const owner = await world.signedIn('owner');
    const { secret } = await setUp(owner);
    expect((await owner.post<object>('/console/api/danger')).status).toBe(200);
    world.pass({ minutes: 10 });
    const refused = await owner.post('/console/api/danger');
    expect(refused.body).toMatchObject({
      code: 'step_up_needed',
      methods: ['totp', 'recovery_code'],
    });
    const proved = await owner.post('/console/api/session/totp', { code: await codeOf(secret) });
    expect(proved.status).toBe(200);
    expect((await owner.post<object>('/console/api/danger')).status).toBe(200);
  });

  test('asks who has no second factor to set one up', async () => {
    const developer = await world.signedIn('developer');
    const refused = await developer.post('/console/api/danger');
    expect(refused.body.code).toBe('second_factor_setup_needed');
    world.pass({ minutes: 10 });
    const own = await developer.post('/console/api/totp');
    expect(own.body).toMatchObject({ code: 'step_up_needed', methods: ['password'] });
    await developer.post('/console/api/session/password', { password: PASSWORD });
    await setUp(developer);
    expect((await developer.post<object>('/console/api/danger')).status).toBe(200);
  });
});

test('a maker may go without again; the codes go too', async () => {
  const maker = await world.signedIn('maker');
  await setUp(maker);
  expect((await maker.send('DELETE', '/console/api/totp')).status).toBe(204);
  const { body } = await maker.get('/console/api/session');
  expect(body).toMatchObject({ secondFactor: { methods: [] } });
  const [row] = await world.core.db.query<{ n: number }>(
    'select count(*) as n from member_recovery_code where member_id = $1',
    [maker.member.memberId],
  );
  expect(row!.n).toBe(0);
});
