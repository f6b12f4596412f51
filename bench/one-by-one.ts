// The yardstick of instruct-hot: the rows that one instruction leaves, written by plain SQL in a
// transaction of their own. A fair hand at it: the shop's head row locked and counted up in one
// statement, prepared statements, ids in time order, no read that a write can do without. It checks
// no form, no name, no limit, and encrypts nothing.
import type { Database } from '../server/base/database.ts';

/**
 * For pgbench; the variables are those of `variablesOf`, the rest is drawn or counted per client.
 */
export const ONE_BY_ONE = `
\\set n :n + 1
\\set recipient random(0, 9999)
\\set amount random(1000, 90999)
\\set whole_key hash_fnv1a(:recipient)
\\set last_four_key hash_fnv1a(:recipient + 1000000)
\\set name_key hash_fnv1a(:recipient % 2500 + 2000000)
\\set family_key hash_fnv1a(:recipient % 50 + 3000000)
begin;
update shop_head set event_seq = event_seq + 1, transfer_seq = transfer_seq + 1
  where shop_id = :shop returning event_seq, transfer_seq, uuidv7() as id,
    :run::text || '-' || lpad(:client_id::text, 3, '0') || lpad(:n::text, 6, '0')
      as reference \\gset
insert into remittance (shop_id, remittance_id, reference, amount_yen, status, method,
    destination_sealed, masked, search_keys, fee_version, fee_yen, rail_account_id, dispatch_at,
    transfer_date, expected_from, expected_to, description, metadata, event_sequence, created_at,
    updated_at)
  values (:shop, :id, :reference, :amount, 'scheduled', 'bank_transfer', :sealed, :masked,
    array[:whole_key, :last_four_key, :name_key, :family_key]::bigint[], 1, 150, :rail_account,
    :dispatch_at, :transfer_date, :expected_from, :expected_to, :description, :metadata, 1, now(),
    now());
insert into remittance_reference (shop_id, reference, remittance_id, fingerprint)
  values (:shop, :reference, :id, :fingerprint);
insert into event (shop_id, seq, id, type, object_id, object_sequence, at, payload)
  values (:shop, :event_seq, uuidv7(), 'remittance.scheduled', :id, 1, now(), :payload);
insert into ledger_transfer (shop_id, seq, debit_account, credit_account, amount_yen, cause,
    cause_id, at, available_after_yen)
  values (:shop, :transfer_seq, 'available', 'reserved', :amount, 'instruct', :id, now(),
    (select balance_yen from ledger_account where shop_id = :shop and account = 'available')
      - :amount);
insert into instructed_day (shop_id, day, amount_yen, item_count)
  values (:shop, current_date, :amount, 1)
  on conflict (shop_id, day) do update set
    amount_yen = instructed_day.amount_yen + excluded.amount_yen,
    item_count = instructed_day.item_count + excluded.item_count;
insert into work (shop_id, kind, key, due_at, clock, payload)
  values (:shop, 'remittances.dispatch', :work_key, :dispatch_at, 'shop', 'null')
  on conflict (shop_id, kind, key) do update set version = work.version + 1,
    due_at = least(work.due_at, excluded.due_at), payload = excluded.payload, state = 'ready',
    not_before = null;
commit;
`;

interface SampleRow {
  readonly [column: string]: string;
}

/**
 * What the script writes, of the size and shape that the product has just written for
 * `sampleShopId`.
 */
export async function variablesOf(
  db: Database,
  sampleShopId: string,
  yardstick: { readonly shopId: string; readonly run: string },
): Promise<Record<string, string>> {
  const [sample] = await db.query<SampleRow>(
    `select r.destination_sealed::text as sealed, r.masked::text as masked,
       r.rail_account_id::text as rail_account, r.dispatch_at::text as dispatch_at,
       r.transfer_date::text as transfer_date, r.expected_from::text as expected_from,
       r.expected_to::text as expected_to, r.description, r.metadata::text as metadata,
       f.fingerprint::text as fingerprint, e.payload::text as payload,
       (select w.key from work w where w.shop_id = $1 limit 1) as work_key
     from remittance r
     join remittance_reference f on f.shop_id = r.shop_id and f.reference = r.reference
     join event e on e.shop_id = r.shop_id and e.object_id = r.remittance_id
     where r.shop_id = $1 order by r.remittance_id desc limit 1`,
    [sampleShopId],
  );
  if (sample === undefined) throw new Error('the product has written nothing to copy');
  return { ...sample, shop: yardstick.shopId, run: yardstick.run, n: '0' };
}
