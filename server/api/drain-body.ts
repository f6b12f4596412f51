// What a caller is still sending when the answer is a refusal: it is read and thrown away, so that
// the caller gets to read the answer. A connection that is closed under a sender is reset, and the
// problem that was to help is lost. There is an end to the patience.
import type { FastifyReply, FastifyRequest } from 'fastify';

const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

export function drainBody(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  if (raw.complete || raw.destroyed) return;
  reply.removeHeader('connection');
  let drainedBytes = 0;
  raw.on('data', (chunk: Buffer) => {
    drainedBytes += chunk.length;
    if (drainedBytes > MAX_DRAINED_BYTES) raw.destroy();
  });
}
