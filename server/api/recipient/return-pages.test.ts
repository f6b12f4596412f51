// The way back to the shop, from outside: offered once the recipient's part is done, signed with a
// secret that the shop reads and replaces, and leading nowhere but where the shop said.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PagesWorld, startPagesWorld } from './test-pages-world.ts';
import {
  type MadeLink,
  makeLink,
  QUESTION,
  readLink,
  receivableLink,
  toConfirm,
  type Visitor,
} from './test-visitor.ts';

let place: PagesWorld;
const someone = () => place.someone();
const RETURN = 'https://shop.example.jp/done?order=7';
const BUTTON = '/return" rel="noreferrer"';

beforeAll(async () => {
  place = await startPagesWorld();
});

afterAll(() => place.close());

const secret = async () => (await place.shop.client.get('/v1/return_secret')).body as Secret;

interface Secret extends Record<string, unknown> {
  readonly secret: string;
  readonly former_secret: string | null;
}

/** Where the press leads, its signatures checked. */
async function pressed(who: Visitor, link: MadeLink, signers: readonly string[]) {
  const { status, path, headers } = await who.get(`${link.path}/return`);
  expect(status).toBe(303);
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  const { searchParams: given, origin, pathname } = new URL(path);
  expect(origin + pathname).toBe('https://shop.example.jp/done');
  const found = Object.fromEntries(given);
  const signed = [found.time, found.remittance_id, found.status, found.reference].join('.');
  const by = signers.map((each) => createHmac('sha256', each).update(signed).digest('hex'));
  expect(found.signature).toBe(by.join('.'));
  expect(Math.abs(Number(found.time) - Date.now() / 1000)).toBeLessThan(60);
  return found;
}

test('chosen, the page offers the way back, with the outcome', async () => {
  const link = await makeLink(place.shop, { return_url: RETURN });
  expect((await place.shop.read(link.id)).link).toMatchObject({ return_url: RETURN });
  const who = someone();
  expect((await who.get(`${link.path}/return`)).path).toBe(`${link.path}?again=1`);
  await who.submit(await who.get(link.path), { answer0: QUESTION.value });
  // Nothing was chosen yet: there is nothing to come back from.
  const early = await who.get(`${link.path}/return?return_url=https://evil.example/`);
  expect(early.path).toBe(link.path);
  expect(early.html).not.toContain(BUTTON);
  const other = someone();
  const done = await other.submit(await toConfirm(other, link));
  expect(done.html).toContain(BUTTON);
  expect(done.html).toMatch(/href="[^"]*\/return"[^>]*>[^<]+に戻る</);
  const found = await pressed(who, link, [(await secret()).secret]);
  const { id, reference } = await place.shop.read(link.id);
  expect(found).toMatchObject({ remittance_id: id, reference, status: 'scheduled', order: '7' });
  expect((await who.get(`${link.path}/status?lang=en`)).html).toMatch(/>Back to [^<]+</);
});

test('declined, and waiting at the ATM, too; who has not answered is told nothing', async () => {
  const { secret: signer } = await secret();
  const declined = await makeLink(place.shop, { return_url: RETURN });
  const who = someone();
  await who.submit(await who.get(declined.path), { answer0: QUESTION.value });
  const over = await who.submit(await who.get(`${declined.path}/decline`));
  expect(over.html).toContain(BUTTON);
  expect(await pressed(who, declined, [signer])).toMatchObject({ status: 'canceled' });
  const stranger = await someone().get(declined.path);
  expect(stranger.status).toBe(410);
  expect(stranger.html).not.toContain(BUTTON);
  expect((await someone().get(`${declined.path}/return`)).status).toBe(410);
  const atm = await receivableLink(place.world, place.shop);
  await place.world.core.db.run(`update receive_link set return_url = $2 where code = $1`, [
    atm.code,
    RETURN,
  ]);
  expect((await who.get(`${atm.path}/status`)).html).toContain(BUTTON);
  expect(await pressed(who, atm, [signer])).toMatchObject({ status: 'receivable' });
});

test('a reissued link keeps it; without one there is no button and no way out', async () => {
  const link = await makeLink(place.shop, { return_url: RETURN });
  await place.shop.client.post(`/v1/remittances/${link.id}/link/reissue`, {});
  const fresh = await readLink(place.shop, link.id);
  const who = someone();
  expect((await who.submit(await toConfirm(who, fresh))).html).toContain(BUTTON);
  const plain = await makeLink(place.shop);
  const other = someone();
  expect((await other.submit(await toConfirm(other, plain))).html).not.toContain(BUTTON);
  expect((await other.get(`${plain.path}/return`)).path).toBe(`${plain.path}/status`);
});

test('a bad address is refused with what to do; the same request twice is one', async () => {
  const destination = { type: 'link', methods: ['bank_transfer'], verification: [QUESTION] };
  const ask = (reference: string, return_url: string) =>
    place.shop.instruct({ reference, more: { destination: { ...destination, return_url } } });
  const refused = await ask('back-1', 'http://shop.example.jp/');
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({
    errors: [{ pointer: '/destination/return_url', code: 'url_not_https' }],
  });
  expect((await ask('back-1', 'http://localhost:3000/done')).status).toBe(201);
  expect((await ask('back-1', 'http://localhost:3000/done')).status).toBe(200);
  expect((await ask('back-1', 'http://localhost:3000/other')).status).toBe(409);
});

test('the secret is replaced; the former one signs beside it for a while', async () => {
  const before = await secret();
  expect(before).toMatchObject({ former_secret: null, former_secret_ends_at: null });
  const path = '/v1/return_secret/rotate';
  const after = (await place.shop.client.post<Secret>(path, { previous_valid_hours: 1 })).body;
  expect(after).toMatchObject({ former_secret: before.secret });
  expect(after.secret).toMatch(/^krs_[0-9a-f]{64}$/);
  expect(after.secret).not.toBe(before.secret);
  const link = await makeLink(place.shop, { return_url: RETURN });
  const who = someone();
  await who.submit(await toConfirm(who, link));
  await pressed(who, link, [after.secret, before.secret]);
  place.pages.advance(61);
  await who.submit(await who.get(link.path), { answer0: QUESTION.value });
  const { path: left } = await who.get(`${link.path}/return`);
  expect(new URL(left).searchParams.get('signature')).not.toContain('.');
  const another = await place.world.openShop('http');
  expect((await another.client.get('/v1/return_secret')).body.secret).not.toBe(after.secret);
});

test('the shop hears of the first visit and of the lock, once each', async () => {
  const link = await makeLink(place.shop);
  const types = async () =>
    (await place.shop.read(link.id)).timeline.map(({ type }) => type.replace('remittance.', ''));
  const who = someone();
  await who.submit(await who.get(link.path), { answer0: QUESTION.value });
  const other = someone();
  await other.submit(await other.get(link.path), { answer0: QUESTION.value });
  expect(await types()).toEqual(['awaiting_recipient', 'link_opened']);
  const page = await someone().get(link.path);
  for (let count = 0; count < 6; count++) await someone().submit(page, { answer0: `B-${count}` });
  expect(await types()).toEqual(['awaiting_recipient', 'link_opened', 'link_locked']);
});
