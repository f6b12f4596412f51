// What can be set for a world: the terms of its contract, and the faults it is told to have.
// Checked here.

export interface Settings {
  amountMaxYen: number;
  /** The longest time to receive that may be asked for. */
  daysMax: number;
  customerNumberDigits: number;
  confirmationNumberDigits: number;
  /** After so many wrong confirmation numbers the receipt is locked. */
  wrongTriesMax: number;
  /** The reconciliation file of a day is there at this time of the next one. */
  dailyReadyAt: string;
  /** Whether some numbers of days have fates of their own (README). */
  hasMagicDays: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  amountMaxYen: 100_000,
  daysMax: 60,
  customerNumberDigits: 11,
  confirmationNumberDigits: 4,
  wrongTriesMax: 3,
  dailyReadyAt: '06:00',
  hasMagicDays: false,
};

export interface Faults {
  seed: number;
  loseAnswerRate: number;
  delayMs: readonly [min: number, max: number];
  error5xxRate: number;
  garbageRate: number;
  repeatNoticeRate: number;
  dropNoticeRate: number;
  down: boolean;
}

export const NO_FAULTS: Faults = {
  seed: 1,
  loseAnswerRate: 0,
  delayMs: [0, 0],
  error5xxRate: 0,
  garbageRate: 0,
  repeatNoticeRate: 0,
  dropNoticeRate: 0,
  down: false,
};

const DELAY_MS_MAX = 60_000;

type Check = (value: unknown) => boolean;
const isBoolean: Check = (value) => typeof value === 'boolean';
const isRate: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isWhole =
  (min: number, max: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
const isDelay: Check = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every(isWhole(0, DELAY_MS_MAX)) &&
  value[0] <= value[1];

const SETTING_CHECKS: Readonly<Record<keyof Settings, Check>> = {
  amountMaxYen: isWhole(1, 1_000_000),
  daysMax: isWhole(1, 366),
  customerNumberDigits: isWhole(6, 16),
  confirmationNumberDigits: isWhole(4, 8),
  wrongTriesMax: isWhole(1, 10),
  dailyReadyAt: (value) => typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value),
  hasMagicDays: isBoolean,
};

const FAULT_CHECKS: Readonly<Record<keyof Faults, Check>> = {
  seed: isWhole(0, Number.MAX_SAFE_INTEGER),
  loseAnswerRate: isRate,
  delayMs: isDelay,
  error5xxRate: isRate,
  garbageRate: isRate,
  repeatNoticeRate: isRate,
  dropNoticeRate: isRate,
  down: isBoolean,
};

type Fields = Readonly<Record<string, unknown>>;

/** The sentence that says what is wrong with a change of settings, or null. */
export const settingsProblem = (patch: Fields): string | null =>
  firstProblem(patch, SETTING_CHECKS);

export const faultsProblem = (faults: Fields): string | null => firstProblem(faults, FAULT_CHECKS);

function firstProblem(given: Fields, checks: Readonly<Record<string, Check>>): string | null {
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) return `${name}: unknown`;
    if (!check(value)) return `${name}: not a possible value`;
  }
  return null;
}
