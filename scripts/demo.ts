// The demo shop: opened once, funded by a real 振込入金通知 file, with remittances that have really gone
// through the bank simulator by file, results and a return included. Spoken to through the public
// API, as a merchant would.
import { tokyoDate } from '../server/base/clock.ts';
import type { Core } from '../server/core.ts';
import { createMerchant } from '../server/merchants/open-shop.ts';
import { openTestShop, SAMPLE_FEES } from '../server/sandbox/open-test-shop.ts';
import { refreshAddresses } from '../server/sandbox/refresh-addresses.ts';
import type { KawaseServer } from '../server/server.ts';
import { addDemoMembers, type DemoMembers } from './demo-members.ts';
import { type Call, remitByEveryMethod } from './demo-methods.ts';
import { openInstantRails } from './instant-rails.ts';

export interface Demo {
  readonly shopId: string;
  readonly shopNumber: number;
  readonly key: string;
  /** The same through the bank's HTTP API instead of files. */
  readonly apiShopKey: string;
  readonly apiShopId: string;
  /** Remittances by what became of them, for the printed tour. */
  readonly remittances: Readonly<Record<string, string>>;
  readonly webhookSecret: string;
  readonly endpointId: string;
  readonly people: DemoMembers;
}

/** Notes of an earlier version: what it did not write down is found again. */
type KnownDemo = Omit<Demo, 'apiShopId' | 'people'> & Partial<Demo>;

interface DemoOptions {
  readonly server: KawaseServer;
  readonly url: string;
  readonly inboxUrl: string;
  readonly rails: Parameters<typeof openInstantRails>[2];
  readonly known: KnownDemo | undefined;
  readonly say: (line: string) => void;
}

export function client(url: string, key: string): Call {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`demo: ${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
}

/** What the demo pays; account numbers of the 999xxxx kind are the sandbox bank's magic numbers. */
const PAYMENTS = [
  ['paid', '1234567', 'ヤマダ　タロウ', 8_400],
  ['paid_company', '7654321', 'カブシキガイシャ　サンプルショウジ', 120_000],
  ['paid_savings', '2345678', 'スズキ　ハナコ', 3_200],
  ['failed_name_mismatch', '9990002', 'サトウ　ジロウ', 5_600],
  ['returned_after_a_day', '9991015', 'タカハシ　サブロウ', 7_000],
] as const;

export async function makeDemo(options: DemoOptions): Promise<Demo> {
  const { server, url, rails, known, say } = options;
  const demo =
    known === undefined
      ? await openDemo(options)
      : await withPeople(server, await completed(server.core, known));
  const us = { url, publicUrl: server.core.remittances.publicUrl };
  for (const shopId of [demo.shopId, demo.apiShopId]) {
    await openInstantRails(server.core, shopId, rails, us);
  }
  await tellInbox(options, demo);
  if (known !== undefined) return demo;
  const more = await remitByEveryMethod(client(url, demo.key), say);
  return { ...demo, remittances: { ...demo.remittances, ...more } };
}

/** Of a demo made before there were other ways than a bank: they are agreed on now. */
export async function completed(
  core: Pick<Core, 'shops' | 'fees' | 'deeds'>,
  known: KnownDemo,
): Promise<KnownDemo & { readonly apiShopId: string }> {
  if (known.apiShopId !== undefined) return { ...known, apiShopId: known.apiShopId };
  const number = Number(known.apiShopKey.split('_')[2]);
  const { shopId: apiShopId } = await core.shops.byNumber(number);
  for (const shopId of [known.shopId, apiShopId]) {
    const effectiveFrom = tokyoDate(await core.deeds.now(shopId));
    await core.fees.add(shopId, { effectiveFrom, rules: SAMPLE_FEES }, 'npm start');
  }
  return { ...known, apiShopId };
}

async function openDemo({ server, url, inboxUrl, say }: DemoOptions): Promise<Demo> {
  const { core } = server;
  const bank = core.sandboxBank;
  if (bank === undefined) throw new Error('the demo needs the sandbox bank');
  say('making the demo shop');
  const merchantId = await createMerchant(core, { name: '株式会社デモチケット', by: 'npm start' });
  const deps = { merchants: core, funds: core.polling, fees: core.fees, bank };
  const common = { merchantId, by: 'npm start', contact: 'デモチケット お客様窓口 0120-000-000' };
  const byFile = await openTestShop(deps, { ...common, name: 'デモチケット', connector: 'file' });
  const byApi = await openTestShop(deps, {
    ...common,
    name: 'デモチケット（銀行API）',
    connector: 'http',
  });
  await refreshAddresses(core, url);
  const call = client(url, byFile.keyText);
  const endpoint = await call('POST', '/v1/webhook_endpoints', { url: `${inboxUrl}/hook` });
  say('funding it: a deposit at the bank, told by a 振込入金通知 file');
  await call('POST', '/v1/sandbox/deposits', { amount: 1_000_000 });
  await client(url, byApi.keyText)('POST', '/v1/sandbox/deposits', { amount: 1_000_000 });
  say('instructing remittances');
  const remittances: Record<string, string> = {};
  for (const [name, account_number, account_holder, amount] of PAYMENTS) {
    const { id } = await call('POST', '/v1/remittances', {
      reference: `demo-${name}`,
      amount,
      description: '公演中止の払い戻し',
      destination: {
        ...{ type: 'bank_account', bank_code: '0005', branch_code: '001' },
        ...{ account_type: 'ordinary', account_number, account_holder },
      },
    });
    remittances[name] = String(id);
  }
  say('moving the demo shop’s clock over the cut-off: file out, results and return back in');
  await call('POST', '/v1/sandbox/clock', { to_next: 'cut_off' });
  await call('POST', '/v1/sandbox/clock', { advance: 'P6D' });
  return {
    shopId: byFile.shop.shopId,
    shopNumber: byFile.shop.number,
    key: byFile.keyText,
    apiShopKey: byApi.keyText,
    apiShopId: byApi.shop.shopId,
    remittances,
    webhookSecret: String(endpoint.secret),
    endpointId: String(endpoint.id),
    people: await addDemoMembers(server, merchantId),
  };
}

/** A demo shop of an earlier version has none yet. */
async function withPeople(
  server: KawaseServer,
  known: KnownDemo & { readonly apiShopId: string },
): Promise<Demo> {
  const { people } = known;
  if (people !== undefined) return { ...known, people };
  const { merchantId } = await server.core.shops.byId(known.shopId);
  return { ...known, people: await addDemoMembers(server, merchantId) };
}

/**
 * The inbox comes up at a new port each time; it learns the secret, and the endpoint its address.
 */
async function tellInbox({ url, inboxUrl }: DemoOptions, demo: Demo): Promise<void> {
  const secret = JSON.stringify({ secret: demo.webhookSecret });
  await fetch(`${inboxUrl}/secret`, { method: 'POST', body: secret });
  const path = `/v1/webhook_endpoints/${demo.endpointId}`;
  await client(url, demo.key)('PATCH', path, { url: `${inboxUrl}/hook` });
}
