// A recipient of the demo: goes through the pages of a receive link as a browser without scripts
// would, signs in at the simulator where the way leads there, and comes back.

export interface DemoRecipient {
  /** Where the pages led: path and query, or a whole address elsewhere. */
  get(address: string): Promise<Seen>;
  /** Sends the first form of a page, or that with this action, with what it holds and `fields`. */
  submit(page: Seen, fields?: Readonly<Record<string, string>>): Promise<Seen>;
}

export interface Seen {
  readonly address: string;
  readonly html: string;
}

const MAX_REDIRECTS = 10;

export function demoRecipient(): DemoRecipient {
  const cookies = new Map<string, string>();

  async function ask(method: string, from: string, body?: URLSearchParams): Promise<Seen> {
    let address = from;
    let sent = body;
    let verb = method;
    for (let count = 0; count < MAX_REDIRECTS; count++) {
      const headers = { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
      const response = await fetch(address, {
        ...{ method: verb, redirect: 'manual', headers },
        ...(sent !== undefined && { body: sent }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = line.split(';')[0]!.split('=');
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) return { address, html: await response.text() };
      await response.body?.cancel();
      address = new URL(location, address).href;
      [verb, sent] = ['GET', undefined];
    }
    throw new Error('the demo’s recipient was sent round in circles');
  }

  return {
    get: (address) => ask('GET', address),
    submit(page, fields = {}) {
      const form = /<form method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page.html);
      if (form === null) {
        const title = /<title>([^<]*)/.exec(page.html)?.[1] ?? '';
        throw new Error(`no form on ${new URL(page.address).pathname}: ${title}`);
      }
      const held = new URLSearchParams();
      for (const [tag] of form[2]!.matchAll(/<input\b[^>]*>/g)) {
        const isOff = /type="radio"/.test(tag) && !/\bchecked\b/.test(tag);
        const [name, value] = [attribute(tag, 'name'), attribute(tag, 'value')];
        if (name !== '' && !isOff) held.set(name, value);
      }
      for (const [name, value] of Object.entries(fields)) held.set(name, value);
      return ask('POST', new URL(plain(form[1]!), page.address).href, held);
    },
  };
}

const attribute = (tag: string, name: string): string =>
  plain(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

function plain(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}
