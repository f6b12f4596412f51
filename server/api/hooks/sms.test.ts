// The route of SMS status callbacks: what reaches the deed, and what is turned away before.
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVault, newKeyring } from '../../base/crypto.ts';
import { type Database, openDatabase } from '../../base/database.ts';
import { createDeeds } from '../../base/deed.ts';
import { uuidv7 } from '../../base/ids.ts';
import type { Refusal } from '../../base/refusal.ts';
import { SAMPLE_OPERATOR_NOTICE } from '../../messages/operator-notice.ts';
import { createSmsSender, smsCallbackPath } from '../../messages/sms-sender.ts';
import { smsSignature } from '../../messages/sms-signature.ts';
import type { Api } from '../resource.ts';
import { registerSmsHook } from './sms.ts';

const publicUrl = 'https://pay.example.jp';
const token = 'the token of the account';
let api: Api;
let db: Database;

beforeAll(async () => {
  // Never connected to: what is tested here ends before the deed, or needs none.
  db = openDatabase({ url: 'postgres://127.0.0.1:1/none' });
  const from = '+815012345678';
  const sms = createSmsSender({ baseUrl: publicUrl, account: 'AC1', token, from, publicUrl });
  api = Fastify() as unknown as Api;
  api.setErrorHandler((error: Refusal, _request, reply) =>
    reply.code(error.status ?? 400).send({ code: error.code }),
  );
  registerSmsHook(api, {
    deeds: createDeeds(db, () => Temporal.Now.instant()),
    vault: createVault(newKeyring()),
    senders: async () => ({ mail: null, sms }),
    operator: SAMPLE_OPERATOR_NOTICE,
    onBounce: async () => {},
    random: () => 0,
  });
});

afterAll(async () => {
  await api.close();
  await db.close();
});

function call(path: string, signedPath = path, type = 'application/x-www-form-urlencoded') {
  const form = new URLSearchParams({ MessageSid: 'SM1', MessageStatus: 'sent', To: '+81 90' });
  return api.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': type,
      'x-twilio-signature': smsSignature(token, publicUrl + signedPath, form),
    },
    body: form.toString(),
  });
}

test('a callback with the provider’s signature is taken', async () => {
  expect((await call(smsCallbackPath(uuidv7(), uuidv7()))).statusCode).toBe(200);
});

test('one signed for another message, a wrong path, a wrong type are not', async () => {
  const shopId = uuidv7();
  const path = smsCallbackPath(shopId, uuidv7());
  const forged = await call(path, smsCallbackPath(shopId, uuidv7()));
  expect([forged.statusCode, forged.json()]).toEqual([403, { code: 'signature_invalid' }]);
  expect((await call('/hooks/sms/x/y')).statusCode).toBe(400);
  expect((await call(path, path, 'application/json')).statusCode).toBeGreaterThanOrEqual(400);
});
