// The recipient's pages behind a proxy: below a path of the public URL, which the proxy takes away
// or leaves, and with limits that count the caller whom a believed proxy names.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import {
  makeLink,
  type PagesOptions,
  QUESTION,
  startPages,
  toConfirm,
  visitor,
} from './test-visitor.ts';

let world: World;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
});

afterAll(() => world.close());

test('below a path, every address of a page leads to a page', async () => {
  const pages = await startPages(world, { root: '/pay' });
  const made = await makeLink(shop);
  const link = { ...made, path: `/pay${made.path}` };
  const who = visitor(pages.url);
  const confirm = await toConfirm(who, link);
  expect(confirm.path).toBe(`${link.path}/confirm`);
  const seen = [await who.get('/pay/r'), confirm, await who.get(`${link.path}/bank`)];
  for (const { html, path } of seen) {
    const addresses = [...html.matchAll(/(?:href|action)="([^"#]+)"/g)].map(([, to]) => to!);
    const own = addresses.filter((to) => to.startsWith('/'));
    expect(own.length, path).toBeGreaterThan(2);
    expect(own.filter((to) => !to.startsWith('/pay/'))).toEqual([]);
  }
  const style = /href="([^"]*recipient\.css[^"]*)"/.exec(confirm.html)![1]!;
  expect((await who.get(style)).status).toBe(200);
  const status = await who.submit(confirm);
  expect(status.path).toBe(`${link.path}/status`);
  // A proxy that takes the path away asks us for this.
  expect((await who.get(`${made.path}/status`)).html).toContain('手続きを受け付けました');
  const code = await who.submit(await who.get('/pay/r'), { code: link.code });
  expect(code.path).toBe('/pay/r/check');
  const back = await who.submit(code, { answer0: QUESTION.value });
  expect(back.path).toBe(`${link.path}/status`);
  await pages.close();
});

/** What two callers are answered who try a code each, one after the other. */
async function statuses(options: PagesOptions): Promise<number[]> {
  const pages = await startPages(world, { ...options, tries: { perSecond: 0.001, burst: 1 } });
  const answered: number[] = [];
  for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.1']) {
    const who = visitor(pages.url, { 'x-forwarded-for': address });
    answered.push((await who.post('/r', { code: '1' })).status);
  }
  await pages.close();
  return answered;
}

test('who tries is told by a believed proxy, and by nobody else', async () => {
  expect(await statuses({ trustProxy: ['127.0.0.1'] })).toEqual([422, 422, 429]);
  expect(await statuses({ trustProxy: 1 })).toEqual([422, 422, 429]);
  expect(await statuses({ trustProxy: ['10.0.0.0/8'] })).toEqual([422, 429, 429]);
  expect(await statuses({})).toEqual([422, 429, 429]);
});
