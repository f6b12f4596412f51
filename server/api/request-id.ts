// Ids of requests: the caller's own `x-request-id` where it is harmless to repeat, else one of
// ours, cheap to make.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const HARMLESS = /^[A-Za-z0-9._-]{8,64}$/;

export function createRequestIds(): (request: Pick<IncomingMessage, 'headers'>) => string {
  const prefix = `req_${randomBytes(6).toString('hex')}_`;
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && HARMLESS.test(given)) return given;
    return prefix + (++count).toString(36);
  };
}
