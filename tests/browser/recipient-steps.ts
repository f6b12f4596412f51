// What recipients do on their phone, step by step, and what merchants do before: every story is
// made of these. A step ends when the page it leads to is there, and looks at it where it is told a
// name.
import { expect, vi } from 'vitest';
import type { Kept } from '../../simulators/inbox/kept.ts';
import type { WorldShop } from '../world.ts';
import type { Phone } from './phone.ts';
import { WORDS, type Words } from './recipient-words.ts';
import type { RecipientWorld } from './recipient-world.ts';

export const QUESTION = { label: '受付番号', value: 'A-1024' };
export const REASON = '公演中止の払い戻し';
export const ACCOUNT = { number: '1234567', familyName: 'ヤマダ', givenName: 'タロウ' };

export interface LinkRemittance {
  readonly id: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly method: string;
  readonly received_amount: number | null;
  readonly expected_arrival: { readonly from: string; readonly to: string } | null;
  readonly destination: Readonly<Record<string, unknown>>;
  readonly receipt_information: {
    readonly partner_code: string;
    readonly customer_number: string;
    readonly confirmation_number: string;
  } | null;
  readonly link: { readonly url: string; readonly code: string; readonly locked: boolean };
}

export const wordsOf = (phone: Phone): Words => WORDS[phone.locale];

let references = 0;

/** The merchant instructs a remittance by link; `link` goes into its destination. */
export async function instructLink(
  shop: WorldShop,
  link: Readonly<Record<string, unknown>> = {},
  amount = 8_400,
): Promise<LinkRemittance> {
  references += 1;
  const destination = { type: 'link', methods: ['bank_transfer'], verification: [QUESTION] };
  const { status, text, body } = await shop.client.post('/v1/remittances', {
    ...{ reference: `story-${references}`, amount, description: REASON },
    destination: { ...destination, ...link },
  });
  expect(status, text).toBe(201);
  return body as unknown as LinkRemittance;
}

export const read = async (shop: WorldShop, id: string) =>
  (await shop.read(id)) as unknown as LinkRemittance;

export function until(shop: WorldShop, id: string, status: string): Promise<LinkRemittance> {
  const look = async () => {
    const found = await read(shop, id);
    expect(found.status).toBe(status);
    return found;
  };
  return vi.waitFor(look, { timeout: 10_000, interval: 30 });
}

/** The newest message to an address that says this. */
export function arrived(rw: RecipientWorld, to: string, saying: string): Promise<Kept> {
  const look = () => {
    const found = rw.inbox.messages.find(
      (kept) =>
        kept.to === to &&
        (kept.channel === 'mail' ? `${kept.subject}\n${kept.text}` : kept.text).includes(saying),
    );
    if (found === undefined) throw new Error(`no message to ${to} says: ${saying}`);
    return found;
  };
  return vi.waitFor(look, { timeout: 10_000, interval: 30 });
}

/** Opens a mail in the inbox and taps the button in it; answers the tab that opens. */
export async function tapMail(rw: RecipientWorld, phone: Phone, mail: Kept): Promise<Phone> {
  await phone.page.goto(`${rw.inbox.url}/message/${mail.id}`);
  const opened = phone.context.waitForEvent('page');
  const letter = phone.page.frameLocator('iframe');
  await letter.getByRole('link', { name: wordsOf(phone).openPage }).click();
  const page = await opened;
  await page.waitForLoadState('load');
  return phone.withPage(page);
}

export async function openLink(phone: Phone, { link }: LinkRemittance): Promise<void> {
  await phone.page.goto(phone.locale === 'ja' ? link.url : `${link.url}?lang=en`);
}

export const heading = (phone: Phone, name: string | RegExp) =>
  phone.page.getByRole('heading', { name }).first();

export async function expectHeading(phone: Phone, name: string | RegExp): Promise<void> {
  await heading(phone, name).waitFor();
}

export const text = (phone: Phone): Promise<string> => phone.page.locator('main').innerText();

export const button = (phone: Phone, name: string | RegExp) =>
  phone.page.getByRole('button', { name });

export const link = (phone: Phone, name: string | RegExp) => phone.page.getByRole('link', { name });

export async function answer(phone: Phone, value = QUESTION.value): Promise<void> {
  await phone.page.getByLabel(QUESTION.label).fill(value);
  await phone.press(button(phone, wordsOf(phone).answer));
}

/** From the questions to the list of methods. */
export async function toMethods(phone: Phone): Promise<void> {
  await answer(phone);
  await phone.press(link(phone, wordsOf(phone).toMethods));
}

export async function choose(
  phone: Phone,
  method: 'bankTransfer' | 'atmCash' | 'auPay' | 'amazonGift',
): Promise<void> {
  await phone.press(button(phone, wordsOf(phone)[method]));
}

/** Types into the search and presses the button. */
export async function searchBank(phone: Phone, typed: string): Promise<void> {
  const words = wordsOf(phone);
  await phone.page.getByLabel(words.bank).fill(typed);
  await phone.press(button(phone, words.search));
}

export async function searchBranch(phone: Phone, typed: string): Promise<void> {
  const words = wordsOf(phone);
  await phone.page.getByLabel(words.branch).fill(typed);
  await phone.press(button(phone, words.search));
}

export async function findAccount(phone: Phone, bank = 'みつびし', branch = '001') {
  await searchBank(phone, bank);
  await phone.press(link(phone, /三菱UFJ銀行 .*0005/));
  await searchBranch(phone, branch);
  await phone.press(link(phone, /001$/).first());
}

export async function enterAccount(
  phone: Phone,
  account: Partial<typeof ACCOUNT> = {},
): Promise<void> {
  const words = wordsOf(phone);
  const { number, familyName, givenName } = { ...ACCOUNT, ...account };
  await phone.page.getByLabel(words.number).fill(number);
  await phone.page.getByLabel(words.familyName).fill(familyName);
  await phone.page.getByLabel(words.givenName).fill(givenName);
  await phone.press(button(phone, words.next));
}

export async function confirm(phone: Phone): Promise<void> {
  await phone.press(button(phone, wordsOf(phone).confirmBank));
}

/** The whole way of a bank transfer, for stories about what comes after. */
export async function receiveByBank(
  phone: Phone,
  remittance: LinkRemittance,
  account: Partial<typeof ACCOUNT> = {},
): Promise<void> {
  await openLink(phone, remittance);
  await toMethods(phone);
  await choose(phone, 'bankTransfer');
  await findAccount(phone);
  await enterAccount(phone, account);
  await confirm(phone);
  await expectHeading(phone, wordsOf(phone).taken);
}
