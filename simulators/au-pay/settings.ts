// What can be set for a world: the wallet's limits and times, and the faults it is told to have.
// Checked here.

export interface Settings {
  balanceCapYen: number;
  maxChargeYen: number;
  /** What a member may be charged a day, by Tokyo's dates. */
  dailyCapYen: number;
  /** From taking a charge to executing it. */
  executionDelayMs: number;
  /** How long a signed request stays valid. */
  requestValidSeconds: number;
  tokenMinutes: number;
  /** Announced; nothing but health is answered in it. Null: none. */
  maintenance: { readonly from: string; readonly until: string } | null;
}

export const DEFAULT_SETTINGS: Settings = {
  balanceCapYen: 1_000_000,
  maxChargeYen: 500_000,
  dailyCapYen: 500_000,
  executionDelayMs: 200,
  requestValidSeconds: 60,
  tokenMinutes: 30,
  maintenance: null,
};

export interface Faults {
  seed: number;
  loseAnswerRate: number;
  error5xxRate: number;
  garbageRate: number;
  delayMs: readonly [min: number, max: number];
  repeatNoticeRate: number;
  dropNoticeRate: number;
  down: boolean;
  /** Charges that fail when they are to be executed. */
  rejectRate: number;
}

export const NO_FAULTS: Faults = {
  seed: 1,
  loseAnswerRate: 0,
  error5xxRate: 0,
  garbageRate: 0,
  delayMs: [0, 0],
  repeatNoticeRate: 0,
  dropNoticeRate: 0,
  down: false,
  rejectRate: 0,
};

const YEN_MAX = 10_000_000;
const DELAY_MS_MAX = 60_000;
const DAY_MS = 86_400_000;

type Check = (value: unknown) => boolean;
type Checks = Readonly<Record<string, Check>>;

const isRate: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isWhole =
  (max: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
const isDelay: Check = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every(isWhole(DELAY_MS_MAX)) &&
  value[0] <= value[1];
const isWindow: Check = (value) => {
  if (value === null) return true;
  const { from, until } = (value ?? {}) as Record<string, unknown>;
  const times = [from, until].map((each) => (typeof each === 'string' ? Date.parse(each) : NaN));
  return times[0]! < times[1]!;
};

const SETTING_CHECKS: Checks = {
  balanceCapYen: isWhole(YEN_MAX),
  maxChargeYen: isWhole(YEN_MAX),
  dailyCapYen: isWhole(YEN_MAX),
  executionDelayMs: isWhole(DAY_MS),
  requestValidSeconds: isWhole(3_600),
  tokenMinutes: isWhole(1_440),
  maintenance: isWindow,
} satisfies Record<keyof Settings, Check>;

const FAULT_CHECKS: Checks = {
  seed: isWhole(Number.MAX_SAFE_INTEGER),
  loseAnswerRate: isRate,
  error5xxRate: isRate,
  garbageRate: isRate,
  delayMs: isDelay,
  repeatNoticeRate: isRate,
  dropNoticeRate: isRate,
  down: (value) => typeof value === 'boolean',
  rejectRate: isRate,
} satisfies Record<keyof Faults, Check>;

/** The sentence that says what is wrong with a change, or null. */
export const settingsProblem = (patch: object): string | null => problem(patch, SETTING_CHECKS);
export const faultsProblem = (faults: object): string | null => problem(faults, FAULT_CHECKS);

function problem(given: object, checks: Checks): string | null {
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) return `${name}: unknown`;
    if (!check(value)) return `${name}: not a possible value`;
  }
  return null;
}
