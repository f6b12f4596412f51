// The SMS provider's status callback: its signature is checked, then it is a report as any other.
import { Refusal } from '../base/refusal.ts';
import { receiveReport } from './receive-report.ts';
import type { MessageDeps } from './send-message.ts';

export interface SmsCallback {
  readonly shopId: string;
  readonly messageId: string;
  /** The form as it came: the signature covers every field of it. */
  readonly body: string;
  readonly signature: string;
}

/**
 * Throws the refusal `signature_invalid`. A report on a message that is not known changes nothing.
 */
export async function receiveSmsReport(deps: MessageDeps, callback: SmsCallback): Promise<void> {
  const { shopId, messageId } = callback;
  const { sms } = await deps.senders(shopId);
  const report = sms?.readReport(callback);
  if (report === undefined) throw forged();
  if (report.status === 'sent') return;
  await receiveReport(deps, { shopId, messageId }, report);
}

const forged = () =>
  new Refusal(
    'signature_invalid',
    {
      ja: '署名が正しくありません。公開URLとSMS事業者のトークンの設定をご確認ください。',
      en: 'The signature is wrong. Check the public URL and the SMS provider’s token.',
    },
    { status: 403 },
  );
