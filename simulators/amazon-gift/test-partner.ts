// For tests: a simulator with a partner's hand on it. Signs with a published client library, so
// that the simulator's own reading of the signature is held against another one.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import aws4 from 'aws4';
import { type AmazonGiftSimulator, startAmazonGiftSimulator } from './start.ts';

export interface Contract {
  readonly worldId: string;
  readonly baseUrl: string;
  readonly region: string;
  readonly partnerId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly login: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly authorizeUrl: string;
    readonly tokenUrl: string;
    readonly tokenInfoUrl: string;
    readonly profileUrl: string;
  };
  readonly balanceUrl: string;
}

/** The books as the control API shows them. */
export interface ShownBooks {
  readonly openingYen: number;
  readonly fundsYen: number;
  readonly customers: readonly { userId: string; balanceYen: number }[];
  readonly orders: readonly {
    requestId: string;
    kind: string;
    amountYen: number;
    userId: string | null;
    state: string;
  }[];
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Playground {
  readonly simulator: AmazonGiftSimulator;
  readonly dataDir: string;
  close(): Promise<void>;
}

export const RETURN_URL = 'http://127.0.0.1:1/amazon/back';

export async function openPlayground(): Promise<Playground> {
  const dataDir = mkdtempSync(join(tmpdir(), 'amazon-gift-'));
  const simulator = await startAmazonGiftSimulator({ port: 0, dataDir });
  return {
    simulator,
    dataDir,
    async close() {
      await simulator.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function callControl(
  { controlUrl, controlToken }: Pick<AmazonGiftSimulator, 'controlUrl' | 'controlToken'>,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${controlUrl}${path}`, {
    method,
    headers: { 'x-control-token': controlToken },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as unknown;
  if (response.ok) return answer;
  throw new Error(`${method} ${path} -> ${response.status} ${JSON.stringify(answer)}`);
}

export type Partner = Awaited<ReturnType<typeof openPartner>>;

let worlds = 0;

/** A world of its own, and calls signed by its partner. */
export async function openPartner(
  simulator: Pick<AmazonGiftSimulator, 'controlUrl' | 'controlToken'>,
  wish: object = {},
) {
  worlds += 1;
  const worldId = `world-${worlds}`;
  const asked = { worldId, returnUrls: [RETURN_URL], ...wish };
  const contract = (await callControl(simulator, 'POST', '/worlds', asked)) as Contract;
  const control = (method: string, path: string, body?: object) =>
    callControl(simulator, method, `/worlds/${worldId}${path}`, body);
  return {
    contract,
    control,
    books: async () => (await control('GET', '/books')) as ShownBooks,
    call: (operation: string, body: object) => signedCall(contract, operation, body),
  };
}

export interface Tampering {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function signedCall(
  contract: Contract,
  operation: string,
  given: object,
  tampering: Tampering = {},
  signingDate = new Date(),
): Promise<Answer> {
  const { host } = new URL(contract.baseUrl);
  const body = JSON.stringify({ partnerId: contract.partnerId, ...given });
  const { accessKeyId, secretAccessKey, region } = contract;
  const signed = aws4.sign(
    {
      method: 'POST',
      host,
      path: `/${operation}`,
      service: 'AGCODService',
      region,
      body,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        host,
        'x-amz-date': signingDate.toISOString().replaceAll(/[-:]|\.\d{3}/g, ''),
        'x-amz-target': `com.amazonaws.agcod.AGCODService.${operation}`,
      },
    },
    { accessKeyId, secretAccessKey },
  );
  const response = await fetch(`${contract.baseUrl}/${operation}`, {
    method: 'POST',
    headers: { ...(signed.headers as Record<string, string>), ...tampering.headers },
    body: tampering.body ?? body,
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

export const requestId = ({ partnerId }: Contract, number: number): string =>
  `${partnerId}${String(number).padStart(20, '0')}`;

export function loadOf(contract: Contract, number: number, amountYen: number, userId: string) {
  return {
    loadBalanceRequestId: requestId(contract, number),
    amount: { currencyCode: 'JPY', value: amountYen },
    account: { id: userId, type: '2' },
    transactionSource: { sourceId: 'kawase' },
  };
}

export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');
