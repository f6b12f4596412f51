// `event`: what happened in a shop, as its webhooks tell it.
import { eventsBefore } from '../base/events.ts';
import { LIMIT, THE_SHOP, theShop } from './find-tenant.ts';
import { limit, text, wholeNumber } from './read-input.ts';
import type { Noun } from './verb.ts';
import { stamp, when } from './words.ts';

/** The object's public id, where the event shows one. */
const objectOf = (payload: unknown) => String((payload as { id?: unknown }).id ?? '-');

export const event: Noun = {
  name: 'event',
  says: { ja: 'イベント', en: 'events' },
  verbs: [
    {
      name: 'list',
      says: { ja: 'ショップで起きたこと（新しい順）', en: 'what happened in a shop, newest first' },
      example: 'event list --shop 100001 --type remittance.returned',
      options: [
        THE_SHOP,
        { flags: '--type <type>', says: { ja: '種類', en: 'only of this type' } },
        { flags: '--before <seq>', says: { ja: 'この番号より前', en: 'before this number' } },
        LIMIT,
      ],
      async run(session, given) {
        const core = await session.core();
        const { shopId } = await theShop(core, given);
        const before = wholeNumber(given, 'before', Number.MAX_SAFE_INTEGER) ?? null;
        const page = { before, type: text(given, 'type') ?? null, limit: limit(given) };
        const { events, nextBefore } = await eventsBefore(core.db, shopId, page);
        const { say } = session;
        const heads = [
          say('番号>', 'No.>'),
          say('時刻', 'Time'),
          say('種類', 'Type'),
          say('対象', 'Object'),
          say('イベントID', 'Event'),
        ];
        const rows = events.map((each) => [
          each.seq,
          when(each.at),
          each.type,
          objectOf(each.payload),
          each.id,
        ]);
        const data = events.map((each) => ({
          seq: each.seq,
          id: each.id,
          type: each.type,
          at: stamp(each.at),
          sequence: each.objectSequence,
          data: each.payload,
        }));
        return { json: { data, next_before: nextBefore }, text: session.table(heads, rows) };
      },
    },
  ],
};
