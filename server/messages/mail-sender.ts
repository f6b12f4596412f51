// Sends one mail over SMTP and says what the answer means. Which mail, when and how often is
// send-message.ts.
import { createTransport, type SMTPPoolOptions } from 'nodemailer';
import type { MailText } from './compose-mail.ts';
import type { MessageLocale, SendOutcome } from './message.ts';

export interface OutgoingMail extends MailText {
  readonly shopId: string;
  readonly messageId: string;
  readonly locale: MessageLocale;
  readonly to: string;
}

export interface MailSender {
  /** Never rejects for what the other side does. */
  send(mail: OutgoingMail): Promise<SendOutcome>;
  /** Ends idle connections; what is under way ends by itself. */
  close(): void;
}

export interface MailSenderOptions {
  /**
   * `smtp://user:password@host:587` (STARTTLS is required, except to this machine or with
   * `?tls=off`) or `smtps://…:465`.
   */
  readonly smtpUrl: string;
  /** The operator's address that mails come from; the shop's name stands beside it. */
  readonly from: string;
  /** Without a word from the other side for so long, an attempt ends. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const CONNECTIONS = 4;

export function createMailSender(options: MailSenderOptions): MailSender {
  const { from, smtpUrl, timeoutMs = TIMEOUT_MS } = options;
  const domain = /^[^@\s<>]+@([^@\s<>]+)$/.exec(from)?.[1];
  if (domain === undefined) throw new Error('the sender of mails is an address like a@example.jp');
  const transport = createTransport({
    ...readSmtpUrl(smtpUrl),
    pool: true,
    maxConnections: CONNECTIONS,
    // What a broken connection means is decided here and by the retry schedule, nowhere else.
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      const { shopId, messageId, locale, to, fromName, subject, text, html } = mail;
      // By this a report that comes back later is told whose it is (mail-report.ts).
      const id = `<${messageId}.${shopId}@${domain}>`;
      try {
        await transport.sendMail({
          ...{ subject, text, html, messageId: id },
          from: { name: fromName, address: from },
          to: { name: '', address: to },
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': locale },
        });
        return { kind: 'accepted', providerId: id };
      } catch (error) {
        return outcomeOf(error as SmtpError);
      }
    },
    close: () => transport.close(),
  };
}

/** Throws where it is none; the message does not repeat the URL, which holds a password. */
export function readSmtpUrl(text: string): SMTPPoolOptions {
  const url = URL.parse(text);
  const secure = url?.protocol === 'smtps:';
  if (url === null || !(secure || url.protocol === 'smtp:') || url.hostname === '') {
    throw new Error('the SMTP server is given as smtp://user:password@host:587 or smtps://…');
  }
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const isPlain = !secure && (isHere || url.searchParams.get('tls') === 'off');
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    ...(isPlain ? { ignoreTLS: true } : { requireTLS: !secure }),
    ...(user !== '' && { auth: { user, pass: decodeURIComponent(url.password) } }),
  };
}

interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/**
 * A refusal of the recipient or of the content is for good (RFC 5321, 4.2.1). All else is the line,
 * the login or the sender's own standing: it is tried again. Of a refused recipient, 5.7 (RFC 3463:
 * policy) speaks of us, not of the address.
 */
export function outcomeOf({ code, command, responseCode, response }: SmtpError): SendOutcome {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  const reason =
    responseCode === undefined
      ? `smtp_${(code ?? 'unknown').toLowerCase()}`
      : ['smtp', responseCode, enhanced].filter((part) => part !== undefined).join('_');
  const isPermanent = responseCode !== undefined && responseCode >= 500 && responseCode !== 503;
  if (isPermanent && command === 'RCPT TO') {
    const status = enhanced?.startsWith('5.7.') ? 'failed' : 'bounced';
    return { kind: 'refused', status, reason };
  }
  if (isPermanent && command === 'DATA') return { kind: 'refused', status: 'failed', reason };
  return { kind: 'deferred', reason };
}
