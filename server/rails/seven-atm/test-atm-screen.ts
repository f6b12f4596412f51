// For the tests of this folder: a recipient at the ATM's screens, who sends forms as a browser
// without JavaScript does.
import type { AtmWorld, BookedReceipt } from './test-atm-world.ts';

export interface Screen {
  readonly status: number;
  readonly path: string;
  /** Without markup. */
  readonly words: string;
}

async function screenOf(response: Response): Promise<Screen> {
  const html = await response.text();
  const body = html.slice(html.indexOf('<main>'));
  const words = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return { status: response.status, path: new URL(response.url).pathname, words };
}

export async function show({ url }: AtmWorld, path: string): Promise<Screen> {
  return screenOf(await fetch(`${url}${path}`));
}

export async function send(
  { url }: AtmWorld,
  path: string,
  fields: Record<string, string>,
): Promise<Screen> {
  return screenOf(
    await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(fields) }),
  );
}

const numbersOf = (receipt: BookedReceipt, confirmation = receipt.confirmation_number) => ({
  partner: receipt.partner_code,
  customer: receipt.customer_number,
  confirmation,
});

/** All three numbers, and 「確認」. */
export function enter(world: AtmWorld, receipt: BookedReceipt, confirmation?: string) {
  const fields = { step: 'confirmation', key: 'enter', ...numbersOf(receipt, confirmation) };
  return send(world, '/atm', fields);
}

/** The button that brings the notes. */
export function takeNotes(world: AtmWorld, receipt: BookedReceipt): Promise<Screen> {
  return send(world, '/atm', { step: 'take', ...numbersOf(receipt) });
}

export function takeCoins(world: AtmWorld, receipt: BookedReceipt): Promise<Screen> {
  return send(world, '/register', { slip: receipt.slip_number });
}

/** A confirmation number that is not the receipt's. */
export function wrong({ confirmation_number: right }: BookedReceipt): string {
  return right === '0000' ? '1111' : '0000';
}
