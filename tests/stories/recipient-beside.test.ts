// What stands beside the way to the money, on the recipient's phone: a rail in maintenance or away,
// said before the choice; a letter for who has no mail; an account told by telephone and entered by
// the shop's support; the pages that help and change, in both languages and at a desk.
import { inflateSync } from 'node:zlib';
import QRCode from 'qrcode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  announceMaintenance,
  withdrawMaintenance,
} from '../../server/remittances/announce-maintenance.ts';
import { linkOfToken } from '../../server/remittances/link-access.ts';
import { specifyDestination } from '../../server/remittances/specify-destination.ts';
import * as steps from '../browser/recipient-steps.ts';
import { type RecipientWorld, startRecipientWorld } from '../browser/recipient-world.ts';
import type { WorldShop } from '../world.ts';

const METHODS = ['bank_transfer', 'atm_cash', 'au_pay'];

let rw: RecipientWorld;
let shop: WorldShop;

beforeAll(async () => {
  rw = await startRecipientWorld();
  shop = await rw.openShop();
}, 60_000);

afterAll(() => rw.close());

const phoneFor: RecipientWorld['phone'] = (...asked) => rw.phone(...asked);

/** Maintenance of the ATM network, for three hours of the shop's time; answers its id. */
async function closeAtm(): Promise<string> {
  const { now } = (await shop.client.get<{ now: string }>('/v1/sandbox/clock')).body;
  const startsAt = Temporal.Instant.from(now).subtract({ minutes: 5 });
  return announceMaintenance(rw.world.core, {
    ...{ rail: 'seven_atm', railAccountId: null, note: '', by: 'test' },
    ...{ startsAt, endsAt: startsAt.add({ hours: 3 }) },
  });
}

test.each([
  { locale: 'ja', until: /メンテナンスのため、\d+月\d+日（.）\d+時.*まで利用できません/ },
  { locale: 'en', until: /Under maintenance until \d+:\d\d on .+ \(Japan time\)/ },
] as const)('in maintenance: until when, before the choice, $locale', async ({ locale, until }) => {
  const made = await steps.instructLink(shop, { methods: METHODS, locale });
  const phone = await phoneFor('maintenance', locale, locale === 'en');
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.answer(phone);
  const { core } = rw.world;
  const id = await closeAtm();
  await phone.press(steps.link(phone, words.toMethods));
  await phone.look('methods');
  expect(await steps.text(phone)).toMatch(until);
  expect(await steps.button(phone, words.atmCash).count()).toBe(0);
  expect(await steps.button(phone, words.auPay).count()).toBe(1);
  await withdrawMaintenance(core, id, 'test');
  await phone.page.reload();
  // It closes while the next page is open: the press leads back, and nothing is sent.
  await steps.choose(phone, 'atmCash');
  const again = await closeAtm();
  await phone.press(steps.button(phone, words.confirmAtm));
  await phone.look('closed-meanwhile');
  expect(await steps.text(phone)).toMatch(until);
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'awaiting_recipient' });
  await withdrawMaintenance(core, again, 'test');
  await phone.close();
});

test('announced in the moment of the press: the page says when it goes on', async () => {
  const made = await steps.instructLink(shop, { methods: METHODS });
  const phone = await phoneFor('maintenance-after', 'ja', false);
  await steps.openLink(phone, made);
  await steps.answer(phone);
  const { core } = rw.world;
  const opened = await linkOfToken(core.remittances, new URL(made.link.url).pathname.slice(3));
  const id = await closeAtm();
  // As if the page had looked before the announcement.
  await specifyDestination(core.remittances, opened!.shop, opened!.link.linkId, {
    method: 'atm_cash',
    destination: { receiveWithinDays: null },
  });
  await phone.page.goto(`${made.link.url}/status`);
  expect(await steps.text(phone)).toMatch(/メンテナンスのため、.*から送金の手続きを進めます/);
  await phone.look('status');
  await shop.clock({ advance: 'PT4H' });
  await withdrawMaintenance(core, id, 'test');
  await steps.until(shop, made.id, 'receivable');
  await phone.page.reload();
  await steps.expectHeading(phone, steps.wordsOf(phone).atmReady);
  await phone.close();
});

test('away without notice: said beside the choice, gone once it answers again', async () => {
  const own = await rw.openShop();
  await rw.instant.at('atm', own, 'PUT', '/faults', { error5xxRate: 1 });
  const direct = await own.client.post('/v1/remittances', {
    ...{ reference: 'meets-the-outage', amount: 3_000, destination: { type: 'atm_cash' } },
  });
  const id = direct.body.id as string;
  const made = await steps.instructLink(own, { methods: METHODS });
  const phone = await phoneFor('outage', 'ja', false);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  const late = /いま送金が滞っているため、予定より遅れることがあります/;
  await expect
    .poll(
      async () => {
        await phone.page.reload();
        return steps.text(phone);
      },
      { timeout: 10_000, interval: 300 },
    )
    .toMatch(late);
  await phone.look('methods');
  expect((await steps.read(own, id)).status).toBe('processing');
  await rw.instant.at('atm', own, 'PUT', '/faults', {});
  await own.clock({ advance: 'PT30M' });
  await steps.until(own, id, 'receivable');
  await expect
    .poll(
      async () => {
        await phone.page.reload();
        return steps.text(phone);
      },
      { timeout: 10_000, interval: 300 },
    )
    .not.toMatch(late);
  await phone.close();
});

async function letterOf(id: string): Promise<Buffer> {
  const response = await fetch(`${rw.world.url}/v1/remittances/${id}/link/letter`, {
    headers: { authorization: `Bearer ${shop.keyText}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  return Buffer.from(await response.arrayBuffer());
}

/** The squares of a code printed in a PDF, as a camera sees them: by row and column. */
function squaresOf(pdf: Buffer): Set<string> {
  const squares: [number, number, number][] = [];
  for (const { index } of pdf.toString('latin1').matchAll(/stream\r?\n/g)) {
    const from = pdf.indexOf('\n', index) + 1;
    try {
      const text = inflateSync(pdf.subarray(from)).toString('latin1');
      for (const [, ...numbers] of text.matchAll(/^(\S+) (\S+) (\S+) (\S+) re$/gm)) {
        const [x, y, side] = numbers.map(Number) as [number, number, number];
        squares.push([x, y, side]);
      }
    } catch {
      // A font, or what is not packed.
    }
  }
  const [left, top] = [0, 1].map((at) => Math.min(...squares.map((square) => square[at]!)));
  return new Set(
    squares.map(
      ([x, y, side]) => `${Math.round((y - top!) / side)},${Math.round((x - left!) / side)}`,
    ),
  );
}

/** What a code of this address looks like. */
function codeOf(url: string): Set<string> {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  const all = Array.from({ length: modules.size ** 2 }, (_, at) => [
    Math.floor(at / modules.size),
    at % modules.size,
  ]);
  const dark = all.filter(([row, column]) => modules.get(row!, column!));
  return new Set(dark.map((square) => square.join(',')));
}

test('a letter for who has no mail: its QR leads in, and so does the code by hand', async () => {
  const made = await steps.instructLink(shop);
  const letter = await letterOf(made.id);
  expect(squaresOf(letter)).toEqual(codeOf(made.link.url));
  const typed = await phoneFor('letter', 'ja', false);
  const words = steps.wordsOf(typed);
  await typed.page.goto(`${rw.front.url}/r`);
  await typed.page.getByLabel(words.code).fill(made.link.code.replace(/(\d{4})(?=\d)/g, '$1-'));
  await typed.press(steps.button(typed, words.checkCode));
  await steps.answer(typed);
  expect(await steps.text(typed)).toContain('8,400円');
  await typed.close();
  const scanned = await phoneFor('letter', 'ja', false);
  await steps.receiveByBank(scanned, made);
  await scanned.close();
  // What was entered is what the letter says from now on: there is no code to scan any more.
  expect((await letterOf(made.id)).equals(letter)).toBe(false);
});

test('told by telephone, entered by the support: told in writing, can be stopped', async () => {
  const email = 'told@mihon.example';
  const made = await steps.instructLink(shop, { deliver: { email } });
  const account = {
    ...{ bank_code: '0005', branch_code: '001', account_type: 'ordinary' },
    ...{ account_number: steps.ACCOUNT.number, account_holder: 'やまだ たろう' },
  };
  const path = `/v1/remittances/${made.id}/link/entry`;
  const checked = await shop.client.post<{ read_back: string; read_back_code: string }>(
    `${path}/check`,
    account,
  );
  expect(checked.body.read_back).toContain('1 2 3 4 5 6 7');
  const entered = await shop.client.post(path, {
    ...{ bank_account: account, read_back_code: checked.body.read_back_code },
    ...{ channel: 'telephone', entered_by: '窓口 すずき', answers: [steps.QUESTION.value] },
  });
  expect(entered.status, entered.text).toBe(200);
  const mail = await steps.arrived(rw, email, '担当者が代わりに入力しました');
  const mailer = await phoneFor('entered-for', 'ja', false);
  await mailer.page.goto(`${rw.inbox.url}/message/${mail.id}`);
  await mailer.look('mail');
  await mailer.page.goto(made.link.url);
  await steps.expectHeading(mailer, steps.wordsOf(mailer).asked);
  await steps.answer(mailer);
  await steps.expectHeading(mailer, steps.wordsOf(mailer).taken);
  const shown = await steps.text(mailer);
  for (const words of ['三菱UFJ銀行', '****567', '止めて直せます']) {
    expect(shown).toContain(words);
  }
  expect(shown).not.toContain(steps.ACCOUNT.number);
  await mailer.look('status');
  await mailer.press(steps.link(mailer, '止めて直す'));
  await mailer.press(steps.button(mailer, '送金を止めて、口座を直す'));
  await steps.enterAccount(mailer, { number: '7654321' });
  await steps.confirm(mailer);
  await steps.expectHeading(mailer, steps.wordsOf(mailer).taken);
  expect((await shop.read(made.id)).destination).toMatchObject({ account_number_last3: '321' });
  await mailer.close();
});

test.each(['ja', 'en'] as const)(
  'what helps and what changes, at a desk too: %s',
  async (locale) => {
    const own = await rw.openShop('bank');
    const made = { locale, save_as: `desk-${locale}` };
    const phone = await phoneFor('beside', locale);
    const [paid, chosen] = [
      await steps.instructLink(own, made),
      await steps.instructLink(own, { locale }),
    ];
    await steps.receiveByBank(phone, paid);
    await own.clock({ advance: 'P4D' });
    await steps.receiveByBank(phone, chosen);
    const known = await steps.instructLink(own, made);
    await steps.openLink(phone, known);
    await steps.answer(phone);
    const paths = {
      help: `${known.link.url}/help`,
      'known-account': `${known.link.url}/bank`,
      decline: `${known.link.url}/decline`,
      correct: `${chosen.link.url}/correct`,
      recall: `${paid.link.url}/recall`,
      'code-help': `${rw.front.url}/r/help`,
    };
    for (const [name, url] of Object.entries(paths)) {
      await phone.page.goto(url);
      expect(phone.page.url()).toBe(url);
      await phone.look(name);
      await phone.page.setViewportSize({ width: 1366, height: 768 });
      const width = await phone.page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, `${name} at a desk`).toBe(1366);
    }
    await phone.close();
  },
);
