// A mail that came back: the report (RFC 3464) in which a mail server says, minutes or days after
// it took a mail, that it could not deliver it. Reading only; what follows is
// receive-mail-report.ts.
import type { DeliveryReport } from './message.ts';

export interface MailReport extends DeliveryReport {
  readonly shopId: string;
  readonly messageId: string;
}

/** Why nothing follows from a mail. */
export type NoReport = 'not_a_report' | 'not_final' | 'not_ours';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const OURS = new RegExp(`^Message-ID:\\s*(<(${UUID})\\.(${UUID})@[^>\\s]+>)`, 'im');
const REPORT_TYPE = 'message/delivery-status';
const RETURNED_TYPES = new Set(['message/rfc822', 'text/rfc822-headers']);

/**
 * Reads a whole mail. Delays (`Action: delayed`) and whatever people or machines answer are no
 * report. Of a final one, status 5.7 (RFC 3463: policy) speaks of us, not of the address.
 */
export async function readMailReport(mail: Buffer): Promise<MailReport | NoReport> {
  // Only the command that reads reports pays for it.
  const { simpleParser } = await import('mailparser');
  const { attachments } = await simpleParser(mail, {
    ...{ keepDeliveryStatus: true, skipHtmlToText: true, skipTextToHtml: true },
    ...{ skipImageLinks: true, skipTextLinks: true },
  });
  const part = (isIt: (type: string) => boolean) =>
    attachments.find(({ contentType }) => isIt(contentType))?.content.toString();
  const report = part((type) => type === REPORT_TYPE);
  if (report === undefined) return 'not_a_report';
  const status = /^Status:\s*(5\.\d{1,3}\.\d{1,3})\b/im.exec(report)?.[1];
  if (!/^Action:\s*failed\b/im.test(report) || status === undefined) return 'not_final';
  const returned = part((type) => RETURNED_TYPES.has(type));
  const [, providerId, messageId, shopId] = OURS.exec(returned ?? '') ?? [];
  if (providerId === undefined || messageId === undefined || shopId === undefined) {
    return 'not_ours';
  }
  return {
    ...{ shopId, messageId, providerId },
    status: status.startsWith('5.7.') ? 'failed' : 'bounced',
    reason: `dsn_${status}`,
  };
}
