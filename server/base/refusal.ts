// A refusal: something asked of Kawase that it does not do, with a code, a sentence in Japanese and
// English and what to do about it. Each domain folder keeps its own catalogue of refusals; a bug is
// never a refusal.

export interface Sentence {
  readonly ja: string;
  readonly en: string;
}

/**
 * One fault of the input. `pointer` is an RFC 6901 JSON pointer into the request, '' for the whole.
 */
export interface RefusalDetail extends Sentence {
  readonly pointer: string;
  readonly code: string;
}

export interface RefusalOptions {
  /** HTTP status that says the same; interfaces other than HTTP ignore it. */
  readonly status?: number;
  readonly details?: readonly RefusalDetail[];
  /** Further machine-readable members, snake_case, e.g. `remittance_id`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
}

export class Refusal extends Error {
  readonly code: string;
  readonly sentence: Sentence;
  readonly status: number;
  readonly details: readonly RefusalDetail[];
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, sentence: Sentence, options: RefusalOptions = {}) {
    super(`${code}: ${sentence.en}`);
    this.name = 'Refusal';
    this.code = code;
    this.sentence = sentence;
    this.status = options.status ?? 422;
    this.details = options.details ?? [];
    this.extra = options.extra ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export function refuse(code: string, sentence: Sentence, options?: RefusalOptions): never {
  throw new Refusal(code, sentence, options);
}

/** A refusal of one member of the input: the detail carries the same code and sentence. */
export function invalidInput(details: readonly RefusalDetail[]): Refusal {
  const first = details[0];
  if (first === undefined) throw new Error('an invalid_input refusal needs at least one detail');
  return new Refusal(
    'invalid_input',
    {
      ja: `入力内容に誤りがあります。${first.ja}`,
      en: `The input has a fault. ${first.en}`,
    },
    { status: 422, details },
  );
}
