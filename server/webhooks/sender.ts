// Sends one webhook by HTTP: resolves the name itself, connects only to an address that was
// checked, follows no redirect, bounds time and answer. What is sent and what the answer means is
// delivery.ts.
import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, errors, request } from 'undici';
import type { Answer } from './delivery.ts';

export interface SenderOptions {
  readonly isAllowed: (address: string) => boolean;
  readonly timeoutMs?: number;
  /** Addresses of a host name; tests hand down a name server that lies. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
}

export interface Sender {
  /** Never rejects: what went wrong is in the answer. */
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  /** False where the host is, or resolves to nothing but, addresses that are not allowed. */
  reachesAllowed(url: URL): Promise<boolean>;
  /** Cuts off what is under way. */
  destroy(): Promise<void>;
}

const TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const USER_AGENT = 'Kawase-Webhooks/1';

class AddressRefused extends Error {
  readonly code = 'KAWASE_ADDRESS';
}

/**
 * Asks the name servers directly: unlike getaddrinfo it occupies no thread while a slow one is
 * awaited.
 */
async function resolvePublicly(hostname: string): Promise<readonly string[]> {
  if (/(^|\.)localhost\.?$/i.test(hostname)) return ['127.0.0.1', '::1'];
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  const answers = await Promise.allSettled([
    resolver.resolve4(hostname),
    resolver.resolve6(hostname),
  ]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length === 0) throw (answers[0] as PromiseRejectedResult).reason;
  return found;
}

function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** Connects to allowed addresses only, whatever the URL or the name server says. */
function createGuardedAgent(
  isAllowed: SenderOptions['isAllowed'],
  resolve: NonNullable<SenderOptions['resolve']>,
): Agent {
  // The check and the connection use one answer of the name server: rebinding gains nothing.
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const found = addresses
          .filter(isAllowed)
          .map((address) => ({ address, family: isIP(address) }));
        const first = found[0];
        if (first === undefined) callback(new AddressRefused(), '');
        else if (all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, ''),
    );
  };
  const connectTo = buildConnector({ lookup, timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  return new Agent({
    allowH2: false,
    keepAliveTimeout: 10_000,
    connect(target, callback) {
      // A literal address is connected to without any lookup.
      const host = bareHost(target.hostname);
      if (isIP(host) !== 0 && !isAllowed(host)) callback(new AddressRefused(), null);
      else connectTo(target, callback);
    },
  });
}

export function createSender(options: SenderOptions): Sender {
  const { isAllowed, timeoutMs = TIMEOUT_MS, resolve = resolvePublicly } = options;
  const agent = createGuardedAgent(isAllowed, resolve);
  return {
    async send(url, headers, body) {
      const startedAt = performance.now();
      const result = (part: Pick<Answer, 'status' | 'error' | 'retryAfter'>): Answer => ({
        ...part,
        durationMs: Math.round(performance.now() - startedAt),
      });
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const answer = await request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT, ...headers },
          body,
          dispatcher: agent,
          signal,
        });
        // The status has been said; an answer's body that breaks off or never ends changes nothing.
        await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal }).catch(() => {});
        const after = answer.headers['retry-after'];
        const retryAfter = typeof after === 'string' ? after : null;
        return result({ status: answer.statusCode, error: null, retryAfter });
      } catch (error) {
        return result({ status: null, error: wordFor(error), retryAfter: null });
      }
    },
    async reachesAllowed(url) {
      const host = bareHost(url.hostname);
      if (isIP(host) !== 0) return isAllowed(host);
      try {
        return (await resolve(host)).some(isAllowed);
      } catch {
        // The name is not known (yet): nothing is reached by it, and each connection asks again.
        return true;
      }
    },
    destroy: () => agent.destroy(),
  };
}

/** One word for what went wrong; no address and no text of the receiver. */
function wordFor(error: unknown): string {
  const { code = '', name } = error as { code?: string; name?: string };
  if (code === 'KAWASE_ADDRESS') return 'address_not_allowed';
  if (name === 'TimeoutError' || error instanceof errors.ConnectTimeoutError) return 'timeout';
  if (/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT)$/.test(code)) return 'timeout';
  if (/^(ENOTFOUND|ENODATA|EAI_|ESERVFAIL|ETIMEOUT|EREFUSED)/.test(code)) return 'name_not_found';
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code)) return 'tls';
  if (code === 'ECONNREFUSED') return 'connection_refused';
  return 'connection_broken';
}
