// What comes out of the ATM: the notes and the printed slip; and the register, where the slip's
// barcode brings the coins.

import { html } from 'ghtml';
import type { Receipt, World } from '../books.ts';
import type { Reply } from '../messages.ts';
import type { Network } from '../network.ts';
import { canTake, expireDue, take } from '../receipts.ts';
import { dateInWords, dateOf, timeText } from '../tokyo-time.ts';
import { barcodeSvg } from './barcode.ts';
import { alert, facts, money, page, stop, yenInWords } from './page.ts';

interface Found {
  readonly world: World;
  readonly receipt: Receipt;
}

const SLIP = /^\d{18}$/;

function find(network: Network, slipNumber: string): Found | undefined {
  const found = network.books.bySlip.get(slipNumber);
  if (found) expireDue(network, found.world);
  return found;
}

const spaced = (digits: string): string => digits.replace(/(\d{6})(?=\d)/g, '$1 ');

const minuteInWords = (at: number): string =>
  `${dateInWords(dateOf(at))}${timeText(at).slice(11, 16)}`;

export function slip(network: Network, slipNumber: string): Reply {
  const found = find(network, slipNumber);
  if (!found) return stop('atm', 'レシートが見つかりません', ['番号をもう一度ご確認ください。']);
  const { receipt, world } = found;
  const { noteYen, coinYen, notesTakenAt } = receipt;
  const out =
    notesTakenAt === null
      ? html`<h1>レシートをお取りください</h1>`
      : html`<h1>お札${yenInWords(noteYen)}をお取りください</h1>!${money('notes', noteYen)}`;
  const rows: [string, string][] = [['送金した会社', world.partnerName]];
  if (notesTakenAt !== null) {
    rows.push(['お受け取り日時', minuteInWords(notesTakenAt)], ['お札', yenInWords(noteYen)]);
  }
  if (coinYen > 0) rows.push(['硬貨', yenInWords(coinYen)]);
  const until = `${dateInWords(receipt.receivableUntil)}まで`;
  const place = `/register?slip=${receipt.slipNumber}`;
  const coins = `硬貨${yenInWords(coinYen)}`;
  const coinPart = html`<p>このバーコードをお店のレジでお見せください。${coins}をお渡しします。</p>
<p><strong>${until}</strong>にお越しください。</p>
!${barcodeSvg(receipt.slipNumber)}
<p class="number">${spaced(receipt.slipNumber)}</p>`;
  const toRegister = html`<p><a class="button primary" href="${place}">お店のレジへ行く</a></p>`;
  const body = html`!${out}
<section class="slip" aria-label="レシート">
<h2>ATM受取のレシート</h2>
!${facts(rows)}
!${coinYen > 0 ? coinPart : '<p>全額のお受け取りが終わりました。</p>'}
</section>
!${coinYen > 0 ? toRegister : '<p><a class="button" href="/">最初の画面に戻る</a></p>'}`;
  return page({ title: 'お受け取り', place: 'atm', body });
}

/** The register: asks for the slip, shows what it is worth, hands the coins out. */
export function register(network: Network, slipText: string | null): Reply {
  if (slipText === null || slipText === '') return askSlip();
  const slipNumber = slipText.normalize('NFKC').replace(/\D/g, '');
  if (!SLIP.test(slipNumber)) return askSlip('レシートの番号は18けたの数字です。');
  const found = find(network, slipNumber);
  if (!found || found.receipt.coinYen === 0) {
    return askSlip('この番号のレシートは見つかりません。');
  }
  return stateOfCoins(found);
}

export function takeCoins(network: Network, slipNumber: string): Reply {
  const found = find(network, slipNumber);
  if (found?.world.faults.down) {
    return stop('register', 'ただいまお渡しできません', ['時間をおいて、もう一度お越しください。']);
  }
  if (found) take(network, found.world, found.receipt, 'coins');
  const location = `/register?slip=${encodeURIComponent(slipNumber)}`;
  return { status: 303, type: 'html', body: '', headers: { location } };
}

function askSlip(fault?: string): Reply {
  const body = html`<h1><label for="slip">レシートの番号</label></h1>
!${fault === undefined ? '' : alert(fault)}
<form method="get" action="/register" class="line">
<input id="slip" name="slip" inputmode="numeric" autocomplete="off" maxlength="40">
<button class="primary">読み取る</button>
</form>
<p class="muted">ATMで出たレシートの、バーコードの下の18けたの数字です。</p>`;
  return page({ title: 'お店のレジ', place: 'register', body });
}

function stateOfCoins({ receipt, world }: Found): Reply {
  const { coinYen, coinsTakenAt } = receipt;
  if (coinsTakenAt !== null) {
    const title = `硬貨${yenInWords(coinYen)}をお渡ししました`;
    const body = html`<h1>${title}</h1>!${money('coins', coinYen)}
!${facts([
      ['送金した会社', world.partnerName],
      ['お渡しした日時', minuteInWords(coinsTakenAt)],
    ])}
<p><a class="button" href="/register">次のお客さま</a></p>`;
    return page({ title, place: 'register', body });
  }
  if (!canTake(receipt, 'coins')) {
    const words =
      receipt.state === 'RECEIVED_IN_PART' || receipt.state === 'EXPIRED'
        ? `受取期限（${dateInWords(receipt.receivableUntil)}）を過ぎたため、硬貨は送金元に戻っています。`
        : 'この送金は取り消されたか、止められています。';
    return stop('register', 'このレシートは使えません', [
      words,
      `${world.partnerName}にお問い合わせください。`,
    ]);
  }
  const body = html`<h1>硬貨${yenInWords(coinYen)}をお渡しします</h1>
!${facts([
    ['送金した会社', world.partnerName],
    ['受取期限', dateInWords(receipt.receivableUntil)],
  ])}
<form method="post" action="/register">
<input type="hidden" name="slip" value="${receipt.slipNumber}">
<button class="primary wide">硬貨${yenInWords(coinYen)}を受け取る</button>
</form>`;
  return page({ title: '硬貨のお渡し', place: 'register', body });
}
