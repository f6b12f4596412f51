// Receive links through their deeds and the API: made, verified, used, refused and repaired,
// declined, expired, reissued. The pages on top of them have their own stories.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BankAccount } from '../../server/recipients/bank-account.ts';
import { linkOfCode, linkOfToken, verifyAnswers } from '../../server/remittances/link-access.ts';
import { declineLink } from '../../server/remittances/link-deeds.ts';
import { specifyDestination } from '../../server/remittances/specify-destination.ts';
import { startWorld, type World, type WorldShop } from '../world.ts';

let world: World;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  shop = await world.openShop('http');
  await shop.fund(100_000);
});

interface LinkJson {
  readonly url: string;
  readonly code: string;
  readonly status: string;
  readonly locked: boolean;
}

interface LinkRemittance {
  readonly id: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly method: string;
  readonly fee: { readonly amount: number | null };
  readonly link: LinkJson;
}

let references = 0;

async function make(more: object = {}, amount = 8_400): Promise<LinkRemittance> {
  references += 1;
  const destination = {
    type: 'link',
    methods: ['bank_transfer'],
    verification: [{ label: '受付番号', value: 'Ａ-1024' }],
    ...more,
  };
  const made = await shop.client.post('/v1/remittances', {
    reference: `link-${references}`,
    amount,
    destination,
    description: '公演中止の払い戻し',
  });
  expect(made.status, made.text).toBe(201);
  return made.body as unknown as LinkRemittance;
}

const read = async (id: string) => (await shop.read(id)) as unknown as LinkRemittance;
const tokenOf = ({ url }: LinkJson) => url.split('/l/')[1]!;

async function opened(link: LinkJson) {
  const found = await linkOfToken(world.core.remittances, tokenOf(link));
  if (found === undefined) throw new Error('the link was not found');
  return found;
}

function account(accountNumber: string): BankAccount {
  return {
    bankCode: '0005',
    branchCode: '001',
    accountType: 'ordinary',
    accountNumber,
    holderName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    holderNameFull: 'ヤマダ　タロウ',
    holderNameTyped: 'ヤマダ タロウ',
  };
}

async function choose(link: LinkJson, accountNumber: string) {
  const found = await opened(link);
  const choice = { method: 'bank_transfer', account: account(accountNumber) } as const;
  return specifyDestination(world.core.remittances, found.shop, found.link.linkId, choice);
}

describe('a receive link', () => {
  test('reserves the money, is chosen once and is paid', async () => {
    const made = await make();
    expect(made).toMatchObject({ status: 'awaiting_recipient', method: 'unspecified' });
    expect(await shop.balance()).toMatchObject({ available: 91_600, reserved: 8_400 });
    const [first, second] = await Promise.all([
      choose(made.link, '1234567'),
      choose(made.link, '7654321'),
    ]);
    expect(first.destinationSealed.equals(second.destinationSealed)).toBe(true);
    await shop.clock({ advance: 'P5D' });
    const paid = await read(made.id);
    expect(paid).toMatchObject({ status: 'paid', method: 'bank_transfer' });
    expect(paid.fee.amount).toBe(200);
    expect(await shop.balance()).toMatchObject({ available: 91_600, reserved: 0, in_flight: 0 });
  });

  test('is found by its code, and answers are compared as people write them', async () => {
    const { link } = await make();
    const typed = `${link.code.slice(0, 4)} ${link.code.slice(4, 8)}－${link.code.slice(8)}`;
    const found = await linkOfCode(world.core.remittances, typed);
    expect(found?.link.code).toBe(link.code);
    const verify = (answer: string) =>
      verifyAnswers(world.core.remittances, found!.shop, found!.link.linkId, [answer]);
    expect(await verify('a1025')).toBe(false);
    expect(await verify(' a 1024')).toBe(true);
    expect(await linkOfCode(world.core.remittances, '1234 5678 9012')).toBeUndefined();
  });

  test('locks after five wrong answers, however many come at once', async () => {
    const made = await make();
    const { shop: of, link } = await opened(made.link);
    const tries = Array.from({ length: 8 }, () =>
      verifyAnswers(world.core.remittances, of, link.linkId, ['wrong']),
    );
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect((await read(made.id)).link.locked).toBe(true);
    await shop.client.post(`/v1/remittances/${made.id}/link/unlock`);
    expect(await verifyAnswers(world.core.remittances, of, link.linkId, ['A-1024'])).toBe(true);
  });

  test.each([
    ['refused at the bank', '9990002', 'name_mismatch'],
    ['returned days after it was paid', '9991025', 'account_closed'],
  ])('opens again with the reason when the account is %s', async (_name, number, reason) => {
    const made = await make();
    await choose(made.link, number);
    await shop.clock({ advance: 'P6D' });
    const refused = await read(made.id);
    expect(refused).toMatchObject({ status: 'awaiting_recipient', status_reason: reason });
    expect(await shop.balance()).toMatchObject({ available: 91_600, reserved: 8_400 });
    expect((await opened(made.link)).link).toMatchObject({ status: 'open', refusalReason: reason });
    await choose(made.link, '1234567');
    await shop.clock({ advance: 'P6D' });
    expect((await read(made.id)).status).toBe('paid');
  });

  test('gives the money back on the day it ends', async () => {
    const made = await make({ expires_in_days: 3 });
    await shop.clock({ advance: 'P5D' });
    expect(await read(made.id)).toMatchObject({ status: 'expired', status_reason: 'link_expired' });
    expect(await shop.balance()).toMatchObject({ available: 100_000, reserved: 0 });
    await expect(choose(made.link, '1234567')).rejects.toMatchObject({ code: 'link_over' });
  });

  test('can be declined, extended and reissued', async () => {
    const declined = await make();
    const { shop: of, link } = await opened(declined.link);
    await declineLink(world.core.remittances, of, link.linkId);
    expect(await read(declined.id)).toMatchObject({
      status: 'canceled',
      status_reason: 'recipient_declined',
    });
    const made = await make({ expires_in_days: 3 });
    const path = `/v1/remittances/${made.id}/link`;
    await shop.client.post(`${path}/extend`, { expires_in_days: 30 });
    await shop.clock({ advance: 'P5D' });
    const reissued = await shop.client.post(`${path}/reissue`, {});
    expect(reissued.status, reissued.text).toBe(200);
    const fresh = (reissued.body as unknown as LinkRemittance).link;
    expect(fresh.url).not.toBe(made.link.url);
    await expect(choose(made.link, '1234567')).rejects.toMatchObject({ code: 'link_over' });
    expect((await choose(fresh, '1234567')).status).toBe('scheduled');
  });

  test('of 10,000 yen needs a question, and methods of the contract', async () => {
    const refused = async (more: object, amount = 8_400) => {
      const destination = { type: 'link', methods: ['bank_transfer'], ...more };
      const body = { reference: `refused-${references++}`, amount, destination };
      return (await shop.client.post('/v1/remittances', body)).body;
    };
    const code = (answer: unknown) => (answer as { errors: { code: string }[] }).errors[0]?.code;
    expect(code(await refused({}, 10_000))).toBe('verification_required');
    expect(code(await refused({ expires_on: '2020-01-01' }))).toBe('invalid_expiry');
    const twice = { expires_on: '2030-01-01', expires_in_days: 3 };
    expect(code(await refused(twice))).toBe('two_expiries');
    expect(code(await refused({ deliver: { email: 'nobody' } }))).toBe('invalid_mail_address');
    expect(await refused({ methods: ['atm_cash'] })).toMatchObject({
      code: 'method_not_available',
    });
  });
});
