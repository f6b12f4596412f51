// The books of the real-time rails as each of them keeps its own, told alike: what became of each
// payment, and what has left the prepaid money.
import { control } from '../../scripts/instant-rails.ts';
import type { InstantName, InstantWorld } from '../instant-world.ts';

export interface AtmBooks {
  readonly balanceYen: number;
  readonly receipts: readonly {
    readonly request_id: string;
    readonly state: string;
    readonly received_amount: number;
  }[];
  readonly notices: { readonly waiting: number };
}

export interface AuPayBooks {
  readonly prefundYen: number;
  readonly paidInYen: number;
  readonly charges: readonly {
    readonly requestId: string;
    readonly state: string;
    readonly amountYen: number;
  }[];
  readonly notices: { readonly waiting: number };
}

interface AmazonBooks {
  readonly openingYen: number;
  readonly fundsYen: number;
  readonly orders: readonly {
    readonly requestId: string;
    readonly state: string;
    readonly amountYen: number;
  }[];
}

/** What `openInstantRails` opens each world with. */
const PREFUND_YEN = 10_000_000;

/** A control call below a shop's world. */
export function at(
  instant: InstantWorld,
  name: InstantName,
  shopId: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  return control(instant.simulators[name], method, `/worlds/${shopId}${path}`, body);
}

export interface Booked {
  readonly code: string;
  readonly fate: 'paid' | 'failed' | 'returned' | 'open';
  /** What has left for the recipient. */
  readonly paidYen: number;
}

export interface RailBooks {
  readonly booked: readonly Booked[];
  /** What has left the prepaid money, by the rail's own balance. */
  readonly spentYen: number;
}

const ATM_FATES: Readonly<Record<string, Booked['fate']>> = {
  ...{ RECEIVED: 'paid', RECEIVED_IN_PART: 'paid', EXPIRED: 'failed', TAKEN_BACK: 'failed' },
};
const AU_PAY_FATES: Readonly<Record<string, Booked['fate']>> = {
  ...{ executed: 'paid', failed: 'failed', refused: 'failed', reversed: 'returned' },
};
const AMAZON_FATES: Readonly<Record<string, Booked['fate']>> = { done: 'paid' };

/** Each name for a payment at a rail ends in its dispatch code. */
const codeIn = (requestId: string) => requestId.slice(-20);

export async function booksOf(
  instant: InstantWorld,
  shopId: string,
): Promise<Readonly<Record<string, RailBooks>>> {
  const read = (name: InstantName) => at(instant, name, shopId, 'GET', '/books');
  const atm = (await read('atm')) as AtmBooks;
  const auPay = (await read('auPay')) as AuPayBooks;
  const amazon = (await read('amazon')) as AmazonBooks;
  return {
    seven_atm: {
      booked: atm.receipts.map(({ request_id, state, received_amount: paidYen }) => ({
        ...{ code: codeIn(request_id), fate: ATM_FATES[state] ?? 'open', paidYen },
      })),
      spentYen: PREFUND_YEN - atm.balanceYen,
    },
    au_pay: {
      booked: auPay.charges.map(({ requestId, state, amountYen: paidYen }) => ({
        ...{ code: codeIn(requestId), fate: AU_PAY_FATES[state] ?? 'open', paidYen },
      })),
      spentYen: auPay.paidInYen - auPay.prefundYen,
    },
    amazon_gift: {
      booked: amazon.orders.map(({ requestId, state, amountYen: paidYen }) => ({
        ...{ code: codeIn(requestId), fate: AMAZON_FATES[state] ?? 'open', paidYen },
      })),
      spentYen: amazon.openingYen - amazon.fundsYen,
    },
  };
}
