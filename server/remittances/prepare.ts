// From an instruction to a draft that only needs the shop's lock: destination sealed, masked and
// indexed, fee and dates planned. No SQL; everything that costs time is done here, before the lock
// is taken.

import { type Instant, isBefore, type PlainDate, tokyoDate } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import { type Yen, ZERO_YEN } from '../base/money.ts';
import type { Refusal } from '../base/refusal.ts';
import {
  answerBatch,
  type VaultAnswers,
  type VaultBatch,
  type VaultThread,
} from '../base/vault-batch.ts';
import { feeFor, feeTableOn, taxRateOn } from '../billing/fee.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import type { BankDirectory } from '../recipients/bank-directory.ts';
import { maskAccount, withBankNames } from '../recipients/masked.ts';
import { searchKeysOf, searchValuesOf } from '../recipients/search-keys.ts';
import { canonicalText, type Instruction, methodOf, refusedForm } from './instruction.ts';
import type { Method } from './method.ts';
import { amountRefusal, noFeeRule } from './refusals.ts';
import { type Arrival, arrivalFor, type Plan, planFor } from './schedule.ts';
import { DEFAULT_ARRIVAL_BUSINESS_DAYS, type Terms } from './terms.ts';

/** A destination ready to be stored. */
export interface PreparedDestination {
  readonly sealed: Buffer;
  readonly masked: Readonly<Record<string, unknown>>;
  readonly searchKeys: readonly string[];
  /** Null where the method is no bank transfer. */
  readonly bankCode: string | null;
  readonly accountId: string | null;
}

export interface Draft {
  readonly instruction: Instruction;
  readonly method: Method;
  readonly reference: string;
  readonly amountYen: Yen;
  readonly fingerprint: Buffer;
  /**
   * Undefined until an account ID has been looked up, or where `refusal` says why there is none.
   */
  readonly destination: PreparedDestination | undefined;
  readonly refusal: Refusal | undefined;
}

/** The vault's purpose for destinations of a shop. */
export const destinationPurpose = (shopId: string) => `remittance:${shopId}`;

export function prepareDestination(
  vault: Vault,
  directory: BankDirectory,
  shopId: string,
  account: BankAccount,
  accountId: string | null,
): PreparedDestination {
  return {
    sealed: vault.seal(JSON.stringify(account), destinationPurpose(shopId)),
    masked: { ...withBankNames(directory, maskAccount(account)) },
    searchKeys: searchKeysOf(vault, shopId, account),
    bankCode: account.bankCode,
    accountId,
  };
}

/**
 * What can be made of an instruction before its batch. `refusal` is what an earlier check found.
 */
export function draftOf(
  deps: { readonly vault: Vault; readonly directory: BankDirectory },
  shopId: string,
  instruction: Instruction,
): Draft {
  const sketch = sketchOf(deps.directory, instruction);
  return finished([sketch], answerBatch(deps.vault, batchOf(shopId, [sketch])))[0]!;
}

/** Of many sketches, with the vault's thread at work. */
export async function draftsOf(
  deps: { readonly vaultThread: VaultThread },
  shopId: string,
  sketches: readonly Sketch[],
): Promise<Draft[]> {
  return finished(sketches, await deps.vaultThread.answer(batchOf(shopId, sketches)));
}

/** A draft that has yet to go through the vault. */
export interface Sketch {
  readonly instruction: Instruction;
  /** Undefined where an account ID has to be looked up first. */
  readonly destination:
    | (Pick<PreparedDestination, 'masked' | 'bankCode' | 'accountId'> & {
        readonly text: string;
        readonly searchValues: readonly { readonly kind: string; readonly value: string }[];
      })
    | undefined;
}

/** What can be made of an instruction without a key. */
export function sketchOf(directory: BankDirectory, instruction: Instruction): Sketch {
  const { destination } = instruction;
  if (destination.type === 'account') return { instruction, destination: undefined };
  if (destination.type === 'bank_account') {
    const { account, saveAs } = destination;
    return {
      instruction,
      destination: {
        text: JSON.stringify(account),
        searchValues: searchValuesOf(account),
        masked: { ...withBankNames(directory, maskAccount(account)) },
        bankCode: account.bankCode,
        accountId: saveAs,
      },
    };
  }
  const [asked, masked] =
    destination.type === 'link'
      ? [{}, { methods: destination.wish.methods }]
      : [
          { receiveWithinDays: destination.receiveWithinDays, deliver: destination.deliver },
          { receive_within_days: destination.receiveWithinDays },
        ];
  const text = JSON.stringify(asked);
  return {
    instruction,
    destination: { text, searchValues: [], masked, bankCode: null, accountId: null },
  };
}

function batchOf(shopId: string, sketches: readonly Sketch[]): VaultBatch {
  const destinations = sketches.flatMap(({ destination }) => destination ?? []);
  const values = destinations.flatMap(({ searchValues }) => searchValues);
  return {
    seals: { purpose: destinationPurpose(shopId), texts: destinations.map(({ text }) => text) },
    indexes: {
      shopId,
      kinds: values.map(({ kind }) => kind),
      values: values.map(({ value }) => value),
    },
    fingerprints: {
      kind: `remittance:${shopId}`,
      contents: sketches.map(({ instruction }) => canonicalText(instruction)),
    },
  };
}

function finished(sketches: readonly Sketch[], answers: VaultAnswers): Draft[] {
  let sealedAt = 0;
  let indexAt = 0;
  return sketches.map(({ instruction, destination: sketched }, at) => {
    let destination: PreparedDestination | undefined;
    if (sketched !== undefined) {
      const { text: _, searchValues, ...rest } = sketched;
      const searchKeys = answers.indexes.slice(indexAt, indexAt + searchValues.length);
      indexAt += searchValues.length;
      destination = { ...rest, sealed: answers.sealed[sealedAt++]!, searchKeys };
    }
    return {
      instruction,
      method: methodOf(instruction.destination),
      reference: instruction.reference,
      amountYen: instruction.amountYen,
      fingerprint: answers.fingerprints[at]!,
      destination,
      refusal: refusedForm(instruction),
    };
  });
}

/** Dates and price of one draft. */
export interface Planned {
  /** Null while the recipient has not said where to. */
  readonly plan: Plan | null;
  readonly arrival: Arrival | null;
  readonly feeYen: Yen;
  readonly feeVersion: number;
  /** Of a link: when it ends. */
  readonly linkExpiresAt: Instant | null;
}

export interface Planner {
  plan(draft: Draft, bankCode: string | null): Planned | Refusal;
  readonly today: PlainDate;
  readonly taxPercent: number;
  /** The fee table in force; a remittance keeps its version whenever its fee becomes known. */
  readonly feeVersion: number | null;
}

/** Plans the drafts of one batch; what they share is computed once. */
export function createPlanner(terms: Terms, now: Instant): Planner {
  const today = tokyoDate(now);
  const table = feeTableOn(terms.feeTables, today);
  const plans = new Map<string, Plan | Refusal>();
  const arrivals = new Map<string, Arrival>();

  function planOf(instruction: Instruction): Plan | Refusal {
    const key = `${instruction.scheduledFor ?? ''}/${instruction.holidayRule}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    const plan = planFor(terms.timing, now, instruction.scheduledFor, instruction.holidayRule);
    plans.set(key, plan);
    return plan;
  }

  function arrivalOf(plan: Plan, bankCode: string | null): Arrival {
    const setting = bankCode === null ? undefined : terms.bankSettings.get(bankCode);
    const usual = terms.timing.isInstant ? 0 : DEFAULT_ARRIVAL_BUSINESS_DAYS;
    const days = setting?.arrivalBusinessDays ?? usual;
    const key = `${plan.transferDate}/${days}`;
    const known = arrivals.get(key);
    if (known !== undefined) return known;
    const arrival = arrivalFor(terms.timing.calendar, plan.transferDate, days);
    arrivals.set(key, arrival);
    return arrival;
  }

  return {
    today,
    taxPercent: taxRateOn(terms.taxRates, today),
    feeVersion: table?.version ?? null,
    plan(draft, bankCode) {
      const { amountYen, method } = draft;
      const tooMuch = amountRefusal(terms, amountYen);
      if (tooMuch !== undefined) return tooMuch;
      const plan = planOf(draft.instruction);
      if (!('dispatchAt' in plan)) return plan;
      const sameBank = bankCode === terms.sourceBankCode;
      const payment = { method, sameBank, amountYen };
      // The operator owes itself no fee for sending back what came for nobody.
      if (terms.shop.kind === 'operator') {
        const arrival = arrivalOf(plan, bankCode);
        return { plan, arrival, feeYen: ZERO_YEN, feeVersion: 0, linkExpiresAt: null };
      }
      const feeYen = table && feeFor(table, payment);
      if (table === undefined || feeYen === undefined) return noFeeRule(method);
      const arrival = arrivalOf(plan, bankCode);
      return { plan, arrival, feeYen, feeVersion: table.version, linkExpiresAt: null };
    },
  };
}

/**
 * True where a batch planned at `planned` may still be written at `now`: no cut-off lies between.
 */
export function isStillGood(plan: Plan, now: Instant): boolean {
  return !isBefore(plan.dispatchAt, now);
}
