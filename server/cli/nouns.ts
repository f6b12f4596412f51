// All nouns of the command line, in the order in which help shows them.
import { audit } from './audit.ts';
import { bankFile } from './bank-file.ts';
import { bankSetting } from './bank-setting.ts';
import { deposit } from './deposit.ts';
import { event } from './event.ts';
import { explain } from './explain.ts';
import { feeTable } from './fee-table.ts';
import { hold } from './hold.ts';
import { key } from './key.ts';
import { keyring } from './keyring.ts';
import { line } from './line.ts';
import { maintenance } from './maintenance.ts';
import { member } from './member.ts';
import { merchant } from './merchant.ts';
import { message } from './message.ts';
import { payment } from './payment.ts';
import { railAccount } from './rail-account.ts';
import { recall } from './recall.ts';
import { recovery } from './recovery.ts';
import { reversal } from './reversal.ts';
import { shop } from './shop.ts';
import { stop } from './stop.ts';
import { submission } from './submission.ts';
import { unmatched } from './unmatched.ts';
import type { Noun } from './verb.ts';
import { virtualAccount } from './virtual-account.ts';
import { work } from './work.ts';

export const NOUNS: readonly Noun[] = [
  merchant,
  member,
  shop,
  key,
  feeTable,
  railAccount,
  virtualAccount,
  bankFile,
  deposit,
  unmatched,
  reversal,
  line,
  submission,
  explain,
  payment,
  hold,
  recall,
  stop,
  maintenance,
  message,
  recovery,
  work,
  bankSetting,
  keyring,
  audit,
  event,
];
