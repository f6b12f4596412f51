// /v1/banks and /v1/banks/{code}/branches: the directory, from memory. Without `q` it lists in the
// order of the kana.
import Type, { type Static } from 'typebox';
import type {
  Bank,
  BankDirectory,
  Page as DirectoryPage,
} from '../../recipients/bank-directory.ts';
import { bankNotFound } from '../../recipients/refusals.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, type Page } from '../cursor.ts';
import type { Api } from '../resource.ts';
import { both, CalendarDate, Nullable, PageOf, pageQuery, Strict } from './schemas.ts';

/** The order of the kana is paged through; a search answers its best and ends. */
const MAX_LISTED = 50;

const DirectoryQuery = Strict({
  ...pageQuery,
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      description: both(
        '漢字・カナ・ローマ字の一部、またはコードの先頭。完全一致、前方一致、部分一致の順',
        'Part of the name in kanji, kana or romaji, or the head of the code; exact, prefix, inside',
      ),
      examples: ['みずほ'],
    }),
  ),
  initial: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2,
      description: both(
        '五十音の頭文字（q がないとき）。濁音・半濁音も含む',
        'First kana of the reading (without q), voiced ones included',
      ),
      examples: ['ミ'],
    }),
  ),
});

const Entry = Strict({
  code: Type.String({ examples: ['0001'] }),
  name: Type.String({ examples: ['みずほ'] }),
  name_kana: Type.String({ examples: ['ミズホ'] }),
  name_half_width: Type.String({
    description: both('全銀ファイルで使う表記', 'As bank files carry it'),
    examples: ['ﾐｽﾞﾎ'],
  }),
  closed_on: Nullable(CalendarDate),
  successor_bank_code: Nullable(
    Type.String({
      description: both('統合先の銀行コード', 'Bank code of who took the accounts over'),
      examples: ['0117'],
    }),
  ),
  successor_branch_code: Nullable(Type.String()),
});

const BankParams = Strict({
  code: Type.String({
    minLength: 1,
    maxLength: 40,
    description: both('銀行コード（4桁）', 'Bank code, 4 digits'),
    examples: ['0001'],
  }),
});

const tags = ['banks'];

export function registerBanks(
  api: Api,
  { directory }: { readonly directory: BankDirectory },
): void {
  api.get(
    '/v1/banks',
    {
      config: { scope: 'accounts:read' },
      schema: {
        tags,
        summary: both('銀行の検索・一覧', 'Find or list banks'),
        description: both(
          '閉鎖・統合された銀行には closed_on と統合先が付きます。',
          'Banks that closed or merged carry closed_on and their successor.',
        ),
        querystring: DirectoryQuery,
        response: { 200: PageOf(Entry) },
      },
    },
    async (request) =>
      answer(request.query, {
        search: (query, limit) => directory.searchBanks(query, limit),
        list: (options) => directory.listBanks(options),
      }),
  );
  api.get(
    '/v1/banks/:code/branches',
    {
      config: { scope: 'accounts:read' },
      schema: {
        tags,
        summary: both('支店の検索・一覧', 'Find or list branches'),
        params: BankParams,
        querystring: DirectoryQuery,
        response: { 200: PageOf(Entry) },
      },
    },
    async (request) => {
      const { code } = request.params;
      if (directory.bank(code) === undefined) throw bankNotFound(code);
      return answer(request.query, {
        search: (query, limit) => directory.searchBranches(code, query, limit),
        list: (options) => directory.listBranches(code, options),
      });
    },
  );
}

interface Source {
  search(query: string, limit: number): readonly Bank[];
  list(options: { initial?: string; from: number; limit: number }): DirectoryPage<Bank>;
}

function answer(query: Static<typeof DirectoryQuery>, source: Source): Page<Static<typeof Entry>> {
  const { q, initial, limit = DEFAULT_LIMIT, cursor } = query;
  if (q !== undefined) {
    const found = source.search(q, limit);
    return { data: found.map(show), next_cursor: null, has_more: false };
  }
  const [from] = decodeCursor(cursor, ['number']) ?? [0];
  const options = { from: Math.max(from, 0), limit: Math.min(limit, MAX_LISTED) };
  const { items, next } = source.list(initial === undefined ? options : { ...options, initial });
  const next_cursor = next === null ? null : encodeCursor([next]);
  return { data: items.map(show), next_cursor, has_more: next !== null };
}

function show(entry: Bank): Static<typeof Entry> {
  const { code, name, kana, halfWidthName, closure } = entry;
  return {
    code,
    name,
    name_kana: kana,
    name_half_width: halfWidthName,
    closed_on: closure?.closedOn ?? null,
    successor_bank_code: closure?.successorBankCode ?? null,
    successor_branch_code: closure?.successorBranchCode ?? null,
  };
}
