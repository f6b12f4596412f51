// RFC 9457 problems: what a caller is told when a request was not done. Refusals say it themselves;
// the web framework's own errors are put into words here; everything else is `internal_error` and
// tells nothing but the request's id.
import { CommitUnknown, isConnectionLoss } from '../base/database.ts';
import { Refusal, type RefusalDetail, type Sentence } from '../base/refusal.ts';
import type { Locale } from './locale.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly detail: string;
  }[];
  readonly request_id: string;
  /** Further members of the refusal, e.g. `remittance_id`. */
  readonly [extra: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const TITLES: Readonly<Record<number, Sentence>> = {
  400: { ja: 'リクエストの形式が正しくありません', en: 'Bad request' },
  401: { ja: '認証できません', en: 'Not authenticated' },
  403: { ja: '権限がありません', en: 'Not permitted' },
  404: { ja: '見つかりません', en: 'Not found' },
  405: { ja: '使用できないメソッドです', en: 'Method not allowed' },
  409: { ja: '現在の状態と矛盾します', en: 'Conflict' },
  413: { ja: '内容が大きすぎます', en: 'Content too large' },
  415: { ja: '対応していない形式です', en: 'Unsupported media type' },
  422: { ja: '受け付けられない内容です', en: 'Not accepted' },
  429: { ja: 'リクエストが多すぎます', en: 'Too many requests' },
  500: { ja: '内部エラー', en: 'Internal error' },
  503: { ja: '一時的に利用できません', en: 'Temporarily unavailable' },
};

function titleOf(status: number, locale: Locale): string {
  return (TITLES[status] ?? TITLES[status < 500 ? 400 : 500]!)[locale];
}

export function refusalOf(code: string, status: number, ja: string, en: string): Refusal {
  return new Refusal(code, { ja, en }, { status });
}

const notFound = () =>
  refusalOf(
    'not_found',
    404,
    'このURLは存在しません。パスをご確認ください。',
    'There is nothing at this URL. Check the path.',
  );

const methodNotAllowed = (allowed: readonly string[]) =>
  refusalOf(
    'method_not_allowed',
    405,
    `このURLで使えるメソッドは ${allowed.join(', ')} です。`,
    `This URL takes ${allowed.join(', ')}.`,
  );

/** 405 where the URL exists under other methods, else 404. */
export function unknownRoute(allowed: readonly string[]): Refusal {
  return allowed.length > 0 ? methodNotAllowed(allowed) : notFound();
}

/** Errors that the framework raises before a handler runs, by its error codes. */
const FRAMEWORK: Readonly<Record<string, () => Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    refusalOf(
      'body_too_large',
      413,
      'リクエスト本文が大きすぎます。分割するか、一括送金はNDJSONで送ってください。',
      'The request body is too large. Split it, or send bulk remittances as NDJSON.',
    ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    refusalOf(
      'unsupported_media_type',
      415,
      'Content-Type には application/json を指定してください。',
      'The Content-Type must be application/json.',
    ),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    refusalOf(
      'bad_request',
      400,
      '本文の長さがContent-Lengthと一致しません。',
      'The length of the body differs from Content-Length.',
    ),
  FST_ERR_MAX_PARAM_LENGTH: notFound,
  FST_ERR_BAD_URL: () =>
    refusalOf(
      'bad_request',
      400,
      'URLのパーセント符号化が正しくありません。',
      'The URL is not validly percent-encoded.',
    ),
};

const internalError = () =>
  refusalOf(
    'internal_error',
    500,
    '内部エラーが発生しました。request_id を添えてお問い合わせください。',
    'Something went wrong on our side. Contact us and give the request_id.',
  );

const unavailable = () =>
  new Refusal(
    'temporarily_unavailable',
    {
      ja: '一時的に処理できません。少し待って、同じ内容でもう一度送ってください。',
      en: 'This cannot be done right now. Wait a little and send the same request again.',
    },
    { status: 503, retryAfterSeconds: 2 },
  );

const outcomeUnknown = () =>
  new Refusal(
    'outcome_unknown',
    {
      ja: '処理できたか確認できませんでした。同じ内容でもう一度送ると結果が分かります。',
      en: 'It is not known whether this was done. Send the same again: you then learn the outcome.',
    },
    { status: 503, retryAfterSeconds: 2 },
  );

/** Any error as a refusal; `isFault`: it is ours, and belongs into the log. */
export function asRefusal(error: unknown): {
  readonly refusal: Refusal;
  readonly isFault: boolean;
} {
  if (error instanceof Refusal) return { refusal: error, isFault: error.status >= 500 };
  if (error instanceof CommitUnknown) return { refusal: outcomeUnknown(), isFault: true };
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? FRAMEWORK[code] : undefined;
  if (known !== undefined) return { refusal: known(), isFault: false };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const refusal = refusalOf(
      'bad_request',
      statusCode,
      'リクエストを読み取れませんでした。',
      'The request could not be read.',
    );
    return { refusal, isFault: false };
  }
  const lost = error instanceof Error && isConnectionLoss(error);
  return { refusal: lost ? unavailable() : internalError(), isFault: true };
}

/** The problem as it is sent; `NDJSON` answers carry it per line. */
export function problemOf(refusal: Refusal, locale: Locale, requestId: string): Problem {
  const errors = refusal.details.map((detail) => faultIn(detail, locale));
  return {
    type: `urn:kawase:problem:${refusal.code}`,
    title: titleOf(refusal.status, locale),
    status: refusal.status,
    detail: refusal.sentence[locale],
    code: refusal.code,
    ...(errors.length > 0 && { errors }),
    ...refusal.extra,
    request_id: requestId,
  };
}

function faultIn(detail: RefusalDetail, locale: Locale) {
  return { pointer: detail.pointer, code: detail.code, detail: detail[locale] };
}
