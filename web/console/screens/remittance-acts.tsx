// What can be done with a remittance now. Each act says in plain words what it does, asks once, and
// leaves its outcome on the page.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { civilDay, day, yenInWords } from '../format.ts';
import { defineWords } from '../language.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icons.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { type Act, act, detailQuery, type RemittanceDetail } from '../remittance-query.ts';
import { useMay, useShop } from '../session.ts';

const useWords = defineWords(
  'acts',
  {
    cancel: '送金を取り消す',
    cancelAsk: '{{reference}}（{{amount}}）の送金を取り消しますか。',
    cancelMeans:
      '{{amount}}は利用可能額に戻ります。受取URLを送っている場合は使えなくなります。取り消した送金は元に戻せません。',
    cancelDone: '送金を取り消しました。{{amount}}は利用可能額に戻っています。',
    cancelTaking: '取り消しを受け付けました。送金経路から取り戻せたことを確認しています。',
    remind: '受取人にもう一度知らせる',
    remindAsk: '受取人に、同じ受取URLをもう一度送りますか。',
    remindMeans: '登録されている宛先にだけ送られます。宛先は変わりません。',
    remindDone: '受取人へのお知らせを送信予定に入れました。',
    reissue: '受取URLを作り直す',
    reissueAsk: '受取URLを作り直しますか。',
    reissueMeans:
      'これまでのURLと受取番号はその場で使えなくなり、新しいURLが同じ宛先に送られます。',
    reissueDone: '新しい受取URLを作りました。これまでのURLは使えません。',
    unlock: 'ロックを解除する',
    unlockAsk: '確認の答えのロックを解除しますか。',
    unlockMeans: '受取人は、もう一度答えを入力できるようになります。',
    unlockDone: 'ロックを解除しました。受取人は手続きを続けられます。',
    extend: '受取期限を延ばす',
    extendAsk: '受取期限を延ばしますか。',
    extendMeans: '選んだ日の終わりまで手続きできます。受取人への再案内も新しい期限に合わせます。',
    extendDone: '受取期限を{{until}}までに延ばしました。',
    until: '新しい期限',
    keep: 'やめる',
    title: 'できること',
  },
  {
    cancel: 'Cancel the remittance',
    cancelAsk: 'Cancel {{reference}} ({{amount}})?',
    cancelMeans:
      '{{amount}} becomes available again. A receive link that was sent stops working. ' +
      'This cannot be undone.',
    cancelDone: 'The remittance is canceled. {{amount}} is available again.',
    cancelTaking: 'Taken. Whether the rail gave it back is being confirmed.',
    remind: 'Remind the recipient',
    remindAsk: 'Send the same receive link to the recipient once more?',
    remindMeans: 'It goes only to the address that is known. The address does not change.',
    remindDone: 'The message to the recipient is on its way.',
    reissue: 'Issue a new receive link',
    reissueAsk: 'Issue a new receive link?',
    reissueMeans:
      'The former link and code stop working at once. The new link goes to the same address.',
    reissueDone: 'A new receive link was made. The former one no longer works.',
    unlock: 'Unlock',
    unlockAsk: 'Lift the lock after wrong answers?',
    unlockMeans: 'The recipient can enter the answers again.',
    unlockDone: 'Unlocked. The recipient can go on.',
    extend: 'Give more time',
    extendAsk: 'Give the recipient more time?',
    extendMeans: 'They can receive until the end of the day you choose. Reminders follow it.',
    extendDone: 'The recipient has until {{until}}.',
    until: 'New last day',
    keep: 'Leave it',
    title: 'What you can do',
  },
);

type Remittance = RemittanceDetail['remittance'];
type ActName = 'cancel' | 'remind' | 'reissue' | 'unlock' | 'extend';

const PATHS: Readonly<Record<ActName, Act>> = {
  cancel: 'cancel',
  remind: 'link/remind',
  reissue: 'link/reissue',
  unlock: 'link/unlock',
  extend: 'link/extend',
};

/** Which acts fit now, for this member. */
function useActs({ status, link, cancelable }: Remittance): readonly ActName[] {
  const may = useMay();
  const isOpen = status === 'awaiting_recipient' && link?.status === 'open';
  const acts: ActName[] = [];
  if (isOpen && may('remittances.remind')) {
    acts.push('remind', 'extend', 'reissue');
    if (link.locked) acts.unshift('unlock');
  }
  if (cancelable && may('remittances.cancel')) acts.push('cancel');
  return acts;
}

export function RemittanceActs({ remittance }: { readonly remittance: Remittance }) {
  const say = useWords();
  const acts = useActs(remittance);
  const [asked, setAsked] = useState<ActName | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  return (
    <div className="acts no-print">
      <p role="status" className={outcome === null ? undefined : 'outcome'}>
        {outcome !== null && (
          <>
            <Icon name="paid" /> {outcome}
          </>
        )}
      </p>
      {acts.length > 0 && (
        <fieldset className="act-row">
          <legend className="for-reader">{say('title')}</legend>
          {acts.map((name) => (
            <Button
              key={name}
              variant={name === 'cancel' ? 'outline' : 'default'}
              color={name === 'cancel' ? 'shu' : 'ai'}
              onClick={() => setAsked(name)}
            >
              {say(name)}
            </Button>
          ))}
        </fieldset>
      )}
      {asked !== null && (
        <Confirmation
          name={asked}
          remittance={remittance}
          onClose={() => setAsked(null)}
          onDone={(text) => {
            setOutcome(text);
            setAsked(null);
          }}
        />
      )}
    </div>
  );
}

const DAY_MS = 24 * 60 * 60_000;
const MORE_DAYS = 14;

function Confirmation(props: {
  readonly name: ActName;
  readonly remittance: Remittance;
  readonly onClose: () => void;
  readonly onDone: (outcome: string) => void;
}) {
  const { name, remittance, onClose, onDone } = props;
  const say = useWords();
  const shop = useShop();
  const client = useQueryClient();
  const lastDay = remittance.link && Date.parse(remittance.link.expires_at) - 1;
  const first = civilDay(new Date((lastDay ?? Date.now()) + MORE_DAYS * DAY_MS));
  const [until, setUntil] = useState(first);
  const words = { reference: remittance.reference, amount: yenInWords(remittance.amount) };
  const run = useMutation({
    mutationFn: () =>
      act(shop.id, remittance.id, PATHS[name], name === 'extend' ? { until } : undefined),
    onSuccess: (detail) => {
      client.setQueryData(detailQuery(shop.id, remittance.id).queryKey, detail);
      void client.invalidateQueries({ queryKey: ['remittances', shop.id] });
      void client.invalidateQueries({ queryKey: ['home', shop.id] });
      const isTaking = name === 'cancel' && detail.remittance.status !== 'canceled';
      const done = isTaking ? 'cancelTaking' : (`${name}Done` as const);
      onDone(say(done, { ...words, until: day(until) }));
    },
    // It may have changed meanwhile: show how it is.
    onError: () =>
      void client.invalidateQueries({ queryKey: detailQuery(shop.id, remittance.id).queryKey }),
  });
  return (
    <Dialog title={say(name)} onClose={onClose}>
      <div className="confirmation">
        <p>
          <strong>{say(`${name}Ask`, words)}</strong>
        </p>
        <p>{say(`${name}Means`, words)}</p>
        {name === 'extend' && (
          <TextInput
            type="date"
            label={say('until')}
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
        )}
        <ProblemNote error={run.error} />
        <div className="confirm-row">
          <Button variant="default" onClick={onClose}>
            {say('keep')}
          </Button>
          <Button
            color={name === 'cancel' ? 'shu' : 'ai'}
            loading={run.isPending}
            onClick={() => run.mutate()}
          >
            {say(name)}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
