// For tests of files: a shop's file uploaded, worked on and looked at in few words.
import type { DeedShop, DeedWorld } from '../../tests/deed-world.ts';
import type { FileDeps, FileRow, RemittanceFile } from './file.ts';
import { selectFile } from './file-store.ts';
import { type ResultKind, resultFile } from './result-file.ts';
import { submitFile } from './submit-file.ts';
import { rowsOf, type Summary, summaryOf } from './summary.ts';
import { type Upload, uploadFile } from './upload.ts';

export const HEADER = '管理番号,金額,銀行コード,支店コード,預金種目,口座番号,口座名義,摘要';

export interface Line {
  readonly reference?: string;
  readonly amount?: number | string;
  readonly number?: string;
  readonly holder?: string;
  readonly description?: string;
}

export function lineOf({ reference = '', amount = 1_000, ...more }: Line): string {
  const { number = '1234567', holder = 'ヤマダ タロウ', description = '' } = more;
  return [reference, amount, '0005', '001', '普通', number, holder, description].join(',');
}

export const tableOf = (lines: readonly Line[]): Buffer =>
  Buffer.from(`${[HEADER, ...lines.map(lineOf)].join('\r\n')}\r\n`);

export interface FileInHand {
  readonly of: { readonly shopId: string; readonly fileId: string };
  now(): Promise<RemittanceFile>;
  summary(): Promise<Summary>;
  rows(): Promise<FileRow[]>;
  /** `state` of each row, in order. */
  states(): Promise<string[]>;
  /** As it is shown now. */
  submit(acceptsLookAlikes?: boolean): Promise<void>;
  text(kind: ResultKind): Promise<Buffer>;
}

/** Uploaded, and worked on until it rests. */
export async function uploaded(
  { deps }: Pick<DeedWorld, 'deps'>,
  shop: DeedShop,
  bytes: Buffer,
  more: Partial<Upload> = {},
): Promise<FileInHand> {
  const upload = { name: 'a.csv', label: '', lookAlikeDays: 14, ignoresDates: false, ...more };
  const source = (async function* () {
    yield bytes;
  })();
  const { fileId } = await uploadFile(deps, shop.shop.shopId, upload, source);
  await shop.work();
  return inHand(deps, shop.shop.shopId, fileId);
}

export function inHand(deps: FileDeps, shopId: string, fileId: string): FileInHand {
  const of = { shopId, fileId };
  const now = async () => (await selectFile(deps.deeds.db, deps.vault, shopId, fileId))!;
  const rows = async () => rowsOf(deps, await now(), { limit: 1_000 });
  return {
    ...{ of, now, rows },
    summary: async () => summaryOf(deps, await now()),
    states: async () => (await rows()).map(({ state }) => state),
    async submit(acceptsLookAlikes = false) {
      const verdictHash = (await now()).verdictHash?.toString('hex') ?? '';
      await submitFile(deps, of, { verdictHash, acceptsLookAlikes });
    },
    async text(kind) {
      const chunks: Buffer[] = [];
      for await (const chunk of resultFile(deps, await now(), kind, 'ja')) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}
