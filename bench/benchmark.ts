// What a benchmark is to those who run it: options in, figures out.

export interface BenchOptions {
  /** `tiny` proves that it works, in seconds; its figures mean nothing. */
  readonly size: 'full' | 'tiny';
  /** Another number of rows, records or items than the benchmark's own. */
  readonly rows?: number | undefined;
  /** A PostgreSQL to use instead of an embedded one in a temporary folder. */
  readonly serverUrl?: string | undefined;
  /** Progress, for people. */
  readonly say: (line: string) => void;
}

/** A figure and its bound: `figure` must be at least, or at most, `bound`. */
export interface Verdict {
  readonly figure: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly holds: boolean;
}

export interface BenchResult {
  readonly verdicts: readonly Verdict[];
  /** Absolute numbers: printed, never judged. */
  readonly measured: Readonly<Record<string, unknown>>;
}

export type Benchmark = (options: BenchOptions) => Promise<BenchResult>;

export function atLeast(figure: string, value: number, bound: number): Verdict {
  return { figure, value, atLeast: bound, holds: value >= bound };
}

export function atMost(figure: string, value: number, bound: number): Verdict {
  return { figure, value, atMost: bound, holds: value <= bound };
}
