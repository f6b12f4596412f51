// A change of mind after the choice, from outside and without a script: stopped and corrected
// before the cut-off, asked back after it was paid; what is too late says so.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidOf } from '../../base/ids.ts';
import { answerRecall, openRecalls } from '../../remittances/recall.ts';
import { type PagesWorld, startPagesWorld } from './test-pages-world.ts';
import { ACCOUNT, type MadeLink, makeLink, toConfirm } from './test-visitor.ts';

let place: PagesWorld;
const someone = () => place.someone();

beforeAll(async () => {
  place = await startPagesWorld();
});

afterAll(() => place.close());

async function chosen(more: Record<string, unknown> = {}, account: Record<string, string> = {}) {
  const link = await makeLink(place.shop, { deliver: { email: 'hanako@example.jp' }, ...more });
  const who = someone();
  const status = await who.submit(await toConfirm(who, link, account));
  return { link, who, status };
}

async function messages(link: MadeLink): Promise<string[]> {
  const rows = await place.world.core.db.query<{ kind: string }>(
    `select m.kind from message m join receive_link l
       on l.shop_id = m.shop_id and l.link_id = m.object_id
     where l.shop_id = $1 and l.code = $2 order by m.message_id`,
    [place.shop.shop.shopId, link.code],
  );
  return rows.map(({ kind }) => kind);
}

const settled = async () => {
  await place.shop.clock({ to_next: 'cut_off' });
  await place.shop.clock({ advance: 'PT48H' });
};

test('before the cut-off it is stopped, corrected, and paid to the other account', async () => {
  const { link, who, status } = await chosen();
  expect(status.html).toMatch(/月\d+日（.）\d+時.*までなら、止めて直せます/);
  const { reserved } = await place.shop.balance();
  const asked = await who.get(`${link.path}/correct`);
  expect((await place.shop.read(link.id)).status).toBe('scheduled');
  const form = await who.submit(asked);
  expect(form.path).toBe(`${link.path}/account`);
  expect(form.html).toContain('value="1234567"');
  expect(form.html).toContain('value="ヤマダ"');
  expect(await place.shop.read(link.id)).toMatchObject({ status: 'awaiting_recipient' });
  expect((await place.shop.balance()).reserved).toBe(reserved);
  expect(await messages(link)).toContain('choice_reopened');
  const overview = await who.get(link.path);
  expect(overview.html).toContain('お客さまのお申し出で、手続きを止めています');
  await who.submit(await who.submit(form, { number: '7654321' }));
  await settled();
  const paid = await place.shop.read(link.id);
  expect(paid.status).toBe('paid');
  expect(paid.destination).toMatchObject({ account_number_last3: '321' });
  const steps = paid.timeline.map(({ type }) => type.replace('remittance.', ''));
  // There is no mail server here.
  expect(steps.filter((step) => step !== 'message_bounced')).toEqual([
    ...['awaiting_recipient', 'link_opened', 'scheduled', 'awaiting_recipient', 'scheduled'],
    ...['processing', 'paid'],
  ]);
  expect(await messages(link)).toEqual(expect.arrayContaining(['choice_taken', 'paid']));
});

test('stopped in vain: one press sends it to the account that was right after all', async () => {
  const { link, who } = await chosen();
  await who.submit(await who.get(`${link.path}/correct`));
  const overview = await who.get(link.path);
  expect(overview.html).toContain('1234567');
  const status = await who.submit(overview, {}, `${link.path}/confirm`);
  expect(status.path).toBe(`${link.path}/status`);
  expect((await place.shop.read(link.id)).status).toBe('scheduled');
});

test('changed without end, it stops for the day and says whom to ask', async () => {
  const { link, who } = await chosen();
  for (let count = 0; count < 20; count++) {
    const page = await who.submit(await who.get(`${link.path}/correct`));
    if (page.path.includes('many')) {
      expect(page.html).toContain('今日はもう変えられません');
      expect((await place.shop.read(link.id)).status).toBe('scheduled');
      return;
    }
    await who.submit(await who.get(link.path), {}, `${link.path}/confirm`);
  }
  throw new Error('it was changed without end');
});

test('after the cut-off nothing is stopped, and the page says so', async () => {
  const { link, who } = await chosen();
  const asked = await who.get(`${link.path}/correct`);
  const twice = await Promise.all([who.submit(asked), who.submit(asked)]);
  expect(twice.map(({ path }) => path)).toEqual(Array(2).fill(`${link.path}/account`));
  const late = await chosen();
  const page = await late.who.get(`${late.link.path}/correct`);
  await place.shop.clock({ to_next: 'cut_off' });
  const told = await late.who.submit(page);
  expect(told.html).toContain('直せませんでした');
  expect((await place.shop.read(late.link.id)).status).not.toBe('awaiting_recipient');
  expect((await late.who.get(`${late.link.path}/correct`)).path).toBe(`${late.link.path}/status`);
});

test('the sender’s account ID gets the corrected account, and no other is replaced', async () => {
  const { link, who } = await chosen({ save_as: 'member-1' });
  const form = await who.submit(await who.get(`${link.path}/correct`));
  await who.submit(await who.submit(form, { number: '7654321' }));
  const kept = await place.shop.client.get('/v1/accounts/member-1');
  expect(kept.body).toMatchObject({ account_number_last3: '321' });
  expect((await place.shop.read(link.id)).account_id).toBe('member-1');
  // Whoever knows the account and types it can still not put another in its place.
  const same = await chosen({ save_as: 'member-1' }, { number: '7654321' });
  const again = await same.who.submit(await same.who.get(`${same.link.path}/correct`));
  await same.who.submit(await same.who.submit(again, { number: '2222222' }));
  const other = await chosen({ save_as: 'member-1' }, { number: '1111111' });
  expect((await place.shop.client.get('/v1/accounts/member-1')).body).toMatchObject({
    account_number_last3: '321',
  });
  expect((await place.shop.read(other.link.id)).account_id).toBeNull();
});

test('asked back after it was paid: requested once, refused, and told', async () => {
  const { link, who } = await chosen();
  expect((await who.get(`${link.path}/recall`)).path).toBe(`${link.path}/status`);
  await settled();
  const paid = await who.get(`${link.path}/status`);
  expect(paid.html).toContain('口座をまちがえていたとき');
  const asked = await who.get(`${link.path}/recall`);
  expect(asked.html).toContain('組戻し');
  const [told, again] = await Promise.all([who.submit(asked), who.submit(asked)]);
  expect(told.html).toContain('組戻しを頼んでいます');
  expect(again.html).toContain('組戻しを頼んでいます');
  expect(await place.shop.read(link.id)).toMatchObject({ status: 'paid', recall: 'requested' });
  const { db, remittances } = place.world.core;
  expect(await openRecalls(db, place.shop.shop.shopId, 10)).toHaveLength(1);
  await answerRecall(remittances, place.shop.shop, uuidOf('rem', link.id)!, 'refused');
  expect((await who.get(`${link.path}/status`)).html).toContain('返してもらえませんでした');
  expect(await messages(link)).toContain('recall_refused');
  expect(await openRecalls(db, place.shop.shop.shopId, 10)).toEqual([]);
  expect((await who.get(`${link.path}/recall`)).path).toBe(`${link.path}/status`);
  // The shop may ask once more.
  const asks = await place.shop.client.post(`/v1/remittances/${link.id}/recall`);
  expect(asks.body).toMatchObject({ status: 'paid', recall: 'requested' });
});

test('money that was asked for and comes back opens the link with what was typed', async () => {
  const { link, who } = await chosen();
  const path = `/v1/sandbox/remittances/${link.id}/outcome`;
  const planned = await place.shop.client.post(path, { outcome: 'recalled' });
  expect(planned.status, planned.text).toBe(200);
  await settled();
  await place.shop.clock({ advance: 'P14D' });
  const overview = await who.get(link.path);
  expect(overview.html + (await someone().get(link.path)).html).toContain('お客さまの確認');
  const { who: back } = { who: someone() };
  const open = await back.submit(await back.get(link.path), { answer0: 'a1024' });
  expect(open.html).toContain('組戻しの手続きで、お金が戻りました');
  expect(open.html).not.toContain('同じ口座でもう一度送る');
  expect((await back.get(`${link.path}/account`)).html).toContain(`value="${ACCOUNT.number}"`);
  expect(await place.shop.read(link.id)).toMatchObject({
    status: 'awaiting_recipient',
    recall: 'returned',
  });
});

test('what is not paid to a bank cannot be asked back', async () => {
  const link = await makeLink(place.shop);
  const refused = await place.shop.client.post(`/v1/remittances/${link.id}/recall`);
  expect([refused.status, (refused.body as { code?: string }).code]).toEqual([
    409,
    'not_recallable',
  ]);
});
