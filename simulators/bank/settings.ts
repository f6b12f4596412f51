// What can be set for a world: the bank's times, and the faults it is told to have. Checked here.

export interface Settings {
  /** Until when a transfer for today is taken by the API, and a file. */
  closesAt: string;
  fileClosesAt: string;
  settlesAt: string;
  returnsAt: string;
  statementTimes: readonly string[];
  noticeTimes: readonly string[];
  accessTokenSeconds: number;
  bulkDetailDelaySeconds: number;
  /** ビジネスID管理: a person must approve each request. */
  approval: boolean;
  /** A public key (OpenSSH one-line form) that may sign in by SFTP besides the password. */
  sftpPublicKey: string | null;
}

export const DEFAULT_SETTINGS: Settings = {
  closesAt: '15:00',
  fileClosesAt: '13:00',
  settlesAt: '09:00',
  returnsAt: '10:00',
  statementTimes: ['08:00', '12:00', '17:00'],
  noticeTimes: ['10:00', '14:00', '18:00'],
  accessTokenSeconds: 3600,
  bulkDetailDelaySeconds: 0,
  approval: false,
  sftpPublicKey: null,
};

export interface Faults {
  seed: number;
  loseAnswerRate: number;
  delayMs: readonly [min: number, max: number];
  error5xxRate: number;
  throttleRate: number;
  garbageRate: number;
  down: boolean;
  rejectRate: number;
  returnRate: number;
  returnAfterBusinessDays: number;
  returnsWithoutEdiShare: number;
  partialReject: number;
  repeatNoticeRate: number;
  dropNoticeRate: number;
  corruptFileRate: number;
}

export const NO_FAULTS: Faults = {
  seed: 1,
  loseAnswerRate: 0,
  delayMs: [0, 0],
  error5xxRate: 0,
  throttleRate: 0,
  garbageRate: 0,
  down: false,
  rejectRate: 0,
  returnRate: 0,
  returnAfterBusinessDays: 1,
  returnsWithoutEdiShare: 0,
  partialReject: 0,
  repeatNoticeRate: 0,
  dropNoticeRate: 0,
  corruptFileRate: 0,
};

const DELAY_MS_MAX = 60_000;
const BUSINESS_DAYS_MAX = 30;
const TIMES_MAX = 48;

type Check = (value: unknown) => boolean;
const isBoolean: Check = (value) => typeof value === 'boolean';
const isRate: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isTime: Check = (value) =>
  typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
const isTimes: Check = (value) =>
  Array.isArray(value) && value.length <= TIMES_MAX && value.every(isTime);
const isWhole =
  (max: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
const isDelay: Check = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every(isWhole(DELAY_MS_MAX)) &&
  value[0] <= value[1];

const SETTING_CHECKS: Readonly<Record<keyof Settings, Check>> = {
  closesAt: isTime,
  fileClosesAt: isTime,
  settlesAt: isTime,
  returnsAt: isTime,
  statementTimes: isTimes,
  noticeTimes: isTimes,
  accessTokenSeconds: isWhole(100_000_000),
  bulkDetailDelaySeconds: isWhole(86_400),
  approval: isBoolean,
  sftpPublicKey: (value) => value === null || (typeof value === 'string' && value.length < 4096),
};

const FAULT_CHECKS: Readonly<Record<keyof Faults, Check>> = {
  seed: isWhole(Number.MAX_SAFE_INTEGER),
  loseAnswerRate: isRate,
  delayMs: isDelay,
  error5xxRate: isRate,
  throttleRate: isRate,
  garbageRate: isRate,
  down: isBoolean,
  rejectRate: isRate,
  returnRate: isRate,
  returnAfterBusinessDays: isWhole(BUSINESS_DAYS_MAX),
  returnsWithoutEdiShare: isRate,
  partialReject: isRate,
  repeatNoticeRate: isRate,
  dropNoticeRate: isRate,
  corruptFileRate: isRate,
};

/** The sentence that says what is wrong with a change of settings, or null. */
export function settingsProblem(patch: Readonly<Record<string, unknown>>): string | null {
  return firstProblem(patch, SETTING_CHECKS);
}

export function faultsProblem(faults: Readonly<Record<string, unknown>>): string | null {
  return firstProblem(faults, FAULT_CHECKS);
}

function firstProblem(
  given: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
): string | null {
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) return `${name}: unknown`;
    if (!check(value)) return `${name}: not a possible value`;
  }
  return null;
}
