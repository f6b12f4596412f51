// Fee rules as they are typed and as they are shown: `bank_transfer:other:30000-:300`, or a file of
// JSON.
import type { FeeRule, FeeTable } from '../billing/fee.ts';
import { jsonFile, many, text } from './read-input.ts';
import { money } from './table.ts';
import { type Given, type Session, UsageError } from './verb.ts';

const RULE = /^([a-z_]+):(same|other|any):(\d*)-(\d*):(\d+)$/;
const SAME_BANK = { same: true, other: false, any: null } as const;

/** `method:same|other|any:from-to:fee`; an open end is left out. */
export function readRule(typed: string): FeeRule {
  const match = RULE.exec(typed);
  if (match === null) {
    throw new UsageError(
      `「${typed}」は bank_transfer:other:30000-:300 の形ではありません。`,
      `"${typed}" is not of the form bank_transfer:other:30000-:300.`,
    );
  }
  const [, method, bank, from, to, fee] = match;
  return {
    method: method!,
    sameBank: SAME_BANK[bank as keyof typeof SAME_BANK],
    fromYen: from === '' ? 1 : Number(from),
    toYen: to === '' ? null : Number(to),
    feeYen: Number(fee),
  };
}

/** `[{method, same_bank, from_yen, to_yen, fee_yen}]`. */
function readFile(path: string): FeeRule[] {
  const json = jsonFile(path);
  if (Array.isArray(json)) return json.map((each, index) => ruleOf(path, each, index));
  throw new UsageError(`${path}は規則の配列ではありません。`, `${path} is no array of rules.`);
}

const MEMBERS = ['fee_yen', 'from_yen', 'method', 'same_bank', 'to_yen'];

function ruleOf(path: string, json: unknown, index: number): FeeRule {
  const rule = (json ?? {}) as Record<string, unknown>;
  const { method, same_bank = null, from_yen = 1, to_yen = null, fee_yen } = rule;
  const isKnown =
    typeof json === 'object' && Object.keys(rule).every((key) => MEMBERS.includes(key));
  const isSameBank = same_bank === null || typeof same_bank === 'boolean';
  const isTo = to_yen === null || typeof to_yen === 'number';
  const isNumber = typeof from_yen === 'number' && typeof fee_yen === 'number' && isTo;
  if (!isKnown || !isSameBank || !isNumber || typeof method !== 'string') {
    const members = '{method, same_bank, from_yen, to_yen, fee_yen}';
    throw new UsageError(
      `${path}の${index + 1}番目の規則は ${members} の形ではありません。`,
      `Rule ${index + 1} of ${path} is not of the form ${members}.`,
    );
  }
  return { method, sameBank: same_bank, fromYen: from_yen, toYen: to_yen, feeYen: fee_yen };
}

export function rulesFrom(given: Given): FeeRule[] {
  const file = text(given, 'file');
  const typed = many(given, 'rule');
  if ((file === undefined) === (typed.length === 0)) {
    throw new UsageError(
      '--fileと--ruleのどちらか一方を指定してください。',
      'Give either --file or --rule.',
    );
  }
  return file === undefined ? typed.map(readRule) : readFile(file);
}

export const ruleJson = (rule: FeeRule) => ({
  method: rule.method,
  same_bank: rule.sameBank,
  from_yen: rule.fromYen,
  to_yen: rule.toYen,
  fee_yen: rule.feeYen,
});

export const tableJson = (found: FeeTable) => ({
  version: found.version,
  effective_from: found.effectiveFrom.toString(),
  rules: found.rules.map(ruleJson),
});

function bankWord(session: Session, rule: FeeRule): string {
  if (rule.sameBank === null) return session.say('同行・他行', 'any bank');
  return rule.sameBank ? session.say('同行', 'same bank') : session.say('他行', 'other bank');
}

function bandWord(rule: FeeRule): string {
  return `${money(rule.fromYen)}-${rule.toYen === null ? '' : money(rule.toYen)}`;
}

export function tableText(session: Session, found: FeeTable): string {
  const { say } = session;
  const heads = [
    say('受取方法', 'Method'),
    say('銀行', 'Bank'),
    say('金額（円）>', 'Amount (yen)>'),
    say('手数料（税抜・円）>', 'Fee without tax (yen)>'),
  ];
  const rows = found.rules.map((rule) => [
    rule.method,
    bankWord(session, rule),
    bandWord(rule),
    money(rule.feeYen),
  ]);
  const from = found.effectiveFrom;
  const title = say(
    `第${found.version}版（${from}から）`,
    `Version ${found.version}, from ${from}`,
  );
  return `${title}\n${session.table(heads, rows)}`;
}

/** A rule as `explain` shows it. */
export function readRuleWords(session: Session, json: ReturnType<typeof ruleJson>): string {
  const rule: FeeRule = {
    method: json.method,
    sameBank: json.same_bank,
    fromYen: json.from_yen,
    toYen: json.to_yen,
    feeYen: json.fee_yen,
  };
  return `${rule.method} / ${bankWord(session, rule)} / ${bandWord(rule)}: ${money(rule.feeYen)}`;
}
