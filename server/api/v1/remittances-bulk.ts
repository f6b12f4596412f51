// POST /v1/remittances/bulk: many instructions in one call, as JSON (up to 10,000) or streamed as
// NDJSON without limit. One answer per item, in order; bad items never cost the good ones, unless
// `atomic` asks for all or nothing.
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { invalidInput, Refusal } from '../../base/refusal.ts';
import { utf8Joined } from '../../base/utf8.ts';
import { type BatchOptions, instructBatch, type Outcome } from '../../remittances/instruct.ts';
import { type Draft, draftsOf, type Sketch, sketchOf } from '../../remittances/prepare.ts';
import { notAtomic } from '../../remittances/refusals.ts';
import type { Locale } from '../locale.ts';
import { type NdjsonLine, readNdjson, sendNdjson } from '../ndjson.ts';
import { problemOf } from '../problem.ts';
import type { Api, ApiCaller } from '../resource.ts';
import { compileSchema } from '../validation.ts';
import { InstructionBody, ItemProblem, RemittanceRow } from './remittance-schemas.ts';
import type { RemittancesApiDeps } from './remittances.ts';
import { both, OneOf, Strict } from './schemas.ts';

const MAX_ITEMS = 10_000;
const BODY_LIMIT_BYTES = 16 * 1_048_576;
/**
 * One deed's worth: large enough to be cheap, small enough not to hold the shop's lock for long.
 */
const CHUNK = 500;
/** One holds the shop's lock, the other waits for it: the lock does not lie idle in between. */
const CHUNKS_UNDER_WAY = 2;
/** Items prepared at a stretch: a deed under way holds the shop's lock, other requests wait too. */
const STRETCH = 25;

const Query = Strict({
  atomic: Type.Optional(
    Type.Boolean({
      description: both('全件成功か、全件取りやめ（1万件まで）', 'All or nothing (up to 10,000)'),
    }),
  ),
  dry_run: Type.Optional(
    Type.Boolean({
      description: both(
        '検査・手数料・到着予定のみ。何も動きません',
        'Checks, prices and predicts; moves nothing',
      ),
    }),
  ),
});

const ItemAnswer = Strict({
  index: Type.Integer({ description: both('0から始まる位置', 'Position from 0') }),
  result: OneOf(['created', 'replayed', 'refused', 'would_create']),
  remittance: Type.Optional(RemittanceRow),
  problem: Type.Optional(ItemProblem),
});

const Answer = Strict({
  taken: Type.Integer(),
  replayed: Type.Integer(),
  refused: Type.Integer(),
  items: Type.Array(ItemAnswer),
});

/** As told to readers; the items are checked one by one, so that bad ones do not cost the rest. */
const BODIES = {
  'application/json': Strict({
    items: Type.Array(InstructionBody, { minItems: 1, maxItems: MAX_ITEMS }),
  }),
  'application/x-ndjson': InstructionBody,
};

const checkedItem = compileSchema(InstructionBody);

/** One item on its way: what was made of it, or a refusal found before that. */
type Item = Sketch | Refusal;

export function registerRemittancesBulk(api: Api, deps: RemittancesApiDeps): void {
  api.post(
    '/v1/remittances/bulk',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      config: { scope: 'remittances:write', repeats: 'reference', ndjson: true, bodies: BODIES },
      schema: {
        tags: ['remittances'],
        summary: both('まとめて送金を依頼する', 'Instruct many remittances'),
        description: both(
          'application/json は {"items":[...]}（1万件まで）。application/x-ndjson は1行1件で件数無制限、応答も1行1件。',
          'application/json takes {"items":[...]} (up to 10,000); application/x-ndjson ' +
            'takes one item a line without limit and answers a line for each.',
        ),
        querystring: Query,
        response: { 200: Answer },
      },
    },
    async (request, reply) => {
      const options = {
        atomic: request.query.atomic ?? false,
        dryRun: request.query.dry_run ?? false,
      };
      if (isStream(request)) return answerStream(deps, request, reply, options);
      return answerJson(deps, request, reply, options);
    },
  );
}

function isStream(request: FastifyRequest): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/x-ndjson');
}

function itemOf(deps: RemittancesApiDeps, value: unknown): Item {
  if (!checkedItem.fits(value)) return invalidInput(checkedItem.faults(value));
  const read = deps.reader.read(value);
  return read instanceof Refusal ? read : sketchOf(deps.remittances.directory, read);
}

/**
 * Instructs what can be; refusals keep their places. What the items were is let go as soon as their
 * drafts are made: it would be in the collector's way until the chunk is answered.
 */
function settle(
  deps: RemittancesApiDeps,
  caller: ApiCaller,
  items: readonly Item[],
  options: BatchOptions,
): Promise<Outcome[]> {
  const refusals = items.map((item) => (item instanceof Refusal ? item : undefined));
  const asked = items.filter((item): item is Sketch => !(item instanceof Refusal));
  const drafts = draftsOf(deps.remittances, caller.shop.shopId, asked);
  return instructDrafts(deps, caller, drafts, refusals, options);
}

async function instructDrafts(
  { remittances }: RemittancesApiDeps,
  { shop }: ApiCaller,
  drafts: Promise<Draft[]>,
  refusals: readonly (Refusal | undefined)[],
  options: BatchOptions,
): Promise<Outcome[]> {
  const ready = await drafts;
  const outcomes = ready.length === 0 ? [] : await instructBatch(remittances, shop, ready, options);
  let next = 0;
  return refusals.map((refusal) =>
    refusal === undefined ? outcomes[next++]! : { kind: 'refused', refusal },
  );
}

/** One answer as JSON, in pieces; the remittance among them is what its event holds. */
function answerPieces(
  index: number,
  outcome: Outcome,
  options: BatchOptions,
  locale: Locale,
  requestId: string,
): readonly (string | Buffer)[] {
  if (outcome.kind === 'refused') {
    const problem = JSON.stringify(problemOf(outcome.refusal, locale, requestId));
    return [`{"index":${index},"result":"refused","problem":${problem}}`];
  }
  const result = options.dryRun && outcome.kind === 'created' ? 'would_create' : outcome.kind;
  return [`{"index":${index},"result":"${result}","remittance":`, outcome.body, '}'];
}

const JsonBody = Strict({
  items: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_ITEMS }),
});
const checkedBody = compileSchema(JsonBody);

async function answerJson(
  deps: RemittancesApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  options: BatchOptions,
) {
  const body: unknown = request.body;
  if (!checkedBody.fits(body)) throw invalidInput(checkedBody.faults(body));
  const { caller } = request;
  const items = (body as Static<typeof JsonBody>).items.map((value) => itemOf(deps, value));
  const outcomes: Outcome[] = [];
  const bad = items.some((item) => item instanceof Refusal);
  const size = options.atomic ? items.length : CHUNK;
  if (options.atomic && bad) outcomes.push(...refuseRest(items));
  else {
    for (let start = 0; start < items.length; start += size) {
      outcomes.push(...(await settle(deps, caller, items.slice(start, start + size), options)));
    }
  }
  const count = (kind: Outcome['kind']) => outcomes.filter((one) => one.kind === kind).length;
  const pieces = outcomes.flatMap((one, index) => [
    ...(index > 0 ? [','] : []),
    ...answerPieces(index, one, options, caller.locale, request.id),
  ]);
  reply.type('application/json; charset=utf-8');
  const counts =
    `"taken":${options.dryRun ? 0 : count('created')},"replayed":${count('replayed')},` +
    `"refused":${count('refused')}`;
  return reply.send(utf8Joined([`{${counts},"items":[`, ...pieces, ']}']));
}

/** All or nothing, and something was refused for its form: the good ones are told so. */
function refuseRest(items: readonly Item[]): Outcome[] {
  return items.map((item) => ({
    kind: 'refused',
    refusal: item instanceof Refusal ? item : notAtomic(),
  }));
}

function answerStream(
  deps: RemittancesApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  options: BatchOptions,
): FastifyReply {
  if (options.atomic) {
    throw invalidInput([
      {
        pointer: '/atomic',
        code: 'atomic_needs_json',
        ja: 'atomic=true は application/json（1万件まで）で指定してください。',
        en: 'atomic=true takes application/json (up to 10,000 items).',
      },
    ]);
  }
  const lines = readNdjson(request.body as AsyncIterable<Buffer>);
  return sendNdjson(reply, streamAnswers(deps, request, lines, options));
}

/** A chunk that the database works on, or that waits for the shop's lock. */
interface UnderWay {
  readonly outcomes: Promise<Outcome[]>;
  /** Resolves when it has the lock, or needs none: the next one may queue up behind it. */
  readonly begun: Promise<unknown>;
}

function begin(
  deps: RemittancesApiDeps,
  caller: ApiCaller,
  items: readonly Item[],
  options: BatchOptions,
): UnderWay {
  const { promise: locked, resolve: onLocked } = Promise.withResolvers<void>();
  const outcomes = settle(deps, caller, items, { ...options, onLocked });
  // Awaited when its turn comes; until then a rejection must not count as unhandled.
  outcomes.catch(() => {});
  return { outcomes, begun: Promise.race([locked, outcomes]).catch(() => {}) };
}

/**
 * While the database works on one chunk the next waits for the lock and a third is read and
 * prepared; more are never held.
 */
async function* streamAnswers(
  deps: RemittancesApiDeps,
  request: FastifyRequest,
  groups: AsyncGenerator<NdjsonLine[]>,
  options: BatchOptions,
): AsyncGenerator<Buffer> {
  const { caller } = request;
  const underWay: UnderWay[] = [];
  let index = 0;
  const answerOldest = async () => {
    const outcomes = await underWay.shift()!.outcomes;
    const pieces: (string | Buffer)[] = [];
    for (const one of outcomes) {
      pieces.push(...answerPieces(index++, one, options, caller.locale, request.id), '\n');
    }
    return utf8Joined(pieces);
  };
  let chunk: Item[] = [];
  for await (const group of groups) {
    for (const line of group) {
      chunk.push(line.refusal ?? itemOf(deps, line.value));
      if (chunk.length % STRETCH === 0) await new Promise((resolve) => setImmediate(resolve));
      if (chunk.length < CHUNK) continue;
      if (underWay.length === CHUNKS_UNDER_WAY) yield await answerOldest();
      await underWay.at(-1)?.begun;
      underWay.push(begin(deps, caller, chunk, options));
      chunk = [];
    }
  }
  if (chunk.length > 0) underWay.push(begin(deps, caller, chunk, options));
  while (underWay.length > 0) yield await answerOldest();
}
