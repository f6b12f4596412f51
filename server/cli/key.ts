// `key`: API keys of shops. A key's text is shown when it is made, and never again.
import { apiKeysOf, createApiKey, revokeApiKey, rotateApiKey } from '../merchants/issue-key.ts';
import { THE_SHOP, theShop } from './find-tenant.ts';
import { issued, keyJson, scopesFrom, statusOf } from './key-text.ts';
import { argument, instant, needed, span } from './read-input.ts';
import type { Argument, Noun, Option } from './verb.ts';
import { readId, shown, when, word } from './words.ts';

const DAY_MS = 86_400_000;

const KEY: Argument = { name: '<key>', says: { ja: 'キーID（key_…）', en: 'ID of the key' } };

const EXPIRES: Option = {
  flags: '--expires <time>',
  says: { ja: '有効期限（なければ無期限）', en: 'when it ends (never unless told)' },
};

export const key: Noun = {
  name: 'key',
  says: { ja: 'APIキー', en: 'API keys' },
  verbs: [
    {
      name: 'create',
      says: { ja: 'APIキーを発行する', en: 'issue an API key' },
      example: 'key create --shop 100001 --name 本番サーバー',
      options: [
        THE_SHOP,
        { flags: '--name <name>', says: { ja: '用途', en: 'what for' }, isRequired: true },
        {
          flags: '--scope <scope...>',
          says: { ja: '権限（なければすべて）', en: 'scopes (all unless told)' },
        },
        EXPIRES,
      ],
      async run(session, given) {
        const core = await session.core();
        const { shopId } = await theShop(core, given);
        const input = {
          ...{ shopId, name: needed(given, 'name'), scopes: scopesFrom(given), by: session.by },
          expiresAt: instant(given, 'expires') ?? null,
        };
        return issued(session, await createApiKey(core, input));
      },
    },
    {
      name: 'list',
      says: { ja: 'APIキーの一覧', en: 'list API keys' },
      example: 'key list --shop 100001',
      options: [THE_SHOP],
      async run(session, given) {
        const core = await session.core();
        const { say } = session;
        const keys = await apiKeysOf(core.db, (await theShop(core, given)).shopId);
        const nowMs = core.wall().epochMilliseconds;
        const rows = keys.map((each) => [
          shown('key', each.keyId),
          each.name,
          `…${each.lastFour}`,
          word(session, statusOf(each, nowMs)),
          when(each.expiresAt),
          when(each.lastUsedAt),
        ]);
        const heads = [
          say('キーID', 'Key ID'),
          say('用途', 'Name'),
          say('末尾', 'Ends in'),
          say('状態', 'Status'),
          say('有効期限', 'Expires'),
          say('最終使用', 'Last used'),
        ];
        const data = keys.map((each) => keyJson(each, statusOf(each, nowMs)));
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
    {
      name: 'rotate',
      says: {
        ja: 'APIキーを新しくする（旧キーは猶予期間の後に失効）',
        en: 'replace a key; the old one lives on for a while',
      },
      example: 'key rotate key_… --shop 100001 --grace 24h',
      args: [KEY],
      options: [
        THE_SHOP,
        {
          flags: '--grace <span>',
          says: { ja: '旧キーの猶予（初期値24h）', en: 'how long the old one lives (24h)' },
        },
        EXPIRES,
      ],
      async run(session, given) {
        const core = await session.core();
        const input = {
          shopId: (await theShop(core, given)).shopId,
          keyId: readId('key', argument(given)),
          graceMs: span(given, 'grace') ?? DAY_MS,
          expiresAt: instant(given, 'expires') ?? null,
          by: session.by,
        };
        return issued(session, await rotateApiKey(core, input));
      },
    },
    {
      name: 'revoke',
      says: { ja: 'APIキーを直ちに失効させる', en: 'revoke a key at once' },
      example: 'key revoke key_… --shop 100001',
      args: [KEY],
      options: [THE_SHOP],
      confirm: {
        ja: 'このキーを使うシステムは直ちに接続できなくなります。失効させますか？',
        en: 'Whatever uses this key loses access at once. Revoke it?',
      },
      async run(session, given) {
        const core = await session.core();
        const { shopId } = await theShop(core, given);
        const keyId = readId('key', argument(given));
        await revokeApiKey(core, { shopId, keyId, by: session.by });
        const id = shown('key', keyId);
        return {
          json: { id, status: 'revoked' },
          text: session.say(`失効させました：${id}`, `Revoked: ${id}`),
        };
      },
    },
  ],
};
