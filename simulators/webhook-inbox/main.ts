// A webhook inbox: a merchant's endpoint that stands alone. It keeps the last webhooks in memory,
// checks their signatures by the Standard Webhooks specification and shows them on a page. For
// demonstrations; it imports nothing of Kawase.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { Webhook } from 'standardwebhooks';

interface Received {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  /** What it is about, in a few words. */
  readonly about: string;
  readonly signature: 'valid' | 'invalid' | 'unchecked';
  readonly body: string;
}

interface Message {
  readonly type?: string;
  readonly data?: { readonly reference?: string; readonly amount?: number };
}

const MAX_KEPT = 500;
const MAX_BODY_BYTES = 1_048_576;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});
const received: Received[] = [];
let secret: string | undefined;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function check(body: string, request: IncomingMessage): Received['signature'] {
  if (secret === undefined) return 'unchecked';
  try {
    new Webhook(secret).verify(body, request.headers as Record<string, string>);
    return 'valid';
  } catch {
    return 'invalid';
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(): string {
  const rows = received.map(
    (one) =>
      `<details><summary><time>${escapeHtml(one.at)}</time> <b>${escapeHtml(one.type)}</b> ` +
      `${escapeHtml(one.about)} ` +
      `<span>${one.signature === 'valid' ? '署名 ✓' : `署名 ${one.signature}`}</span></summary>` +
      `<pre>${escapeHtml(one.body)}</pre></details>`,
  );
  return `<!doctype html><html lang="ja"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Webhook 受信箱</title><style>
body{font:16px/1.7 "Hiragino Sans","Noto Sans JP",sans-serif;background:#FBFAF7;color:#1B1F24;
margin:0 auto;max-width:60rem;padding:24px}
h1{font-size:20px;color:#1F3A5F}
details{border-bottom:1px solid #E4E1DA;padding:8px 0}summary{cursor:pointer}
time{color:#5F6670;font-variant-numeric:tabular-nums}span{color:#2B7253}
pre{overflow:auto;background:#fff;padding:12px;font-size:13px}
</style><h1>Webhook 受信箱（加盟店の受信サーバの代わり）</h1>
<p>${received.length === 0 ? 'まだ届いていません。送金を1件作成すると、ここに届きます。' : `新しい順に${received.length}件`}</p>
${rows.join('\n')}</html>`;
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (request.url === '/secret') {
    ({ secret } = JSON.parse(body) as { secret: string });
  } else {
    const { type = '?', data = {} } = JSON.parse(body) as Message;
    const { reference = '', amount } = data;
    const yen = amount === undefined ? '' : `${amount.toLocaleString('ja-JP')}円`;
    const id = String(request.headers['webhook-id'] ?? '');
    received.unshift({
      id,
      at: new Date().toLocaleString('ja-JP', { timeZone: 'Asia/Tokyo' }),
      type,
      about: `${reference} ${yen}`.trim(),
      signature: check(body, request),
      body: JSON.stringify(JSON.parse(body), null, 2),
    });
    received.length = Math.min(received.length, MAX_KEPT);
  }
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const isJson = request.url === '/received';
    response.setHeader('content-type', isJson ? 'application/json' : 'text/html; charset=utf-8');
    response.end(isJson ? JSON.stringify(received) : page());
    return;
  }
  receive(request, response).catch(() => response.writeHead(400).end());
});
server.listen(Number(values.port), values.host, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://${values.host}:${port}` })}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
if (values['until-stdin-ends']) process.stdin.resume().once('end', () => process.exit(0));
