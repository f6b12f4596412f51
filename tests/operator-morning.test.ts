// An operator's morning with nothing but the command line: a merchant set up, money in, files to
// and from the bank, what went wrong put right, one remittance explained, the day's log verified.
// Every command is a real process.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatNyukinTsuchi } from '../zengin/nyukin-tsuchi.ts';
import { formatNyushukkinMeisai, type MeisaiDataInput } from '../zengin/nyushukkin-meisai.ts';
import { type OperatorWorld, startOperatorWorld, type Told } from './operator-world.ts';

let world: OperatorWorld;
const known: Record<string, string> = {};

beforeAll(async () => {
  world = await startOperatorWorld();
});

afterAll(() => world.close());

const kawase = (...args: readonly string[]) => world.kawase(...args);

async function done(...args: readonly string[]): Promise<Told['json']> {
  const { code, errors, json } = await kawase(...args, '--json');
  expect(errors).toBe('');
  expect(code).toBe(0);
  return json;
}

const SETTLEMENT = { bankCode: '0310', branchCode: '101', accountNumber: '7000001' };
const VIRTUAL = { bankCode: '0310', branchCode: '501', accountNumber: '0000001' };
const NOBODYS = { bankCode: '0310', branchCode: '501', accountNumber: '0000009' };

function file(name: string, bytes: Uint8Array): string {
  const path = join(world.folder, name);
  writeFileSync(path, bytes);
  return path;
}

function headerOf(account: typeof VIRTUAL, date: string) {
  const dates = { createdOn: date, fromDate: date, toDate: date };
  return { ...dates, ...account, accountType: 'ordinary', accountName: 'ｶ)ｶﾜｾ' } as const;
}

/** 振込入金通知 of one account. */
function notice(
  account: typeof VIRTUAL,
  amounts: readonly number[],
  payerName = 'ｶ)ﾐﾎﾝ',
  canceled = false,
) {
  const date = '2030-11-19';
  const items = amounts.map((amountYen, index) => ({
    inquiryNumber: String(index + 1).padStart(6, '0'),
    accountingDate: date,
    valueDate: date,
    amountYen,
    payerName,
    canceled,
  }));
  return formatNyukinTsuchi([{ header: headerOf(account, date), items }]);
}

/** 入出金取引明細 of the account that money leaves from. */
function statement(date: string, items: readonly Partial<MeisaiDataInput>[]) {
  const header = { ...headerOf(SETTLEMENT, date), balanceBeforeYen: 9_000_000 };
  const lines = items.map((item, index) => ({
    inquiryNumber: String(index + 1).padStart(8, '0'),
    accountingDate: date,
    valueDate: date,
    direction: 'out' as const,
    transactionKind: 'transfer' as const,
    amountYen: 1,
    ...item,
  }));
  return formatNyushukkinMeisai([{ header, items: lines }]);
}

describe('setting up', { timeout: 180_000 }, () => {
  test('the operator, a contract with a bank, a merchant and its shop', async () => {
    known.self = String((await done('merchant', 'create', '--name', '見本資金移動')).id);
    const own = ['--merchant', known.self, '--name', '運営者口座', '--mode', 'test'];
    known.operator = String((await done('shop', 'create', ...own, '--operator')).number);
    known.merchant = String((await done('merchant', 'create', '--name', '見本商店')).id);
    const shop = ['--merchant', known.merchant, '--name', '一号店', '--mode', 'test'];
    known.shop = String((await done('shop', 'create', ...shop, '--max-day', '500000')).number);
    expect(known.shop).toMatch(/^\d{6}$/);
    const { data } = await done('merchant', 'list');
    expect(data).toMatchObject([{ name: '見本商店', shop_count: 1 }, { name: '見本資金移動' }]);
  });

  test('a configuration that the rail refuses is refused before it is kept', async () => {
    const path = file('bad.json', Buffer.from('{"folder": {"outbox": "/tmp"}}'));
    const asked = ['--connector', 'file', '--mode', 'test', '--name', '見本銀行'];
    const create = ['rail-account', 'create', ...asked, '--operator', known.operator!];
    const { code, errors } = await kawase(...create, '--config', path);
    expect(code).toBe(1);
    expect(errors).toContain('接続設定に誤りがあります');
    const config = {
      folder: { outbox: join(world.folder, 'outbox'), inbox: join(world.folder, 'inbox') },
      remitter: { code: '1234567890', name: 'ｶ)ｶﾜｾ', ...SETTLEMENT, accountType: 'ordinary' },
    };
    const good = file('good.json', Buffer.from(JSON.stringify(config)));
    known.rail = String((await done(...create, '--config', good)).id);
    const rail = ['--rail-account', known.rail];
    const [ping] = await Promise.all([
      done('rail-account', 'ping', ...rail),
      done('rail-account', 'assign', ...rail, '--shop', known.operator!),
      done('rail-account', 'assign', ...rail, '--shop', known.shop!),
    ]);
    expect(ping).toMatchObject({ ok: true });
  });

  test('an account to pay into, fees, a key that is shown once', async () => {
    const { shop = '', rail = '' } = known;
    const number = '0310-501-0000001';
    const where = ['--shop', shop, '--rail-account', rail, '--number', number];
    await done('virtual-account', 'open', ...where, '--holder', 'ｶ)ﾐﾎﾝ');
    const { data } = await done('virtual-account', 'list');
    expect(data).toMatchObject([{ number, shop, status: 'open' }]);

    const rules = ['--rule', 'bank_transfer:same:-:100', 'bank_transfer:other:-:200'];
    const fees = await done('fee-table', 'set', '--shop', shop, ...rules, '--from', '2030-01-01');
    expect(fees).toMatchObject({ version: 1, effective_from: '2030-01-01' });

    const issued = await kawase('key', 'create', '--shop', shop, '--name', '本番', '--json');
    expect(issued.errors).toContain('今だけ');
    const { id, key } = issued.json as { id: string; key: string };
    expect(key).toMatch(new RegExp(`^sk_test_${shop}_`));
    const listed = await kawase('key', 'list', '--shop', shop);
    expect(listed.out).toContain(id);
    expect(listed.out).not.toContain(key);
    await done('key', 'revoke', id, '--shop', shop);
    expect((await kawase('key', 'revoke', id, '--shop', shop)).code).toBe(1);
  });
});

describe('money in', { timeout: 180_000 }, () => {
  test('a broken file is quarantined with its reason; a good one is taken once', async () => {
    await world.moveTo('2030-11-19T09:00');
    const rail = ['--rail-account', known.rail!];
    const bytes = Buffer.from(notice(VIRTUAL, [300_000]));
    const broken = Buffer.from(bytes);
    broken.write('X', bytes.indexOf('300000'));
    const refused = await kawase(
      'bank-file',
      'import',
      file('broken.txt', broken),
      ...rail,
      '--json',
    );
    expect(refused.code).toBe(1);
    expect(refused.json).toMatchObject({ status: 'quarantined', fault: { record: 2 } });
    const shown = await kawase('bank-file', 'show', String(refused.json.id));
    expect(shown.out).toMatch(/レコード\s+2\n桁\s+\d+-\d+/);

    const path = file('nyukin.txt', bytes);
    const taken = await done('bank-file', 'import', path, ...rail);
    expect(taken).toMatchObject({ status: 'imported', counts: { created: 1 } });
    const repeated = await done('bank-file', 'import', path, ...rail);
    expect(repeated).toMatchObject({ status: 'duplicate', id: taken.id });
    const { data } = await done('deposit', 'list', '--shop', known.shop!);
    expect(data).toMatchObject([{ amount_yen: 300_000, status: 'received' }]);
    expect((await done('bank-file', 'list')).data).toHaveLength(2);
  });

  test('what came for nobody is matched by hand, or sent back', async () => {
    const path = file('nobody.txt', notice(NOBODYS, [40_000, 25_000], 'ﾔﾏﾀﾞ ﾀﾛｳ'));
    await done('bank-file', 'import', path, '--rail-account', known.rail!);
    const hidden = await done('unmatched', 'list');
    const [one, other] = hidden.data as { id: string; payer: string; amount_yen: number }[];
    expect(one).toMatchObject({ amount_yen: 40_000, payer: 'ヤ●●● ●●●' });
    const revealed = await kawase('unmatched', 'list', '--reveal');
    expect(revealed.out).toContain('ﾔﾏﾀﾞ ﾀﾛｳ');

    const matched = await done('unmatched', 'match', one!.id, '--shop', known.shop!);
    expect(matched).toMatchObject({ shop: known.shop, amount_yen: 40_000 });
    const nowhere = ['--bank', '0005', '--branch', '999', '--account', '1', '--holder', '🙂'];
    const refused = await kawase('unmatched', 'send-back', other!.id, ...nowhere);
    expect(refused.code).toBe(1);
    const back = ['--bank', '0005', '--branch', '001', '--account', '7654321'];
    const to = [...back, '--holder', 'ヤマダ　タロウ'];
    const sent = await done('unmatched', 'send-back', other!.id, ...to);
    expect(sent.remittances).toHaveLength(1);
    expect((await done('unmatched', 'list')).data).toEqual([]);
    const { balances } = await done('shop', 'show', '--shop', known.shop!);
    expect(balances).toMatchObject({ available: 340_000 });
  });
});

describe('a deposit that the bank takes back', { timeout: 180_000 }, () => {
  test('and that nobody knows waits for a person', async () => {
    const path = file('torikeshi.txt', notice(NOBODYS, [77], 'ﾔﾏﾀﾞ ﾀﾛｳ', true));
    await done('bank-file', 'import', path, '--rail-account', known.rail!);
    const { data } = await done('reversal', 'list');
    expect(data).toMatchObject([{ shop: known.operator, amount_yen: 77, payer: 'ヤ●●● ●●●' }]);
    const [{ key }] = data as [{ key: string }];
    const where = ['--shop', known.operator!, '--deposit', 'none', '--note', '銀行の誤り'];
    await done('reversal', 'resolve', key, ...where);
    expect((await kawase('reversal', 'resolve', key, ...where)).code).toBe(1);
    expect((await done('reversal', 'list')).data).toEqual([]);
  });
});

describe('money out', { timeout: 180_000 }, () => {
  test('a held remittance and a stopped shop stay behind; the rest leaves in a file', async () => {
    const { shop = '' } = known;
    for (const [reference, holder] of [
      ['refund-1', 'サトウ　ハナコ'],
      ['refund-2', 'サトウ　ハナコ'],
      ['refund-3', 'スズキ　イチロウ'],
    ] as const) {
      await world.instruct(shop, reference, 8_400, holder);
    }
    await done('hold', 'set', 'refund-3', '--shop', shop, '--reason', 'fraud');
    const stopped = ['--scope', 'shop', '--target', shop];
    await done('stop', 'set', ...stopped, '--reason', '確認のため');
    expect((await done('stop', 'list')).data).toMatchObject([{ scope: 'shop', target: shop }]);
    await done('stop', 'clear', ...stopped, '--yes');

    await world.moveTo('2030-11-19T11:00');
    const day = await done('submission', 'list', '--day', '2030-11-19');
    expect(day).toMatchObject({ item_count: 3, total_yen: 41_800 });
    const ofShop = (day.data as { shop: string; rail_reference: string; id: string }[]).find(
      (each) => each.shop === shop,
    )!;
    expect(ofShop).toMatchObject({ item_count: 2, status: 'accepted' });
    const outbox = readdirSync(join(world.folder, 'outbox'));
    expect(outbox).toContain(ofShop.rail_reference);
    const shown = await done('submission', 'show', ofShop.id);
    const items = shown.items as { dispatch_code: string }[];
    const bytes = readFileSync(join(world.folder, 'outbox', ofShop.rail_reference), 'latin1');
    for (const { dispatch_code } of items) expect(bytes).toContain(dispatch_code);
    [known.code1, known.code2] = items.map((item) => item.dispatch_code) as [string, string];

    const released = await done('hold', 'release', 'refund-3', '--shop', shop);
    expect(released).toMatchObject({ status: 'scheduled', hold_reason: null });
  });

  test('results come by a statement; a return without a code is resolved by hand', async () => {
    await world.moveTo('2030-11-20T10:00');
    const paid = [known.code1!, known.code2!].map((ediInfo) => ({
      amountYen: 8_400,
      ediInfo,
      payerName: 'ｻﾄｳ ﾊﾅｺ',
    }));
    const back = {
      direction: 'in' as const,
      amountYen: 8_400,
      payerName: 'ｻﾄｳ ﾊﾅｺ',
      remarks: 'ｼｷﾝﾍﾝｷﾔｸ ｶｲﾔｸ',
    };
    const path = file('meisai.txt', statement('2030-11-20', [...paid, back]));
    await done('bank-file', 'import', path, '--rail-account', known.rail!);
    await world.moveTo('2030-11-20T10:30');
    const { data } = await done('line', 'list');
    expect(data).toMatchObject([{ note: 'several_candidates', amount_yen: 8_400 }]);
    const [{ key }] = data as [{ key: string }];
    const resolve = ['line', 'resolve', key, '--rail-account', known.rail!, '--as', 'payment'];
    const wrong = await kawase(...resolve, '--code', '12345678901234567890');
    expect(wrong.code).toBe(1);
    await done(...resolve, '--code', known.code2!);
    expect((await done('line', 'list')).data).toEqual([]);
  });

  test('one remittance is explained from deposit to return, by whatever one has', async () => {
    const { shop = '', code2 = '' } = known;
    const facts = await done('explain', code2);
    expect(facts).toMatchObject({
      shop: { number: shop, contract: { connector: 'file' } },
      remittance: { status: 'returned', status_reason: 'account_closed', amount: 8_400 },
      fee: { amount_yen: 200, version: 1, rule: { same_bank: false, fee_yen: 200 } },
      attempts: [{ dispatch_code: code2, status: 'returned', submission: { status: 'accepted' } }],
      returned: [{ amount_yen: 8_400, to: 'available' }],
    });
    const [{ file_copy: copy }] = facts.attempts as [{ file_copy: string }];
    expect(readFileSync(copy, 'latin1')).toContain(code2);
    const deposits = facts.deposits as { amount_yen: number }[];
    expect(deposits.map((each) => each.amount_yen)).toEqual([40_000, 300_000]);
    const transfers = facts.transfers as { cause: string }[];
    const causes = ['instruct', 'dispatch', 'paid', 'fee', 'returned'];
    expect(transfers.map((each) => each.cause)).toEqual(causes);
    const { id, reference } = facts.remittance as { id: string; reference: string };
    const [text, byId] = await Promise.all([
      kawase('explain', reference, '--shop', shop),
      kawase('explain', id),
    ]);
    for (const words of ['資金返却', '口座は解約されています', '銀行への引渡し', code2]) {
      expect(text.out).toContain(words);
    }
    // Nothing of the account or the name shows.
    expect(text.out + JSON.stringify(facts)).not.toMatch(/サトウ|ｻﾄｳ|1234567/);
    expect(byId.out).toBe(text.out);
    const events = await done('event', 'list', '--shop', shop, '--type', 'remittance.returned');
    expect(events.data).toMatchObject([{ data: { id } }]);
  });
});

const ATM_CONFIG = {
  baseUrl: 'http://127.0.0.1:1',
  key: { keyId: 'key-1', secret: 'secret-of-the-partner-0123456789' },
  noticeKeys: [{ keyId: 'notice-1', secret: 'secret-of-the-notices-0123456789' }],
};

describe('the rest of the morning', { timeout: 180_000 }, () => {
  test('a bank that is slower than others', async () => {
    const [unknown] = await Promise.all([
      kawase('bank-setting', 'set', '9998', '--arrival-days', '2'),
      done('bank-setting', 'set', '0005', '--arrival-days', '2', '--note', '検証用'),
    ]);
    expect(unknown.code).toBe(1);
    expect(await done('keyring', 'reseal')).toEqual({ accounts: 0, messages: 0 });
    const { data } = await done('bank-setting', 'list');
    expect(data).toMatchObject([{ bank_code: '0005', arrival_business_days: 2 }]);
  });

  test('maintenance of a rail: announced, listed, withdrawn', async () => {
    const window = ['--from', '2030-12-01T01:00:00+09:00', '--to', '2030-12-01T05:00:00+09:00'];
    const announce = ['maintenance', 'announce', '--rail', 'bank_transfer', ...window];
    const { id } = await done(...announce, '--rail-account', known.rail!, '--note', '定期');
    const [listed, other, wrong] = await Promise.all([
      done('maintenance', 'list'),
      kawase('maintenance', 'announce', '--rail', 'au_pay', ...window.toReversed()),
      kawase(...announce, '--rail', 'au_pay', '--rail-account', known.rail!),
    ]);
    expect(listed.data).toMatchObject([
      { id, rail_account_id: known.rail, starts_at: '2030-12-01T01:00:00.000+09:00' },
    ]);
    expect([other.code, wrong.code]).toEqual([2, 2]);
    await done('maintenance', 'withdraw', String(id));
    const [left, again] = await Promise.all([
      done('maintenance', 'list'),
      kawase('maintenance', 'withdraw', String(id)),
    ]);
    expect([left.data, again.code]).toEqual([[], 1]);
  });

  test('recovery: frozen, until a person has vouched for a rail that cannot list', async () => {
    // The copies of the files are lost as well.
    rmSync(join(world.folder, 'inbox', 'sent'), { recursive: true });
    const begun = await done('recovery', 'begin', '--since', '2030-11-19');
    expect(begun).toMatchObject({
      ...{ frozen: true, waiting_for: [{ rail_account_id: known.rail }] },
    });
    await world.moveTo('2030-11-20T10:40');
    const work = await done('work', 'list');
    const stuck = (work.data as { kind: string; last_error: string | null; key: string }[]).find(
      ({ kind }) => kind === 'remittances.reconcile',
    );
    expect(stuck?.last_error).toMatch(/ENOENT/);
    const status = await done('recovery', 'status');
    expect(status).toMatchObject({ waiting_for: [{ last_error: stuck?.last_error }] });
    const retry = ['work', 'retry', 'remittances.reconcile', stuck!.key, '--shop', known.operator!];
    await done(...retry);
    const confirmed = await done('recovery', 'confirm', known.rail!);
    expect(confirmed).toMatchObject({ frozen: false, waiting_for: [], unknown_payments: [] });
    const again = await Promise.all([
      kawase('recovery', 'confirm', known.rail!),
      kawase('recovery', 'explain', known.code1!, '--as', 'x'),
    ]);
    expect(again.map(({ code }) => code)).toEqual([1, 1]);
  });

  test('a receiving method of a shop: set, changed, refused with another rail', async () => {
    const contract = ['--connector', 'http', '--mode', 'test', '--operator', known.operator!];
    const path = file('atm.json', Buffer.from(JSON.stringify(ATM_CONFIG)));
    const atm = ['rail-account', 'create', '--rail', 'seven_atm', '--name', 'ATM', ...contract];
    const { id } = await done(...atm, '--config', path);
    const set = ['shop', 'set-method', '--shop', known.shop!, '--method'];
    const with_ = (rail: unknown, yen: string) => [
      ...['--rail-account', String(rail), '--max-amount', yen],
    ];
    const made = await done(...set, 'atm_cash', ...with_(id, '100,000'));
    expect(made).toEqual({ shop: known.shop, method: 'atm_cash', max_amount: 100_000 });
    await done(...set, 'atm_cash', ...with_(id, '30000'));
    const { shopId } = await world.core.shops.byNumber(Number(known.shop));
    const agreed = await world.core.methods.of(shopId);
    expect(agreed.get('atm_cash')).toMatchObject({ maxYen: 30_000 });
    const refused = await Promise.all([
      kawase(...set, 'atm_cash', ...with_(known.rail, '30000')),
      kawase(...set, 'au_pay', ...with_(id, '30000')),
      kawase(...set, 'carrier_pigeon', ...with_(id, '30000')),
      kawase(...set, 'atm_cash', ...with_(id, '0')),
      kawase(...set, 'atm_cash', ...with_(id, '30000').slice(0, 2)),
    ]);
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect((await world.core.methods.of(shopId)).get('atm_cash')?.maxYen).toBe(30_000);
  });

  test('the log holds everything that was done, by whom, and shows any change', async () => {
    await done(
      'shop',
      'set',
      '--shop',
      known.shop!,
      '--low-balance',
      '10,000',
      '--by',
      '監査 花子',
    );
    const { data } = await done('audit', 'list', '--limit', '200');
    const entries = data as { action: string; by: string; shop: string | null; data: object }[];
    const actions = new Set(entries.map(({ action }) => action));
    for (const action of [
      ...['merchant.created', 'shop.opened', 'rail_account.created', 'virtual_account.opened'],
      ...['fee_table.added', 'api_key.created', 'api_key.revoked', 'bank_file.handed_in'],
      ...[
        'deposit.matched',
        'deposit.sending_back',
        'reversal.dropped',
        'names.revealed',
        'statement_line.payment',
      ],
      ...['remittance.held', 'remittance.released', 'stop.set', 'stop.cleared'],
      ...['maintenance.announced', 'maintenance.withdrawn', 'shop.method_set'],
      ...['bank_setting.changed', 'recovery.begun', 'recovery.confirmed', 'work.retried'],
    ]) {
      expect(actions).toContain(action);
    }
    expect(entries[0]).toMatchObject({
      action: 'shop.settings_changed',
      by: '監査 花子',
      shop: known.shop,
      data: { lowBalanceYen: [null, 10_000] },
    });
    expect(JSON.stringify(entries)).not.toMatch(/ヤマダ|ﾔﾏﾀﾞ|サトウ|7654321/);

    const path = join(world.folder, 'audit.ndjson');
    const exported = await kawase('audit', 'export', '--out', path);
    expect(exported.code).toBe(0);
    const end = /^ {2}(\d+:[0-9a-f]{64})$/m.exec(exported.errors)![1]!;
    const honest = await done('audit', 'verify', path, '--expect', end);
    expect(honest).toMatchObject({ ok: true, entry_count: entries.length });
    expect((await kawase('audit', 'export', '--out', path)).code).toBe(2);

    writeFileSync(path, readFileSync(path, 'utf8').replace('監査 花子', '監査 太郎'));
    const altered = await kawase('audit', 'verify', path, '--json');
    expect(altered.code).toBe(1);
    expect(altered.json).toMatchObject({ ok: false, fault: { kind: 'altered' } });
  });
});
