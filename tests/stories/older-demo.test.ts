// `npm start` on a data folder of an earlier version, whose demo knew no other way than a bank:
// what its notes lack is found again, and what is printed for it works.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completed } from '../../scripts/demo.ts';
import { startWorld, type World } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world.close();
});

test('the notes are completed, and every way has a fee', async () => {
  const [byFile, byApi] = [await world.openShop('file'), await world.openShop('http')];
  const { core } = world;
  const onlyBank = [
    { method: 'bank_transfer', sameBank: null, fromYen: 1, toYen: null, feeYen: 1 },
  ];
  const effectiveFrom = Temporal.PlainDate.from('2020-01-02');
  for (const { shop } of [byFile, byApi]) {
    await core.fees.add(shop.shopId, { effectiveFrom, rules: onlyBank }, 'test');
  }
  const { shopId, number: shopNumber } = byFile.shop;
  const notes = { remittances: {}, webhookSecret: 'whsec_', endpointId: 'whe_' };
  const keys = { key: byFile.keyText, apiShopKey: byApi.keyText };
  const demo = await completed(core, { shopId, shopNumber, ...keys, ...notes });
  expect(demo.apiShopId).toBe(byApi.shop.shopId);
  expect(await completed(core, demo)).toEqual(demo);
  for (const { shop } of [byFile, byApi]) {
    const tables = await core.fees.tablesOf(shop.shopId);
    expect(tables.length).toBe(3);
    expect(tables[0]!.rules.map(({ method }) => method)).toContain('au_pay');
  }
});
