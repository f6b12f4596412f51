// What this folder refuses, each with a sentence in Japanese and English that says what to do. When
// each applies is decided by endpoint-desk.ts and replay.ts.
import { invalidInput, Refusal, type RefusalDetail } from '../base/refusal.ts';
import { MAX_ENDPOINTS } from './endpoint.ts';

export function endpointNotFound(): Refusal {
  return new Refusal(
    'webhook_endpoint_not_found',
    {
      ja: 'このIDのWebhook送信先はありません。GET /v1/webhook_endpoints で確かめてください。',
      en: 'There is no webhook endpoint with this id. See GET /v1/webhook_endpoints.',
    },
    { status: 404 },
  );
}

export function eventNotFound(): Refusal {
  return new Refusal(
    'event_not_found',
    {
      ja: 'このIDのイベントはありません。GET /v1/events で確かめてください。',
      en: 'There is no event with this id. See GET /v1/events.',
    },
    { status: 404 },
  );
}

export function tooManyEndpoints(): Refusal {
  return new Refusal(
    'too_many_webhook_endpoints',
    {
      ja: `Webhook送信先は${MAX_ENDPOINTS}件までです。使わないものを削除してください。`,
      en: `A shop has at most ${MAX_ENDPOINTS} webhook endpoints. Delete one that is not used.`,
    },
    { status: 409 },
  );
}

export function endpointDisabled(): Refusal {
  return new Refusal(
    'webhook_endpoint_disabled',
    {
      ja: 'このWebhook送信先は停止中です。status を enabled に更新してから実行してください。',
      en: 'This webhook endpoint is disabled. Update its status to enabled first.',
    },
    { status: 409 },
  );
}

export function noEndpointWants(): Refusal {
  return new Refusal(
    'no_webhook_endpoint',
    {
      ja: 'このイベントを受け取る有効なWebhook送信先がありません。endpoint_id で指定することもできます。',
      en: 'No enabled webhook endpoint takes this event. One can be named by endpoint_id.',
    },
    { status: 409 },
  );
}

export function urlRefused(fault: Pick<RefusalDetail, 'code' | 'ja' | 'en'>): Refusal {
  return invalidInput([{ pointer: '/url', ...fault }]);
}

export function addressRefused(): Refusal {
  return urlRefused({
    code: 'url_address_not_allowed',
    ja: 'このURLは社内など公開されていないアドレスを指しています。インターネットから届くURLを指定してください。',
    en: 'This URL leads to an address that is not public. Give one that the internet reaches.',
  });
}

const fault = (pointer: string, code: string, ja: string, en: string): Refusal =>
  invalidInput([{ pointer, code, ja, en }]);

export function spanRefused(): Refusal {
  return fault(
    '/since',
    'span_invalid',
    'since は until より前の、実在する日時にしてください。',
    'since must be a real time, earlier than until.',
  );
}

export function replayUnclear(): Refusal {
  return fault(
    '',
    'replay_unclear',
    '不達分なら status に dead を、期間なら since を、どちらか一方だけ指定してください。',
    'Give either status: dead for what was given up, or since for a span of time: not both.',
  );
}

export const eventExpired = (): Refusal =>
  new Refusal(
    'event_expired',
    {
      ja: 'このイベントの内容は保存期間を過ぎました。現在の状態は対象の照会でご確認ください。',
      en: 'What this event told is past its time of keeping. Read the object itself instead.',
    },
    { status: 410 },
  );
