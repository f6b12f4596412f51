// Invented instructions: 10,000 recipients at real branches, 50 family and 50 given names, amounts
// of every size. The same number always gives the same instruction.

const FAMILIES =
  'ヤマダ サトウ スズキ タカハシ タナカ ワタナベ イトウ ナカムラ コバヤシ カトウ'.split(' ');
const GIVENS = 'タロウ ハナコ ジロウ サクラ ケンタ ユウコ アキラ ミサキ ダイスケ ヨウコ'.split(' ');
const ENDINGS = ['', 'イチ', 'ジ', 'ゾウ', 'ノ'];
const BRANCHES = [
  ['0001', '001'],
  ['0005', '001'],
  ['0009', '001'],
  ['0010', '100'],
  ['0033', '001'],
] as const;

export const RECIPIENTS = 10_000;

/** Names are drawn from fifty each; recipients `r` and `r + 2500` share both. */
export function recipient(number: number) {
  const [bank_code, branch_code] = BRANCHES[number % BRANCHES.length]!;
  const family = FAMILIES[number % 10]! + ENDINGS[Math.floor(number / 10) % 5]!;
  const given = GIVENS[Math.floor(number / 50) % 10]! + ENDINGS[Math.floor(number / 500) % 5]!;
  return {
    type: 'bank_account',
    bank_code,
    branch_code,
    account_type: 'ordinary',
    account_number: String(1_000_000 + number * 37),
    account_holder: `${family} ${given}`,
  };
}

/** The JSON of one instruction; `series` keeps references of different runs apart. */
export function instructionJson(series: string, number: number): string {
  return JSON.stringify({
    reference: `${series}-${String(number).padStart(9, '0')}`,
    amount: 1_000 + ((number * 7_919) % 90_000),
    destination: recipient((number * 6_151) % RECIPIENTS),
    description: '業務委託費',
    metadata: { contract: `C${number % 1_000}` },
  });
}
