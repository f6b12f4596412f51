// GET /console and below: the page that every screen starts from, and the files it fetches. Screens
// find their own way by the URL; what they show comes from /console/api, which is not here.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { unknownRoute } from '../problem.ts';
import type { Api } from '../resource.ts';
import type { BuiltFile, ConsoleBuild } from './build.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'x-frame-options': 'DENY',
};

/** `root`: the path of the installation's public URL, '' or like '/pay'. */
export function registerConsolePages(api: Api, build: ConsoleBuild, root: string): void {
  const page = rooted(build.page, root);
  const schema = { hide: true } as const;
  const answerPage = (_request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8');
    return reply.send(page);
  };
  api.get('/console', { schema }, answerPage);
  api.get('/console/*', { schema }, (request, reply) => {
    const path = (request.params as { '*': string })['*'];
    if (path === 'api' || path.startsWith('api/')) throw unknownRoute([]);
    const file = build.files.get(path);
    if (file !== undefined) return answerFile(request, reply, file);
    if (path.startsWith('assets/')) throw unknownRoute([]);
    return answerPage(request, reply);
  });
}

function answerFile(request: FastifyRequest, reply: FastifyReply, file: BuiltFile) {
  const isHashed = request.url.includes('/assets/');
  reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  reply.header('vary', 'accept-encoding').type(file.type);
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encodings = [
    ['br', file.br],
    ['gzip', file.gzip],
  ] as const;
  for (const [name, bytes] of encodings) {
    const isTaken = new RegExp(`(?:^|[,\\s])${name}(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`);
    if (bytes === undefined || !isTaken.test(accepted)) continue;
    return reply.header('content-encoding', name).send(bytes);
  }
  return reply.send(file.plain);
}

/** Links of the page lead below `root`; its scripts learn it from the page. */
function rooted(page: string, root: string): string {
  return page
    .replaceAll(/(href|src)="\.\//g, `$1="${root}/console/`)
    .replace('name="kawase-root" content=""', `name="kawase-root" content="${root}"`);
}
