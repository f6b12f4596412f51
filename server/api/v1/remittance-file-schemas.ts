// Schemas of /v1/remittance_files.
import Type from 'typebox';
import { FIELDS } from '../../remittance-files/columns.ts';
import { ROW_STATES } from '../../remittance-files/file.ts';
import { Finding } from './bank-account-fields.ts';
import {
  Amount,
  both,
  CalendarDate,
  Id,
  Nullable,
  OneOf,
  pageQuery,
  Strict,
  Timestamp,
  Yen,
} from './schemas.ts';

const FILE_STATUSES = [
  ...['reading', 'needs_mapping', 'judging', 'judged', 'submitting', 'submitted', 'unreadable'],
] as const;

export const UploadQuery = Strict({
  name: Type.Optional(Type.String({ maxLength: 200, examples: ['refunds-2026-11.csv'] })),
  label: Type.Optional(
    Type.String({
      maxLength: 60,
      description: both(
        '管理番号のない行を区別する名前（例：2026-11）。同じ内容を別の回として送るときに変えます',
        'Tells runs apart where rows have no reference (e.g. 2026-11): the same content under ' +
          'another label is another payment',
      ),
      examples: ['2026-11'],
    }),
  ),
  look_alike_days: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 60,
      description: both(
        '同じ口座・同じ金額の送金を何日前まで探すか（既定14日）',
        'How many days back to look for the same account and amount (14 where not given)',
      ),
    }),
  ),
  ignore_dates: Type.Optional(
    Type.Boolean({
      description: both(
        'ファイルの送金日を使わず、最短で送る',
        'Send as soon as possible, whatever day the file says',
      ),
    }),
  ),
});

const Sum = Strict({ count: Type.Integer({ examples: [498] }), amount: Yen });

export const FileView = Strict({
  id: Id('rfl'),
  name: Type.String({ examples: ['refunds-2026-11.csv'] }),
  label: Type.String(),
  format: OneOf(['csv', 'xlsx', 'zengin']),
  encoding: OneOf(['utf-8', 'utf-16le', 'cp932']),
  bytes: Type.Integer({ examples: [48_210] }),
  status: OneOf([...FILE_STATUSES, 'uploading', 'erased']),
  fault: Type.Unsafe<{ code: string; detail: string } | null>({
    ...{ type: ['object', 'null'], additionalProperties: false },
    properties: { code: { type: 'string' }, detail: { type: 'string' } },
    description: both('読み取れなかった理由', 'Why it could not be read'),
  }),
  row_count: Type.Integer({ examples: [500] }),
  verdict_hash: Nullable(
    Type.String({
      description: both(
        '検査結果のハッシュ。送信時にそのまま指定します',
        'Of exactly this verdict: to be named when submitting',
      ),
    }),
  ),
  changed_since_shown: Type.Boolean({
    description: both(
      '送信後に内容が変わったため止まり、検査し直しました',
      'Sending stopped because the verdict had changed; this is the new one',
    ),
  }),
  created_at: Timestamp,
  updated_at: Timestamp,
});

export const FileFull = Strict({
  ...FileView.properties,
  columns: Type.Array(Strict({ heading: Type.String(), field: Nullable(OneOf(FIELDS)) }), {
    description: both('見出しと項目の対応', 'What each column was taken for'),
  }),
  rows: Type.Unsafe<Record<string, { count: number; amount: number }>>({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { count: { type: 'integer' }, amount: { type: 'integer' } },
    },
    examples: [{ ready: { count: 498, amount: 1_494_000 }, refused: { count: 2, amount: 0 } }],
  }),
  ready: Strict({ count: Type.Integer(), amount: Yen, fee: Yen }),
  skipped: Sum,
  look_alikes: Type.Integer(),
  arrivals: Type.Array(Strict({ date: CalendarDate, count: Type.Integer(), amount: Yen })),
  progress: Strict({ judged: Type.Integer(), sent: Type.Integer(), to_send: Type.Integer() }),
  funds: Strict({ available: Yen, needed: Yen, short: Yen, left_today: Yen }),
});

const FieldValues = Strict(
  Object.fromEntries(
    FIELDS.map((field) => [field, Type.Optional(Type.String({ maxLength: 200 }))]),
  ) as Record<
    (typeof FIELDS)[number],
    ReturnType<typeof Type.Optional<ReturnType<typeof Type.String>>>
  >,
);

export const RowView = Strict({
  number: Type.Integer({ examples: [12] }),
  state: OneOf(ROW_STATES),
  skipped: Type.Boolean(),
  reference: Nullable(Type.String()),
  amount: Nullable(Amount),
  destination: Type.Unsafe<Record<string, unknown> | null>({
    ...{ type: ['object', 'null'], additionalProperties: true },
    description: both('伏せ字の送金先', 'Masked'),
  }),
  fee: Nullable(Yen),
  transfer_date: Nullable(CalendarDate),
  expected_arrival: Type.Unsafe<{ from: string; to: string } | null>({
    ...{ type: ['object', 'null'], additionalProperties: false },
    properties: { from: { type: 'string' }, to: { type: 'string' } },
  }),
  remittance_id: Nullable(Id('rem')),
  problems: Type.Array(Finding),
  warnings: Type.Array(Finding),
  changes: Type.Array(Finding),
  fields: Type.Optional(FieldValues),
});

export const RowsQuery = Strict({
  ...pageQuery,
  state: Type.Optional(OneOf(ROW_STATES)),
  code: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      description: both('このコードの指摘がある行', 'Rows with a finding of this code'),
      examples: ['look_alike'],
    }),
  ),
  reveal: Type.Optional(
    Type.Boolean({
      description: both(
        '行の内容をそのまま返す（権限 accounts:reveal が必要）',
        'Answer the fields as they stand (needs the scope accounts:reveal)',
      ),
    }),
  ),
});

export const MendBody = Strict(
  {
    fields: Type.Optional(FieldValues),
    skipped: Type.Optional(
      Type.Boolean({ description: both('この行を送らない', 'Leave this row out') }),
    ),
  },
  { examples: [{ fields: { account_holder: 'ヤマダ タロウ' } }] },
);

export const MappingBody = Strict({
  columns: Type.Array(Nullable(OneOf(FIELDS)), {
    maxItems: 200,
    description: both(
      '列の順に項目名（使わない列は null）。次回の同じ見出しでも使います',
      'A field for each column in order, null for none; remembered for these headings',
    ),
    examples: [['reference', 'account_holder', null, 'amount', 'account_id']],
  }),
});

export const SubmitBody = Strict({
  verdict_hash: Type.String({ minLength: 64, maxLength: 64, pattern: '^[0-9a-f]{64}$' }),
  accept_look_alikes: Type.Optional(
    Type.Boolean({
      description: both(
        '二重送金の疑いがある行も承知の上で送る',
        'Rows that look like doubles are meant',
      ),
    }),
  ),
});
