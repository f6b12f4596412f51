// A member's browser for tests of the management screen's API: keeps the cookie, says where the
// page stands, sends the CSRF token that it was told.

export interface ConsoleAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly [extra: string]: unknown;
}

export interface ConsoleBrowser {
  readonly baseUrl: string;
  csrf: string | undefined;
  cookie: string | undefined;
  get<Body = Problem>(path: string): Promise<ConsoleAnswer<Body>>;
  post<Body = Problem>(path: string, body?: unknown): Promise<ConsoleAnswer<Body>>;
  send<Body = Problem>(
    method: string,
    path: string,
    request?: {
      readonly body?: unknown;
      /** Undefined takes a header away. */
      readonly headers?: Readonly<Record<string, string | undefined>>;
    },
  ): Promise<ConsoleAnswer<Body>>;
}

export function consoleBrowser(baseUrl: string): ConsoleBrowser {
  const browser: ConsoleBrowser = {
    baseUrl,
    csrf: undefined,
    cookie: undefined,
    get: (path) => browser.send('GET', path),
    post: (path, body) => browser.send('POST', path, { body }),
    async send(method, path, { body, headers = {} } = {}) {
      const all: Record<string, string | undefined> = {
        'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/130.0',
        'accept-language': 'ja',
        origin: baseUrl,
        'sec-fetch-site': 'same-origin',
        cookie: browser.cookie,
        'x-kawase-csrf': browser.csrf,
        'content-type': body === undefined ? undefined : 'application/json',
        ...headers,
      };
      const sent = Object.entries(all).filter((pair): pair is [string, string] => {
        return pair[1] !== undefined;
      });
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: sent,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const [set] = response.headers.getSetCookie();
      if (set !== undefined) browser.cookie = set.split(';')[0];
      const text = await response.text();
      const answered = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const { csrf } = { ...answered, ...Object(answered.session) } as { csrf?: unknown };
      if (typeof csrf === 'string') browser.csrf = csrf;
      return { status: response.status, headers: response.headers, body: answered as never };
    },
  };
  return browser;
}
