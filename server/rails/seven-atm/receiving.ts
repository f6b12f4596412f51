// How recipients meet cash at the ATM: words by the amount (notes at the machine, coins at a
// register). Nothing is asked of them; the numbers come with the result.
import { type Yen, yenInWords } from '../../base/money.ts';
import type { AtmDestination, RailAccount } from '../rail.ts';
import type { Receiving, ReceivingWords } from '../receiving.ts';
import { NOTE_UNIT_YEN, readConfig } from './config.ts';

export const atmReceiving: Receiving<AtmDestination> = {
  method: 'atm_cash',
  name: { ja: 'コンビニなどのATMで現金', en: 'Cash at an ATM' },
  words,
  entry: () => ({ fields: [], signsIn: false }),
  read: () => ({ receiveWithinDays: null }),
  facts: () => [],
  masked: () => ({}),
};

function words(account: RailAccount, amountYen: Yen): ReceivingWords {
  const { receiveWithinDays } = readConfig(account);
  return {
    when: {
      ja: `手続きのあと、すぐにATMで使う番号がこの画面に出ます。受け取りは${receiveWithinDays}日以内です`,
      en: `The numbers for the ATM appear here; take the cash within ${receiveWithinDays} days`,
    },
    needs: { ja: '口座はいりません', en: 'No account is needed' },
    note: legsOf(amountYen),
    take: { ja: 'ATMで受け取る', en: 'Receive it at an ATM' },
    done: { ja: '現金をお受け取りいただきました。', en: 'The cash has been taken.' },
  };
}

/** An ATM pays notes; what is below the smallest note is paid at a register. */
export function legsOf(amountYen: number): ReceivingWords['note'] {
  const coinsYen = amountYen % NOTE_UNIT_YEN;
  if (coinsYen === 0) return null;
  const notesYen = amountYen - coinsYen;
  const [notes, coins] = [notesYen, coinsYen].map((yen) => yen.toLocaleString('en-US'));
  if (notesYen === 0) {
    return {
      ja: `${yenInWords(coinsYen)}は硬貨なので、ATMでは控えだけが出ます。セブン‐イレブンのレジで控えを見せて、受け取ります。`,
      en: `These ${coins} yen are coins: the ATM prints a slip. Show it at a 7-Eleven register.`,
    };
  }
  return {
    ja:
      `お札の${yenInWords(notesYen)}はATMで、硬貨の${yenInWords(coinsYen)}はセブン‐イレブンのレジで` +
      '受け取ります。レジでは、ATMで出る控えを見せます。',
    en:
      `Notes: ${notes} yen at the ATM. ` +
      `Coins: ${coins} yen at a 7-Eleven register, with the ATM slip.`,
  };
}
