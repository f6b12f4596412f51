// What is answered to bytes that are no HTTP request, before there is a request to speak of.
import type { Socket } from 'node:net';

const STATUS: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'headers_too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'request_timeout'],
};

export function answerClientError(error: { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, title, code] = STATUS[error.code ?? ''] ?? [400, 'Bad Request', 'bad_request'];
  const problem = { type: `urn:kawase:problem:${code}`, title, status, code };
  const body = JSON.stringify({ ...problem, detail: 'This could not be read as an HTTP request.' });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
