// What a resource file (v1/balance.ts, v1/accounts.ts, ...) is written against. A resource exports
// `register<Resource>(api, deps)`: routes with full path, TypeBox schemas and `config: { scope }`.
// Authentication, scopes, errors, idempotency and limits are done around it by app.ts.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TSchema } from 'typebox';
import type { Scope } from '../merchants/api-key.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Locale } from './locale.ts';

export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Who calls: set before any handler of a resource runs. */
export interface ApiCaller {
  readonly shop: Shop;
  readonly keyId: string;
  readonly scopes: ReadonlySet<string>;
  readonly locale: Locale;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: ApiCaller;
  }
  interface FastifyContextConfig {
    /** What the key must be granted. Every route of a resource states it. */
    scope?: Scope;
    /**
     * POST only: `reference` where the body's own reference makes repeats harmless. Default:
     * Idempotency-Key.
     */
    repeats?: 'reference' | 'idempotency_key';
    /** The body may be a stream of `application/x-ndjson`; the handler reads it with ndjson.ts. */
    ndjson?: boolean;
    /** For documents alone: the bodies that a handler reads itself, by media type. */
    bodies?: Readonly<Record<string, TSchema>>;
    /** The body is a file, whatever its type says; the handler reads the stream. */
    takesFile?: boolean;
  }
}
