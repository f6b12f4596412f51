// `message`: what comes back of messages to recipients outside the wire that they went out by.
import { receiveMailReport } from '../messages/receive-mail-report.ts';
import { argument, fileBytes } from './read-input.ts';
import type { Noun, Session } from './verb.ts';

type Nothing = Extract<
  Awaited<ReturnType<typeof receiveMailReport>>,
  { readonly nothing: string }
>['nothing'];

function nothingWords({ say }: Session, nothing: Nothing): string {
  const words = {
    not_a_report: () => say('不達通知ではありません', 'it is no delivery report'),
    not_final: () => say('最終の不達ではありません', 'it tells of no final failure'),
    not_ours: () => say('こちらから送ったメールではありません', 'it is about no mail of ours'),
    known_already: () => say('すでに分かっています', 'it is known already'),
  };
  return words[nothing]();
}

export const message: Noun = {
  name: 'message',
  says: { ja: '受取人へのメール・SMS', en: 'mails and texts to recipients' },
  verbs: [
    {
      name: 'bounced',
      says: {
        ja: '戻ってきた不達通知メールを読み込む（何度でも可）',
        en: 'take a mail that came back (as often as you like)',
      },
      args: [
        {
          name: '<path>',
          says: { ja: 'メールのファイル、または /dev/stdin', en: 'the mail, or /dev/stdin' },
        },
      ],
      example: 'message bounced returned.eml',
      async run(session, given) {
        const core = await session.core();
        const deps = { ...core.messages, shops: core.shops };
        const outcome = await receiveMailReport(deps, fileBytes(argument(given)));
        if ('nothing' in outcome) {
          const { nothing } = outcome;
          const why = nothingWords(session, nothing);
          const text = session.say(`変更はありません：${why}。`, `Nothing to do: ${why}.`);
          return { json: { result: nothing }, text };
        }
        const { messageId, status, reason } = outcome.ended;
        const text = session.say(
          `届かなかったことを記録しました（${reason}）。`,
          `Written down that it did not arrive (${reason}).`,
        );
        return { json: { result: status, message_id: messageId, reason }, text };
      },
    },
  ],
};
