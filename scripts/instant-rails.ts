// The real-time rails of a test shop: a world of its own at each simulator, the contract with it,
// and the method in the shop's contract. Run at every start, since simulators come up at new
// addresses.
import { SIGNED_IN_PATH } from '../server/api/recipient/sign-in-routes.ts';
import type { Core } from '../server/core.ts';
import { createRailAccount, updateRailAccountConfig } from '../server/merchants/rail-accounts.ts';
import { setShopMethod } from '../server/merchants/shop-methods.ts';
import { watchRail } from '../server/remittances/watch-rails.ts';
import type { SandboxRailPlaces } from '../server/sandbox/sandbox-rails.ts';

export interface Simulator {
  readonly url: string;
  readonly controlUrl: string;
  readonly controlToken: string;
}

type Fields = Readonly<Record<string, unknown>>;

export interface InstantRail {
  readonly rail: string;
  readonly method: string;
  readonly maxYen: number;
  readonly simulator: Simulator;
  /** What the world is opened with. */
  readonly opening: Fields;
  /** The contract as the rail reads it. */
  readonly config: (world: Fields) => Fields;
  /** Where the other side reaches us: control calls below the world. */
  readonly addresses: (us: {
    readonly publicUrl: string;
    readonly noticeUrl: string;
  }) => readonly (readonly [path: string, body: Fields])[];
}

const BY = 'npm start';
const PREFUND_YEN = 10_000_000;

export function instantRails(simulators: {
  readonly atm: Simulator;
  readonly amazon: Simulator;
  readonly auPay: Simulator;
}): readonly InstantRail[] {
  const { atm, amazon, auPay } = simulators;
  return [
    {
      ...{ rail: 'seven_atm', method: 'atm_cash', maxYen: 100_000, simulator: atm },
      opening: { prefundYen: PREFUND_YEN },
      config: (world) => ({
        baseUrl: atm.url,
        key: { keyId: world.keyId, secret: world.secret },
        noticeKeys: [{ keyId: world.noticeKeyId, secret: world.noticeSecret }],
      }),
      addresses: ({ noticeUrl }) => [['/webhook', { url: noticeUrl }]],
    },
    {
      ...{ rail: 'amazon_gift', method: 'amazon_gift', maxYen: 100_000, simulator: amazon },
      opening: { fundsYen: PREFUND_YEN },
      config: ({ baseUrl, region, partnerId, accessKeyId, secretAccessKey, login }) => ({
        ...{ baseUrl, region, partnerId, accessKeyId, secretAccessKey, login },
      }),
      addresses: ({ publicUrl }) => [
        ['/return-urls', { returnUrls: [`${publicUrl}${SIGNED_IN_PATH}`] }],
      ],
    },
    {
      ...{ rail: 'au_pay', method: 'au_pay', maxYen: 100_000, simulator: auPay },
      opening: { prefundYen: PREFUND_YEN },
      config: ({ baseUrl, keyId, secret, noticeSecret, handOverUrl }) => ({
        ...{ baseUrl, keyId, secret, noticeSecret, handOverUrl },
      }),
      addresses: ({ publicUrl, noticeUrl }) => [
        ['/webhook', { url: noticeUrl }],
        ['/return-origins', { origins: [publicUrl] }],
      ],
    },
  ];
}

/** For KAWASE_SANDBOX_RAILS. */
export function sandboxPlaces(simulators: {
  readonly atm: Simulator;
  readonly amazon: Simulator;
  readonly auPay: Simulator;
}): SandboxRailPlaces {
  const { atm, amazon, auPay } = simulators;
  const placeOf = ({ url, controlUrl, controlToken }: Simulator) => ({
    ...{ url, controlUrl, controlToken },
  });
  return { seven_atm: placeOf(atm), amazon_gift: placeOf(amazon), au_pay: placeOf(auPay) };
}

/**
 * `us.url`: where the rails reach this installation with their notices; `us.publicUrl`: where a
 * recipient's browser comes back to. Answers the rail accounts by rail.
 */
export async function openInstantRails(
  core: Core,
  shopId: string,
  rails: readonly InstantRail[],
  us: { readonly url: string; readonly publicUrl: string },
): Promise<ReadonlyMap<string, string>> {
  const known = await core.railAccounts.list();
  const accounts = new Map<string, string>();
  for (const { rail, method, maxYen, simulator, opening, config, addresses } of rails) {
    const world = await control(simulator, 'POST', '/worlds', { worldId: shopId, ...opening });
    const account = known.find((one) => one.rail === rail && one.operatorShopId === shopId);
    let railAccountId = account?.id;
    if (railAccountId === undefined) {
      railAccountId = await createRailAccount(core, {
        ...{ rail, connector: 'http', mode: 'test', name: `${rail} (sandbox)`, by: BY },
        config: config(world),
        operatorShopId: shopId,
      });
    } else {
      const changed = { ...(account?.config as object), ...config(world) };
      await updateRailAccountConfig(core, { railAccountId, config: changed, by: BY });
    }
    await setShopMethod(core, { shopId, method, railAccountId, maxYen, by: BY });
    const noticeUrl = `${us.url}/hooks/rail/${railAccountId}`;
    for (const [path, body] of addresses({ publicUrl: us.publicUrl, noticeUrl })) {
      await control(simulator, 'PUT', `/worlds/${shopId}${path}`, body);
    }
    await watchRail(core, railAccountId);
    accounts.set(rail, railAccountId);
  }
  // The shop's clock may be ahead already: its worlds follow.
  await core.sandboxRails.setClock(shopId, await core.deeds.now(shopId));
  return accounts;
}

/** A call of a simulator's control door. */
export async function control(
  simulator: Simulator,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${simulator.controlUrl}${path}`, {
    method,
    headers: { 'x-control-token': simulator.controlToken, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${simulator.controlUrl}${path}: ${JSON.stringify(answer)}`);
  return answer;
}
