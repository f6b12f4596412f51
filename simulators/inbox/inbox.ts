// Starts the inbox: a mail and SMS inbox that stands alone, the recipients' mail program and phone
// in demonstrations and tests. SMTP on one port; the SMS wire, pages, JSON and control on another.
// The command line is main.ts.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl } from './control.ts';
import { sendJson, sendPage } from './http.ts';
import { createKeeper, type Fault, type Keeper, type Kept } from './kept.ts';
import { FRAME_SCRIPT, listPage, mailBody, mailPage, smsPage } from './pages.ts';
import { openSmsDoor, type SmsAccount, type SmsDoor } from './sms-door.ts';
import { openSmtpDoor } from './smtp-door.ts';

export interface InboxOptions {
  /** 0 or left out: any free port. */
  readonly port?: number;
  readonly smtpPort?: number;
  readonly host?: string;
  /** Left out: made for this run. */
  readonly controlToken?: string;
  readonly smsAccount?: SmsAccount;
}

export interface Inbox {
  /** Pages, `/messages` (JSON) and the SMS wire. */
  readonly url: string;
  readonly smtpPort: number;
  readonly smtpUrl: string;
  readonly controlToken: string;
  readonly smsAccount: SmsAccount;
  /** Newest first. */
  readonly messages: readonly Kept[];
  setFault(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; " +
  `script-src 'sha256-${createHash('sha256').update(FRAME_SCRIPT).digest('base64')}'`;
/** In the frame: nothing but the text and its styles; links open beside it. */
const BODY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; " +
  'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox';

export async function startInbox(options: InboxOptions = {}): Promise<Inbox> {
  const { host = '127.0.0.1', port = 0, smtpPort = 0 } = options;
  const controlToken = options.controlToken ?? randomBytes(24).toString('base64url');
  const smsAccount = options.smsAccount ?? {
    sid: `AC${randomBytes(16).toString('hex')}`,
    token: randomBytes(16).toString('hex'),
  };
  const keeper = createKeeper();
  const sms = openSmsDoor(keeper, smsAccount);
  const smtp = await openSmtpDoor(keeper, host, smtpPort);
  const server = createServer((request, response) => {
    answer({ keeper, sms, token: controlToken }, request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 400, { error: error.message });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, controlToken, smsAccount },
    smtpPort: smtp.port,
    smtpUrl: `smtp://${host}:${smtp.port}`,
    messages: keeper.messages,
    setFault: (fault) => keeper.setFault(fault),
    clearFaults: () => keeper.clearFaults(),
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all([sms.close(), smtp.close()]);
    },
  };
}

interface Parts {
  readonly keeper: Keeper;
  readonly sms: SmsDoor;
  readonly token: string;
}

async function answer(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://inbox');
  const path = url.pathname;
  if (path.startsWith('/control/')) await answerControl(parts, request, response, path);
  else if (await parts.sms.answer(request, response, path)) return;
  else if (request.method !== 'GET') sendJson(response, 404, { error: 'no such call' });
  else if (path === '/messages') {
    const to = url.searchParams.get('to');
    const { messages } = parts.keeper;
    sendJson(response, 200, to === null ? messages : messages.filter((one) => one.to === to));
  } else answerPage(parts.keeper, response, url);
}

function answerPage({ messages }: Keeper, response: ServerResponse, url: URL): void {
  if (url.pathname === '/') {
    sendPage(response, listPage(messages), PAGE_POLICY);
    return;
  }
  const [, id, part] = /^\/message\/([\w-]{1,64})(\/body)?$/.exec(url.pathname) ?? [];
  const message = messages.find((one) => one.id === id);
  if (message === undefined) {
    sendJson(response, 404, { error: 'no such message' });
  } else if (message.channel === 'sms') {
    sendPage(response, smsPage(message, messages), PAGE_POLICY);
  } else if (part !== undefined) {
    sendPage(response, mailBody(message), BODY_POLICY);
  } else {
    const view = url.searchParams.get('view') === 'text' ? 'text' : 'html';
    sendPage(response, mailPage(message, view), PAGE_POLICY);
  }
}
