// From the JSON of one instruction to an Instruction of the domain: destination checked and
// repaired, dates read.
import { tokyoDate, type WallClock } from '../../base/clock.ts';
import { yen } from '../../base/money.ts';
import { invalidInput, Refusal } from '../../base/refusal.ts';
import { checkBankAccount } from '../../recipients/bank-account.ts';
import type { BankDirectory } from '../../recipients/bank-directory.ts';
import type { InstructedDestination, Instruction } from '../../remittances/instruction.ts';
import { readDay } from './read-day.ts';
import { readDeliver, readLink } from './read-link.ts';
import type { InstructionJson } from './remittance-schemas.ts';

export interface InstructionReader {
  /** The instruction, or why it is none; pointers are those of the JSON. */
  read(json: InstructionJson): Instruction | Refusal;
}

const TODAY_CACHE_MS = 1000;

export function createInstructionReader(
  directory: BankDirectory,
  wall: WallClock,
): InstructionReader {
  let today = '';
  let until = 0;
  function todayInTokyo(): string {
    if (performance.now() >= until) {
      today = tokyoDate(wall()).toString();
      until = performance.now() + TODAY_CACHE_MS;
    }
    return today;
  }

  function destinationOf(json: InstructionJson['destination']): InstructedDestination | Refusal {
    if (json.type === 'account') return { type: 'account', accountId: json.account_id };
    if (json.type === 'atm_cash') {
      const deliver = readDeliver(json.deliver ?? {}, '/destination/deliver');
      if (deliver instanceof Refusal) return deliver;
      return { type: 'atm_cash', receiveWithinDays: json.receive_within_days ?? null, deliver };
    }
    if (json.type === 'link') return readLink(json);
    const { type, save_as, ...given } = json;
    const check = { directory, today: todayInTokyo(), pointer: '/destination', tells: false };
    const { account, problems } = checkBankAccount(given, check);
    if (account === null) return invalidInput(problems);
    return { type, account, saveAs: save_as ?? null };
  }

  return {
    read(json) {
      const destination = destinationOf(json.destination);
      if (!('type' in destination)) return destination;
      const scheduledFor = readDay('/scheduled_for', json.scheduled_for);
      if (scheduledFor !== null && 'code' in scheduledFor) return scheduledFor;
      return {
        reference: json.reference,
        amountYen: yen(json.amount),
        destination,
        description: json.description ?? '',
        metadata: json.metadata ?? {},
        scheduledFor,
        holidayRule: json.holiday_rule ?? 'next_business_day',
      };
    },
  };
}
