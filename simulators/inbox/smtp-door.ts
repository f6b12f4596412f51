// The mail side: an SMTP server that keeps what it is sent. No real mail leaves it.
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { Keeper, KeptMail } from './kept.ts';

export interface SmtpDoor {
  readonly port: number;
  close(): Promise<void>;
}

const SIZE_MAX_BYTES = 1_048_576;
const DELAY_MAX_MS = 60_000;
const SHOWN_HEADERS = ['message-id', 'auto-submitted', 'content-language', 'date'];

class Reply extends Error {
  readonly responseCode: number;
  constructor(responseCode: number, text: string) {
    super(text);
    this.responseCode = responseCode;
  }
}

export async function openSmtpDoor(keeper: Keeper, host: string, port: number): Promise<SmtpDoor> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: SIZE_MAX_BYTES,
    // Quoted local parts are addresses too.
    lenientAddressParsing: true,
    closeTimeout: 500,
    onRcptTo(address, _session, callback) {
      const to = unquoted(address.address);
      if (keeper.strike(['reject_recipient'], 'mail', to)) {
        callback(new Reply(550, '5.1.1 no such user here'));
      } else if (keeper.strike(['temporary'], 'mail', to)) {
        callback(new Reply(451, '4.7.1 try again later'));
      } else callback();
    },
    onData(stream, session, callback) {
      const to = session.envelope.rcptTo.map(({ address }) => unquoted(address));
      const first = to[0] ?? '';
      const taken = async (): Promise<void> => {
        const mail = await simpleParser(stream, { skipImageLinks: true });
        if (stream.sizeExceeded) throw new Reply(552, '5.3.4 message too big');
        const delay = keeper.strike(['delay'], 'mail', first);
        if (delay !== undefined) await sleep(Math.min(delay.delayMs ?? 1_000, DELAY_MAX_MS));
        if (keeper.strike(['reject_content'], 'mail', first)) {
          throw new Reply(554, '5.6.0 content refused');
        }
        for (const recipient of to) keeper.add(keptMail(mail, recipient));
      };
      taken().then(
        () => {
          if (keeper.strike(['lose_answer'], 'mail', first)) cut(server, session.id);
          else callback(null, '2.0.0 kept');
        },
        (error: Error) => callback(error),
      );
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** As a line that breaks: nothing is said any more. */
function cut(server: SMTPServer, sessionId: string): void {
  for (const { id, _socket: socket } of server.connections) {
    if (id === sessionId) socket.destroy();
  }
}

/** `"a..b"@example.jp` is the address a..b@example.jp. */
function unquoted(address: string): string {
  return address.replace(/^"((?:[^"\\]|\\.)*)"(?=@)/, (_, local: string) =>
    local.replace(/\\(.)/g, '$1'),
  );
}

function keptMail(mail: ParsedMail, to: string): KeptMail {
  const from = mail.from?.value[0];
  const headers = mail.headerLines
    .filter(({ key }) => SHOWN_HEADERS.includes(key))
    .map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]);
  return {
    channel: 'mail',
    id: randomUUID(),
    at: new Date().toISOString(),
    from: { name: from?.name ?? '', address: from?.address ?? '' },
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    headers: Object.fromEntries(headers) as Record<string, string>,
  };
}
