// What the recipient sees at this moment, and what they were sent: for whoever speaks with them on
// the telephone.
import { moment } from '../format.ts';
import { defineWords } from '../language.ts';
import { useMethodName } from '../parts/status.tsx';
import type { RemittanceDetail } from '../remittance-query.ts';

const useWords = defineWords(
  'recipient-sees',
  {
    title: '受取人の画面',
    open: '「お受け取り手続き」の画面で、受取方法（{{methods}}）を選べる状態です。',
    opened: '{{at}}に画面を開いています。',
    unopened: 'まだ画面を開いていません。',
    locked: '確認の答えを続けて間違えたため、手続きがロックされています。ロックの解除ができます。',
    used: '手続きは済んでいます。画面には送金の進み具合が表示されています。',
    killed: 'このURLは無効です。新しいURLが発行されています。',
    expired: '「受取期限が過ぎました」と表示されています。',
    declined: '受取人が「受け取らない」を選びました。',
    withdrawn: '「このお支払いは取りやめになりました」と表示されています。',
    url: '受取URL',
    code: '受取番号（12桁）',
    receipt: 'ATMで入力する番号',
    partner: '提携先コード',
    customer: 'お客さま番号',
    confirmation: '確認番号',
    until: '受取期限',
    hidden: '受取URLと番号は、送金の担当者だけが見られます。',
  },
  {
    title: 'What the recipient sees',
    open: 'The page where they choose how to receive ({{methods}}).',
    opened: 'They opened it on {{at}}.',
    unopened: 'They have not opened it yet.',
    locked: 'Too many wrong answers: the page is locked. You can unlock it.',
    used: 'They have finished. The page shows how far the remittance is.',
    killed: 'This link is dead; a new one was issued.',
    expired: 'The page says that the time to receive is over.',
    declined: 'They chose not to receive the money.',
    withdrawn: 'The page says that the payment was withdrawn.',
    url: 'Receive link',
    code: 'Code (12 digits)',
    receipt: 'Numbers for the ATM',
    partner: 'Partner code',
    customer: 'Customer number',
    confirmation: 'Confirmation number',
    until: 'Receive by',
    hidden: 'Links and numbers are shown only to those who handle remittances.',
  },
);

type Remittance = RemittanceDetail['remittance'];

export function RecipientSees({ remittance }: { readonly remittance: Remittance }) {
  const say = useWords();
  const methodName = useMethodName();
  const { link, receipt_information: receipt } = remittance;
  if (link === null && receipt === null) return null;
  const state = (['used', 'killed', 'expired', 'declined', 'withdrawn'] as const).find(
    (each) => each === link?.status,
  );
  return (
    <section aria-labelledby="recipient-sees">
      <h2 id="recipient-sees">{say('title')}</h2>
      {link !== null && (
        <>
          <p>
            {state === undefined
              ? say('open', { methods: link.methods.map(methodName).join('・') })
              : say(state)}
          </p>
          <p className="soft">
            {link.opened_at === null
              ? say('unopened')
              : say('opened', { at: moment(link.opened_at) })}
          </p>
          {link.locked && <p className="attention">{say('locked')}</p>}
          <Keys link={link} />
        </>
      )}
      {receipt !== null && <Receipt receipt={receipt} />}
    </section>
  );
}

/** Who has them can receive the money; the server leaves them out for others. */
function Keys({ link }: { readonly link: NonNullable<Remittance['link']> }) {
  const say = useWords();
  if (link.url === '') return <p className="soft small">{say('hidden')}</p>;
  return (
    <dl className="inline-facts">
      <div>
        <dt>{say('url')}</dt>
        <dd>
          <a href={link.url} target="_blank" rel="noreferrer">
            {link.url}
          </a>
        </dd>
      </div>
      <div>
        <dt>{say('code')}</dt>
        <dd>
          <code>{link.code.replace(/(\d{4})(?=\d)/g, '$1 ')}</code>
        </dd>
      </div>
    </dl>
  );
}

function Receipt({
  receipt,
}: {
  readonly receipt: NonNullable<Remittance['receipt_information']>;
}) {
  const say = useWords();
  const rows = [
    [say('partner'), receipt.partner_code],
    [say('customer'), receipt.customer_number],
    [say('confirmation'), receipt.confirmation_number],
    [say('until'), receipt.receivable_until],
  ] as const;
  return (
    <>
      <h3>{say('receipt')}</h3>
      <dl className="inline-facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
