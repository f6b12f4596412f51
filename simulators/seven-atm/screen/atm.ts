// The ATM: menu, three numbers on a keypad, the offer, the notes. Each screen is a form that
// carries what was typed so far, so it works without JavaScript and with the back button.

import { html } from 'ghtml';
import type { Receipt, World } from '../books.ts';
import type { Reply } from '../messages.ts';
import type { Network } from '../network.ts';
import { expireDue, take, tryConfirmation } from '../receipts.ts';
import { dateInWords } from '../tokyo-time.ts';
import { alert, facts, page, stop, yenInWords } from './page.ts';

interface Typed {
  readonly partner: string;
  readonly customer: string;
  readonly confirmation: string;
}

type Field = keyof Typed;

const FIELDS: readonly Field[] = ['partner', 'customer', 'confirmation'];
const NAMES: Readonly<Record<Field, string>> = {
  partner: '提携先コード',
  customer: 'お客さま番号',
  confirmation: '確認番号',
};
const DIGITS_MAX = 16;
const BLANK: Typed = { partner: '', customer: '', confirmation: '' };

export function menu(): Reply {
  const body = html`<h1>お取り引きをお選びください</h1>
<form method="get" action="/atm" class="menu">
<button class="primary">送金・ATM受取</button>
</form>
<p class="muted">送金のお知らせに書かれた、提携先コード・お客さま番号・確認番号をご用意ください。</p>
<p class="muted">キャッシュカードはいりません。</p>
<p class="muted">1,000円に満たない分は、お札と一緒に出るレシートをお店のレジにお持ちください。</p>`;
  return page({ title: '送金・ATM受取', place: 'atm', body });
}

export const firstNumber = (): Reply => keypad('partner', BLANK);

/** One press of a key, or the step behind 「確認」. */
export function press(network: Network, form: URLSearchParams): Reply {
  const typed: Typed = {
    partner: digitsOf(form.get('partner')),
    customer: digitsOf(form.get('customer')),
    confirmation: digitsOf(form.get('confirmation')),
  };
  if (form.get('step') === 'take') return takeOut(network, typed);
  const field = FIELDS.find((each) => each === form.get('step')) ?? 'partner';
  const key = form.get('key') ?? 'enter';
  const present = typed[field];
  if (/^\d$/.test(key)) {
    return keypad(field, { ...typed, [field]: (present + key).slice(0, DIGITS_MAX) });
  }
  if (key === 'back') return keypad(field, { ...typed, [field]: present.slice(0, -1) });
  return enter(network, field, typed);
}

function digitsOf(text: string | null): string {
  const narrow = (text ?? '').normalize('NFKC').replace(/\D/g, '');
  return narrow.slice(0, DIGITS_MAX);
}

function enter(network: Network, field: Field, typed: Typed): Reply {
  const world = network.books.byPartnerCode.get(typed.partner);
  if (!world) {
    const fault = /^\d{4,5}$/.test(typed.partner)
      ? 'この提携先コードは見つかりません。お知らせの番号をもう一度ご確認ください。'
      : '提携先コードは4けたか5けたです。';
    return keypad('partner', { ...BLANK, partner: typed.partner }, fault);
  }
  if (world.faults.down) return closedNow();
  if (field === 'partner') return keypad('customer', { ...typed, customer: '' });
  const { customerNumberDigits, confirmationNumberDigits } = world.settings;
  if (typed.customer.length !== customerNumberDigits) {
    return keypad('customer', typed, `お客さま番号は${customerNumberDigits}けたです。`);
  }
  if (field === 'customer') return keypad('confirmation', { ...typed, confirmation: '' });
  if (typed.confirmation.length !== confirmationNumberDigits) {
    return keypad('confirmation', typed, `確認番号は${confirmationNumberDigits}けたです。`);
  }
  const opened = open(network, world, typed);
  return 'reply' in opened ? opened.reply : offer(opened.receipt, world, typed);
}

/** The receipt behind the three numbers, or the screen that says why there is none. */
function open(
  network: Network,
  world: World,
  typed: Typed,
): { receipt: Receipt } | { reply: Reply } {
  expireDue(network, world);
  const receipt = world.byCustomerNumber.get(typed.customer);
  if (!receipt) {
    const fault = 'このお客さま番号は見つかりません。お知らせの番号をもう一度ご確認ください。';
    return { reply: keypad('customer', { ...typed, confirmation: '' }, fault) };
  }
  if (receipt.locked) return { reply: lockedNow(world) };
  if (!tryConfirmation(network, world, receipt, typed.confirmation)) {
    if (world.receipts.get(receipt.requestId)!.locked) return { reply: lockedNow(world) };
    const left = world.settings.wrongTriesMax - receipt.wrongTries;
    const fault = `確認番号が違います。あと${left}回まちがえると、受け取れなくなります。`;
    return { reply: keypad('confirmation', { ...typed, confirmation: '' }, fault) };
  }
  if (receipt.state === 'RECEIVABLE' || receipt.state === 'NOTES_TAKEN') return { receipt };
  return { reply: overNow(receipt, world) };
}

function takeOut(network: Network, typed: Typed): Reply {
  const world = network.books.byPartnerCode.get(typed.partner);
  if (!world) return firstNumber();
  if (world.faults.down) return closedNow();
  const opened = open(network, world, typed);
  if ('reply' in opened) return opened.reply;
  const { receipt } = opened;
  const isOnlySlip = receipt.state === 'NOTES_TAKEN' || receipt.noteYen === 0;
  if (!isOnlySlip && !take(network, world, receipt, 'notes')) return overNow(receipt, world);
  const location = `/slip/${receipt.slipNumber}`;
  return { status: 303, type: 'html', body: '', headers: { location } };
}

function keypad(field: Field, typed: Typed, fault?: string): Reply {
  const carried = FIELDS.slice(0, FIELDS.indexOf(field)).map(
    (each) => html`<input type="hidden" name="${each}" value="${typed[each]}">`,
  );
  const steps = FIELDS.map((each) => {
    const mark = each === field ? ' aria-current="step"' : '';
    return html`<li!${mark}><span>${NAMES[each]}</span></li>`;
  });
  const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(
    (digit) => html`<button name="key" value="${digit}">${digit}</button>`,
  );
  const type = field === 'confirmation' ? 'password' : 'text';
  const hint = field === 'partner' ? '4けたか5けたの数字です。' : '';
  const body = html`<ol class="steps">!${steps.join('')}</ol>
<form method="post" action="/atm" class="entry">
<button class="unseen" name="key" value="enter" tabindex="-1" aria-hidden="true">確認</button>
<input type="hidden" name="step" value="${field}">!${carried.join('')}
<div class="question">
<h1><label for="typed">${NAMES[field]}を入力してください</label></h1>
!${fault === undefined ? '' : alert(fault)}
<input id="typed" class="typed" type="${type}" name="${field}" value="${typed[field]}"
 inputmode="none" autocomplete="off" maxlength="${DIGITS_MAX}" autofocus>
<p class="muted">${hint}</p>
</div>
<div class="keys" role="group" aria-label="数字キー">!${keys.join('')}
<button name="key" value="back" class="word">訂正</button>
<button name="key" value="0">0</button>
<button name="key" value="enter" class="word primary">確認</button>
</div>
</form>
<p><a href="/">取り消す</a></p>`;
  return page({ title: `${NAMES[field]}の入力`, place: 'atm', body });
}

function offer(receipt: Receipt, world: World, typed: Typed): Reply {
  const { amountYen, noteYen, coinYen } = receipt;
  const carried = FIELDS.map(
    (each) => html`<input type="hidden" name="${each}" value="${typed[each]}">`,
  );
  const isOnlySlip = receipt.state === 'NOTES_TAKEN' || noteYen === 0;
  const rows: [string, string][] = [
    ['送金した会社', world.partnerName],
    ['お受け取り額', yenInWords(amountYen)],
  ];
  if (noteYen > 0) {
    const taken = receipt.notesTakenAt === null ? '' : '（お受け取り済み）';
    rows.push(['お札（このATM）', `${yenInWords(noteYen)}${taken}`]);
  }
  if (coinYen > 0) rows.push(['硬貨（お店のレジ）', yenInWords(coinYen)]);
  rows.push(['受取期限', dateInWords(receipt.receivableUntil)]);
  const button = isOnlySlip
    ? `硬貨${yenInWords(coinYen)}のレシートを出す`
    : `お札${yenInWords(noteYen)}を受け取る`;
  const body = html`<h1>${yenInWords(amountYen)}をお受け取りになれます</h1>
!${facts(rows)}
<form method="post" action="/atm">
<input type="hidden" name="step" value="take">!${carried.join('')}
<button class="primary wide">${button}</button>
</form>
<p><a href="/">取り消す</a></p>`;
  return page({ title: 'お受け取りの確認', place: 'atm', body });
}

function overNow({ state, receivableUntil }: Receipt, world: World): Reply {
  if (state === 'EXPIRED') {
    return stop('atm', '受取期限を過ぎています', [
      `この送金は${dateInWords(receivableUntil)}までの受け取りでした。お金は送金元に戻っています。`,
      `${world.partnerName}にお問い合わせください。`,
    ]);
  }
  if (state === 'TAKEN_BACK') {
    return stop('atm', 'この送金は取り消されました', [
      '送金元が取り消したため、お受け取りになれません。',
      `${world.partnerName}にお問い合わせください。`,
    ]);
  }
  return stop('atm', 'お受け取りは終わっています', [
    'この送金はすでに受け取られています。お心当たりがない場合は、送金元にお問い合わせください。',
  ]);
}

function lockedNow(world: World): Reply {
  return stop('atm', 'この送金は受け取れなくなりました', [
    `確認番号を${world.settings.wrongTriesMax}回まちがえたため、安全のために止めました。`,
    `${world.partnerName}にお問い合わせください。お金はなくなっていません。`,
  ]);
}

function closedNow(): Reply {
  return stop('atm', 'ただいまお取り扱いできません', [
    '時間をおいて、もう一度お試しください。受取期限までは、あとからでもお受け取りになれます。',
  ]);
}
