// The letter by API: a way in while the link is open, a confirmation once something was entered,
// nothing once it is over; reissued, the former way in is dead.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import { makeLink, readLink, toConfirm, visitor } from './test-visitor.ts';

let world: World;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
});

afterAll(() => world.close());

async function letter(id: string) {
  const response = await fetch(`${world.url}/v1/remittances/${id}/link/letter`, {
    headers: { authorization: `Bearer ${shop.keyText}` },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

test('a letter for each state, and another after a reissue', async () => {
  const link = await makeLink(shop);
  const first = await letter(link.id);
  expect([first.status, first.type]).toEqual([200, 'application/pdf']);
  expect(first.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  await shop.client.post(`/v1/remittances/${link.id}/link/reissue`, {});
  const fresh = await readLink(shop, link.id);
  expect((await letter(link.id)).status).toBe(200);
  const who = visitor(world.url);
  expect((await who.get(link.path)).status).toBe(410);
  await who.submit(await toConfirm(who, fresh));
  expect((await letter(link.id)).status).toBe(200);
  const declined = await makeLink(shop);
  await who.submit(await who.get(declined.path), { answer0: 'a1024' });
  await who.submit(await who.get(`${declined.path}/decline`));
  const over = await letter(declined.id);
  expect([over.status, over.bytes.toString()]).toEqual([
    409,
    expect.stringContaining('no_open_link'),
  ]);
});
