// How files of remittances and their rows are shown.
import { tokyoTimestamp } from '../../base/clock.ts';
import { publicId } from '../../base/ids.ts';
import { fieldsOf } from '../../remittance-files/columns.ts';
import type { FileRow, RemittanceFile } from '../../remittance-files/file.ts';
import type { Summary } from '../../remittance-files/summary.ts';
import type { Locale } from '../locale.ts';
import { showFinding } from './bank-account-fields.ts';

export function showFile(file: RemittanceFile, locale: Locale) {
  const { about, kind, fault, verdictHash, status } = file;
  return {
    id: publicId('rfl', file.fileId),
    ...{ name: about.name, label: about.label, format: kind.format, encoding: kind.encoding },
    ...{ bytes: file.byteCount, status },
    fault: fault && { code: fault.code, detail: fault[locale] },
    row_count: file.rowCount,
    // While it is judged there is nothing to agree to.
    verdict_hash: status === 'judged' ? (verdictHash?.toString('hex') ?? null) : null,
    changed_since_shown: file.changedSinceShown,
    created_at: tokyoTimestamp(file.createdAt),
    updated_at: tokyoTimestamp(file.updatedAt),
  };
}

export function showFull(file: RemittanceFile, summary: Summary, locale: Locale) {
  const { ready, skipped, funds, progress } = summary;
  return {
    ...showFile(file, locale),
    columns: file.about.header.map((heading, at) => {
      return { heading, field: file.about.columns[at] ?? null };
    }),
    rows: Object.fromEntries(
      Object.entries(summary.byState).map(([state, { count, amountYen }]) => {
        return [state, { count, amount: amountYen }];
      }),
    ),
    ready: { count: ready.count, amount: ready.amountYen, fee: ready.feeYen },
    skipped: { count: skipped.count, amount: skipped.amountYen },
    look_alikes: summary.lookAlikes,
    arrivals: summary.arrivals.map(({ day, count, amountYen }) => {
      return { date: `${day}`, count, amount: amountYen };
    }),
    progress: { judged: progress.judged, sent: progress.sent, to_send: progress.toSend },
    funds: {
      ...{ available: funds.availableYen, needed: ready.amountYen, short: funds.shortYen },
      left_today: funds.leftTodayYen,
    },
  };
}

export function showRow(file: RemittanceFile, row: FileRow, locale: Locale, reveal: boolean) {
  const { findings, expectedFrom, expectedTo, content } = row;
  return {
    ...{ number: row.number, state: row.state, skipped: row.skipped, reference: row.reference },
    ...{ amount: row.amountYen, destination: findings?.masked ?? null, fee: row.feeYen },
    transfer_date: row.transferDate?.toString() ?? null,
    expected_arrival:
      expectedFrom === null || expectedTo === null
        ? null
        : { from: `${expectedFrom}`, to: `${expectedTo}` },
    remittance_id: row.remittanceId && publicId('rem', row.remittanceId),
    problems: (findings?.problems ?? []).map((one) => showFinding(one, locale)),
    warnings: (findings?.warnings ?? []).map((one) => showFinding(one, locale)),
    // What was changed says from what: only to those who may see it.
    changes: (reveal ? (findings?.changes ?? []) : []).map((one) => showFinding(one, locale)),
    ...(reveal && { fields: fieldsOf(file.about.columns, content.cells, content.mended) }),
  };
}
