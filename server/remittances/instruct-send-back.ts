// Sending an unmatched deposit back: an ordinary remittance of the operator's own tenant, without a
// fee.
import { tokyoDate } from '../base/clock.ts';
import { invalidInput } from '../base/refusal.ts';
import type { InstructSendBack } from '../funds/send-back.ts';
import { checkBankAccount } from '../recipients/bank-account.ts';
import { instructBatch } from './instruct.ts';
import { draftOf } from './prepare.ts';
import type { RemittanceDeps } from './terms.ts';

export function createInstructSendBack(deps: RemittanceDeps): InstructSendBack {
  return async (operatorShopId, { reference, amountYen, destination }) => {
    const shop = await deps.shops.byId(operatorShopId);
    const given = {
      bank_code: destination.bankCode,
      branch_code: destination.branchCode,
      account_type: destination.accountType,
      account_number: destination.accountNumber,
      account_holder: destination.accountHolder,
    };
    const today = tokyoDate(await deps.deeds.now(operatorShopId)).toString();
    const { directory } = deps;
    const { account, problems } = checkBankAccount(given, { directory, today });
    if (account === null) throw invalidInput(problems);
    const draft = draftOf(deps, operatorShopId, {
      reference,
      amountYen,
      destination: { type: 'bank_account', account, saveAs: null },
      description: '',
      metadata: {},
      scheduledFor: null,
      holidayRule: 'next_business_day',
    });
    const [outcome] = await instructBatch(deps, shop, [draft]);
    if (outcome === undefined) throw new Error('a batch of one has one outcome');
    if (outcome.kind === 'refused') throw outcome.refusal;
    return outcome.remittanceId;
  };
}
