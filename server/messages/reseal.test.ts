// After a change of the primary key: addresses and contents are sealed anew, a page at a time, also
// while messages are sent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { createVault, newKeyring } from '../base/crypto.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { uuidv7 } from '../base/ids.ts';
import type { Content } from './content.ts';
import { beginAttempt, insertMessage, markSent, selectMessagesOf } from './message-store.ts';
import { FIRST_ID, resealMessages } from './reseal.ts';

const now = Temporal.Instant.from('2026-11-24T08:00+09:00');
const [shopId, objectId] = [uuidv7(), uuidv7()];
const content: Content = {
  kind: 'receive_link',
  shopName: 'みほんチケット',
  shopContact: 'お客さま窓口 0120-111-222',
  reason: '',
  amountYen: 8400,
  url: 'https://pay.example.jp/r/a1B2c3',
  referenceCode: '123456789012',
  checkUrl: 'https://pay.example.jp/r',
  lastDay: '2026-12-10',
};
let place: TestDatabase;
let db: Database;

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url });
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

test('messages are read with the new key alone, once all of them are sealed anew', async () => {
  const keyring = newKeyring();
  const former = createVault(keyring);
  const ids: string[] = [];
  for (let count = 1; count <= 5; count++) {
    const messageId = uuidv7();
    ids.push(messageId);
    await insertMessage(db, former, shopId, {
      ...{ messageId, objectId, channel: 'mail', locale: 'ja', content },
      address: `hanako${count}@example.jp`,
      ...{ dueAt: now, notAfter: null, createdAt: now },
    });
  }
  await markSent(db, shopId, { messageId: ids[0]!, providerId: 'p', now });
  const fresh = newKeyring().keys.k1!;
  const both = createVault({ ...keyring, primary: 'k2', keys: { ...keyring.keys, k2: fresh } });
  const reseal = (afterId: string) =>
    resealMessages({ db, vault: both }, shopId, { afterId, limit: 2 });
  expect(await reseal(FIRST_ID)).toEqual({ looked: 2, resealed: 2, nextId: ids[1] });
  expect(await reseal(ids[1]!)).toEqual({ looked: 2, resealed: 2, nextId: ids[3] });
  expect(await reseal(ids[3]!)).toEqual({ looked: 1, resealed: 1, nextId: null });
  expect(await reseal(FIRST_ID)).toEqual({ looked: 2, resealed: 0, nextId: ids[1] });
  const only = createVault({ ...keyring, primary: 'k2', keys: { k2: fresh } });
  const found = await selectMessagesOf(db, only, shopId, [objectId]);
  expect(found.map(({ address }) => address)).toEqual(
    [1, 2, 3, 4, 5].map((count) => `hanako${count}@example.jp`),
  );
  const attempt = await beginAttempt(db, only, shopId, { messageId: ids[4]!, now });
  expect(attempt).toMatchObject({ address: 'hanako5@example.jp', content });
});
