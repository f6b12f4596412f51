// Signatures: what a published client signs is accepted, and nothing that was changed afterwards.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  openPartner,
  openPlayground,
  type Partner,
  type Playground,
  signedCall,
} from './test-partner.ts';

let playground: Playground;
let partner: Partner;
beforeAll(async () => {
  playground = await openPlayground();
});
afterAll(() => playground.close());

const HOUR_MS = 3_600_000;

test('a call signed by another implementation is accepted', async () => {
  partner = await openPartner(playground.simulator);
  expect(await partner.call('GetAvailableFunds', {})).toMatchObject({
    status: 200,
    body: { status: 'SUCCESS', availableFunds: { amount: 10_000_000, currencyCode: 'JPY' } },
  });
});

test.each([
  ['another secret', { secretAccessKey: 'another' }, {}, 0, 'InvalidSignature'],
  ['another region', { region: 'us-east-1' }, {}, 0, 'InvalidSignature'],
  ['an unknown key', { accessKeyId: 'AKIANOBODY' }, {}, 0, 'InvalidAccessKey'],
  ['a changed body', {}, { body: '{"partnerId":"Kzzzz"}' }, 0, 'InvalidSignature'],
  ['a changed header', {}, { headers: { accept: 'text/html' } }, 0, 'InvalidSignature'],
  ['no signature', {}, { headers: { Authorization: '' } }, 0, 'InvalidAccessKey'],
  ['a signature of an hour ago', {}, {}, -HOUR_MS, 'RequestExpired'],
  ['a signature of the next hour', {}, {}, HOUR_MS, 'RequestExpired'],
])('refused: %s', async (_name, change, tampering, skewMs, errorType) => {
  partner = await openPartner(playground.simulator);
  const contract = { ...partner.contract, ...change };
  const at = new Date(Date.now() + skewMs);
  const answer = await signedCall(contract, 'GetAvailableFunds', {}, tampering, at);
  expect(answer).toMatchObject({ status: 403, body: { errorType } });
});

test('a signature for one operation does not open another', async () => {
  partner = await openPartner(playground.simulator);
  const headers = { 'x-amz-target': 'com.amazonaws.agcod.AGCODService.CreateGiftCard' };
  const answer = await signedCall(partner.contract, 'GetAvailableFunds', {}, { headers });
  expect(answer).toMatchObject({ status: 403, body: { errorType: 'InvalidSignature' } });
});

test('one partner’s key does not open another’s contract', async () => {
  const other = await openPartner(playground.simulator);
  partner = await openPartner(playground.simulator);
  const answer = await partner.call('GetAvailableFunds', { partnerId: other.contract.partnerId });
  expect(answer).toMatchObject({ status: 400, body: { errorType: 'InvalidPartnerId' } });
});
