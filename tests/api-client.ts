// A tiny client of the REST API for tests: real HTTP, JSON in and out, the raw answer where it
// matters.

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed JSON; an empty object where there is none. */
  readonly body: Body;
}

export type JsonObject = Record<string, unknown>;

export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes exactly as they are to be sent. */
  readonly rawBody?: string | Buffer;
}

export interface ApiClient {
  readonly baseUrl: string;
  get<Body = JsonObject>(path: string, headers?: Record<string, string>): Promise<Answer<Body>>;
  post<Body = JsonObject>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  put<Body = JsonObject>(path: string, body: unknown): Promise<Answer<Body>>;
  delete<Body = JsonObject>(path: string): Promise<Answer<Body>>;
  send<Body = JsonObject>(
    method: string,
    path: string,
    request?: RawRequest,
  ): Promise<Answer<Body>>;
  /** The same API with another key, or with none. */
  withKey(key: string | null): ApiClient;
}

export function apiClient(baseUrl: string, key: string | null): ApiClient {
  const authorization: Record<string, string> =
    key === null ? {} : { authorization: `Bearer ${key}` };

  async function send<Body>(
    method: string,
    path: string,
    request: RawRequest = {},
  ): Promise<Answer<Body>> {
    const { rawBody } = request;
    const body = rawBody instanceof Buffer ? new Uint8Array(rawBody) : rawBody;
    const response = await fetch(baseUrl + path, {
      method,
      headers: { ...authorization, ...request.headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const isOne = isJson && !response.headers.get('content-type')?.includes('ndjson');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isOne && text !== '' ? JSON.parse(text) : {}) as Body,
    };
  }

  function sendJson<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    if (body === undefined) return send<Body>(method, path, { headers });
    return send<Body>(method, path, {
      headers: { 'content-type': 'application/json', ...headers },
      rawBody: JSON.stringify(body),
    });
  }

  return {
    baseUrl,
    get: (path, headers = {}) => send('GET', path, { headers }),
    post: (path, body, headers) => sendJson('POST', path, body, headers),
    put: (path, body) => sendJson('PUT', path, body),
    delete: (path) => send('DELETE', path),
    send,
    withKey: (other) => apiClient(baseUrl, other),
  };
}
