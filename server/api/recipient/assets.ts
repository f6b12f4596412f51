// What pages fetch beside themselves: one style sheet, one small script. Named by their content, so
// that a browser asks for each once.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Api } from '../resource.ts';

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
  /** With the version in it. */
  readonly url: string;
}

function asset(name: string, type: string): Asset {
  const text = readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const path = `/assets/${name}`;
  return { path, type: `${type}; charset=utf-8`, text, url: `${path}?v=${version}` };
}

export const STYLE = asset('recipient.css', 'text/css');
export const SCRIPT = asset('recipient.js', 'text/javascript');

export function registerAssets(scope: Api): void {
  for (const { path, type, text } of [STYLE, SCRIPT]) {
    scope.get(path, { schema: { hide: true } }, async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=31536000, immutable');
      return reply.type(type).send(text);
    });
  }
}
