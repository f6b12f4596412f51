// The demo shop remits by every method beside bank transfers: cash at the ATM asked for directly
// and taken, gift balance and wallet chosen by a recipient on the pages of a receive link.
import { demoRecipient } from './demo-recipient.ts';

export type Call = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<Record<string, unknown>>;

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** Answers the remittances by what they show. */
export async function remitByEveryMethod(
  call: Call,
  say: (line: string) => void,
): Promise<Readonly<Record<string, string>>> {
  say('remitting by ATM, gift balance and wallet');
  return {
    paid_atm_cash: await byAtm(call),
    paid_amazon_gift: await byAmazon(call),
    paid_au_pay: await byAuPay(call),
  };
}

async function byAtm(call: Call): Promise<string> {
  const { id } = await call('POST', '/v1/remittances', {
    ...{ reference: 'demo-atm-cash', amount: 8_400, description: '公演中止の払い戻し' },
    destination: { type: 'atm_cash' },
  });
  await until(call, String(id), 'receivable');
  // The recipient at the machine and then at the register, by the sandbox.
  await call('POST', `/v1/sandbox/remittances/${id}/outcome`, { outcome: 'paid' });
  return until(call, String(id), 'paid');
}

async function byAmazon(call: Call): Promise<string> {
  const { id, url } = await link(call, 'amazon_gift');
  const recipient = demoRecipient();
  const before = await recipient.get(`${url}/sign-in?method=amazon_gift`);
  const signIn = await recipient.submit(before);
  await recipient.submit(signIn, { name: 'ヤマダ ハナコ', answer: 'sign-in' });
  return until(call, id, 'paid');
}

async function byAuPay(call: Call): Promise<string> {
  const { id, url } = await link(call, 'au_pay');
  const recipient = demoRecipient();
  const entry = await recipient.get(`${url}/enter?method=au_pay`);
  const confirm = await recipient.submit(entry, { member: '100000000002' });
  await recipient.submit(confirm);
  return until(call, id, 'paid');
}

async function link(call: Call, method: string): Promise<{ id: string; url: string }> {
  const made = await call('POST', '/v1/remittances', {
    ...{ reference: `demo-${method}`, amount: 8_400, description: '公演中止の払い戻し' },
    destination: { type: 'link', methods: [method] },
  });
  const found = await call('GET', `/v1/remittances/${made.id}`);
  return { id: String(made.id), url: (found.link as { readonly url: string }).url };
}

async function until(call: Call, id: string, status: string): Promise<string> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    const found = await call('GET', `/v1/remittances/${id}`);
    if (found.status === status) return id;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`demo: ${id} did not become ${status}`);
}
