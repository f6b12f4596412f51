// What recovery still waits for, as JSON and as text.
import type { Core } from '../core.ts';
import { readStops } from '../merchants/stop.ts';
import { openOrphans } from '../remittances/orphan-store.ts';
import { unreconciled } from '../remittances/recovery-store.ts';
import { sheet } from './table.ts';
import type { Answer, Session } from './verb.ts';
import { shopNumber, shown, word } from './words.ts';

export async function status(session: Session, core: Core): Promise<Answer> {
  const { say } = session;
  const isFrozen = (await readStops(core.db)).some(({ scope }) => scope === 'recovery');
  const waitedFor = await unreconciled(core.db);
  const accounts = await core.railAccounts.list();
  const nameOf = (id: string) => accounts.find((account) => account.id === id)?.name ?? id;
  const orphans = await openOrphans(core.db);
  const numbers: string[] = [];
  for (const { shopId } of orphans) numbers.push(shopNumber(await core.shops.byId(shopId)));
  const head = sheet([
    [say('送金', 'Dispatch'), isFrozen ? say('停止中', 'frozen') : say('通常', 'as usual')],
    [say('照会待ちの接続契約', 'Rail accounts still to answer'), waitedFor.length],
    [say('不明な送金', 'Payments nobody knows'), orphans.length],
  ]);
  const waiting = waitedFor.map(({ railAccountId: id, lastError }) =>
    [
      `  ${shown('railAccount', id)}  ${nameOf(id)}`,
      ...(lastError ? [`    ${lastError}`] : []),
    ].join('\n'),
  );
  const heads = [
    say('ショップ', 'Shop'),
    say('識別番号', 'Dispatch code'),
    say('銀行での状態', 'At the bank'),
    say('詳細', 'Detail'),
  ];
  const rows = orphans.map((orphan, index) => [
    numbers[index]!,
    orphan.dispatchCode,
    word(session, orphan.state),
    orphan.detail,
  ]);
  const unknown = orphans.length === 0 ? '' : `\n\n${session.table(heads, rows)}`;
  return {
    json: {
      frozen: isFrozen,
      waiting_for: waitedFor.map((each) => ({
        rail_account_id: shown('railAccount', each.railAccountId),
        last_error: each.lastError,
      })),
      unknown_payments: orphans.map((orphan, index) => ({
        shop: numbers[index],
        dispatch_code: orphan.dispatchCode,
        rail_account_id: shown('railAccount', orphan.railAccountId),
        state: orphan.state,
        detail: orphan.detail,
      })),
    },
    text: [head, ...waiting].join('\n') + unknown,
  };
}
