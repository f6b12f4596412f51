// The people of a merchant and one's own sessions over real HTTP: who sees whom, who changes whom,
// that an owner is left, that sessions end where they must.
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsoleBrowser } from '../../../tests/console-browser.ts';
import { type ConsoleWorld, PASSWORD, startConsoleWorld } from '../../../tests/console-world.ts';
import { publicId } from '../../base/ids.ts';
import { resetSecondFactor } from '../../members/manage-members.ts';
import { createMerchant } from '../../merchants/open-shop.ts';

let world: ConsoleWorld;
beforeAll(async () => {
  world = await startConsoleWorld();
});
afterAll(async () => {
  await world.close();
});

async function owner(merchantId = world.merchantId) {
  const browser = await world.signedIn('owner', merchantId);
  const { body } = await browser.post<{ secret: string }>('/console/api/totp');
  const epoch = Math.floor(world.now().epochMilliseconds / 1000);
  const code = await generate({ secret: body.secret, epoch });
  const { body: added } = await browser.post<{ session: { csrf: string } }>(
    '/console/api/totp/confirm',
    { code },
  );
  browser.csrf = added.session.csrf;
  return browser;
}

const pathOf = ({ memberId }: { memberId: string }) =>
  `/console/api/members/${publicId('mbr', memberId)}`;
const isIn = async (browser: ConsoleBrowser) =>
  (await browser.get('/console/api/session')).status === 200;

describe('members', () => {
  test('are seen by all of the merchant and nobody else', async () => {
    const support = await world.signedIn('support');
    const stranger = await world.member('maker', world.otherMerchantId);
    const { body } = await support.get<{ data: { mail: string; isSelf: boolean }[] }>(
      '/console/api/members',
    );
    expect(body.data.find(({ isSelf }) => isSelf)?.mail).toBe(support.member.mail);
    expect(body.data.map(({ mail }) => mail)).not.toContain(stranger.mail);
  });

  test('get another role from an owner, and sign in anew with it', async () => {
    const [boss, maker] = [await owner(), await world.signedIn('maker')];
    const changed = await boss.send('PATCH', pathOf(maker.member), { body: { role: 'support' } });
    expect(changed.status).toBe(204);
    expect(await isIn(maker)).toBe(false);
    const login = { mail: maker.member.mail, password: PASSWORD };
    const { body } = await world.browser().post('/console/api/session', login);
    expect(body).toMatchObject({ member: { role: 'support' } });
    expect(await world.audited()).toContain('member.role_changed');
  });

  test('are taken out at once, and their address is free', async () => {
    const [boss, maker] = [await owner(), await world.signedIn('maker')];
    expect((await boss.send('DELETE', pathOf(maker.member))).status).toBe(204);
    expect(await isIn(maker)).toBe(false);
    const login = { mail: maker.member.mail, password: PASSWORD };
    expect((await world.browser().post('/console/api/session', login)).status).toBe(401);
    expect((await boss.send('DELETE', pathOf(maker.member))).status).toBe(404);
  });

  test.each(['PATCH', 'DELETE'])('of another merchant are not there (%s)', async (method) => {
    const boss = await owner();
    const stranger = await world.member('maker', world.otherMerchantId);
    const request = method === 'PATCH' ? { body: { role: 'owner' } } : {};
    const { status, body } = await boss.send(method, pathOf(stranger), request);
    expect([status, body.code]).toEqual([404, 'member_not_found']);
  });

  test('change nothing of themselves, and only owners change others', async () => {
    const [boss, maker] = [await owner(), await world.signedIn('maker')];
    const own = await boss.send('DELETE', pathOf(boss.member));
    expect(own.body.code).toBe('not_yourself');
    const refused = await maker.send('DELETE', pathOf(boss.member));
    expect(refused.body.code).toBe('action_forbidden');
  });

  test('keep an owner, also where two take each other out at once', async () => {
    const merchantId = await createMerchant(world.core, { name: '二人の店', by: 'test' });
    const [one, two] = [await owner(merchantId), await owner(merchantId)];
    const answers = await Promise.all([
      one.send('DELETE', pathOf(two.member)),
      two.send('DELETE', pathOf(one.member)),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  });

  test('who lost their telephone set it up anew', async () => {
    const [boss, other] = [await owner(), await owner()];
    const reset = await boss.send('DELETE', `${pathOf(other.member)}/second-factor`);
    expect(reset.status).toBe(204);
    expect(await isIn(other)).toBe(false);
    const login = { mail: other.member.mail, password: PASSWORD };
    const { body } = await world.browser().post('/console/api/session', login);
    expect(body).toMatchObject({ secondFactor: { required: true, done: false, methods: [] } });
    const { memberId } = await world.member('maker', world.otherMerchantId);
    const foreign = { memberId, merchantId: world.merchantId, by: 'test' };
    await expect(resetSecondFactor(world.core.members, foreign)).rejects.toThrow(
      'member_not_found',
    );
  });
});

describe('one’s own sessions', () => {
  test('are listed with where they are, and ended one by one or all others', async () => {
    const here = await world.signedIn('maker');
    const login = { mail: here.member.mail, password: PASSWORD };
    const [two, three] = [world.browser(), world.browser()];
    for (const browser of [two, three]) await browser.post('/console/api/session', login);
    const list = async () =>
      (
        await here.get<{ data: { id: string; isThis: boolean; userAgent: string }[] }>(
          '/console/api/sessions',
        )
      ).body.data;
    const all = await list();
    expect(all).toHaveLength(3);
    expect(all[0]).toMatchObject({ address: '127.0.0.1', provedBy: 'password' });
    expect(all[0]!.userAgent).toContain('Windows');
    const third = all.find(({ isThis }) => !isThis)!;
    expect((await here.send('DELETE', `/console/api/sessions/${third.id}`)).status).toBe(204);
    expect(await isIn(three)).toBe(false);
    const ended = await here.send('DELETE', '/console/api/sessions');
    expect(ended.body).toEqual({ endedCount: 1 });
    expect([await isIn(here), await isIn(two)]).toEqual([true, false]);
  });

  test('of somebody else are not there', async () => {
    const [one, other] = [await world.signedIn('maker'), await world.signedIn('maker')];
    const { body } = await other.get<{ data: { id: string }[] }>('/console/api/sessions');
    const answer = await one.send('DELETE', `/console/api/sessions/${body.data[0]!.id}`);
    expect(answer.status).toBe(404);
    expect(await isIn(other)).toBe(true);
  });
});

describe('a new password', () => {
  test('wants the present one, ends other sessions and opens the next', async () => {
    const here = await world.signedIn('maker');
    const { mail } = here.member;
    const elsewhere = world.browser();
    await elsewhere.post('/console/api/session', { mail, password: PASSWORD });
    const next = '新しい合言葉 8315 のとおり';
    const wrong = await here.post('/console/api/password', { present: 'wrong', next });
    expect(wrong.body).toMatchObject({ errors: [{ pointer: '/present' }] });
    const done = await here.post('/console/api/password', { present: PASSWORD, next });
    expect(done.body).toEqual({ endedCount: 1 });
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
    const old = await world.browser().post('/console/api/session', { mail, password: PASSWORD });
    expect(old.status).toBe(401);
    const fresh = await world.browser().post('/console/api/session', { mail, password: next });
    expect(fresh.status).toBe(200);
  });

  test.each([
    ['short', 'too_short'],
    ['aaaaaaaaaaaaaaaa', 'too_simple'],
    ['password12345!', 'too_simple'],
    ['x'.repeat(129), 'too_long'],
  ])('is refused: %s', async (next, code) => {
    const here = await world.signedIn('maker');
    const { status, body } = await here.post('/console/api/password', { present: PASSWORD, next });
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/next', code }]]);
  });
});
