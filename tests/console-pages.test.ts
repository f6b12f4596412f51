// The management screen as a browser fetches it: pages for every URL of a screen, files that are
// kept for ever, pressed as the browser likes, a strict policy; and how much each screen weighs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildConsole } from '../scripts/build-console.ts';
import { readConsoleBuild } from '../server/api/console/build.ts';
import { registerConsolePages } from '../server/api/console/pages.ts';
import { type ApiWorld, startApiWorld } from './api-world.ts';

const BUILD_MS = 180_000;
const KIB = 1_024;

interface Piece {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

let folder: string;
let world: ApiWorld;
let url: string;

beforeAll(async () => {
  folder = await buildConsole(() => {});
  const build = readConsoleBuild(folder);
  world = await startApiWorld(() => {}, {
    registerPublic: (api) => registerConsolePages(api, build, '/pay'),
  });
  url = world.api.listeningOrigin;
}, BUILD_MS);

afterAll(() => world.close());

const pieces = () =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Piece>;

/** A piece with all that it needs at once. */
function withImports(manifest: Record<string, Piece>, name: string, into = new Set<string>()) {
  if (into.has(name)) return into;
  into.add(name);
  for (const next of manifest[name]!.imports ?? []) withImports(manifest, next, into);
  return into;
}

const gzipped = (file: string) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
const weigh = (files: Iterable<string>) =>
  [...new Set(files)].reduce((sum, file) => sum + gzipped(file), 0) / KIB;

describe('weight', () => {
  test('the shell, each screen and all styles stay within their budgets', () => {
    const manifest = pieces();
    const entry = Object.keys(manifest).find((name) => manifest[name]!.isEntry)!;
    const shell = withImports(manifest, entry);
    const scripts = (names: Iterable<string>) => [...names].map((name) => manifest[name]!.file);
    expect(weigh(scripts(shell))).toBeLessThanOrEqual(260);
    const screens = manifest[entry]!.dynamicImports ?? [];
    expect(screens.length).toBeGreaterThanOrEqual(6);
    for (const screen of screens) {
      const all = withImports(manifest, screen, new Set(shell));
      expect(weigh(scripts(all)), screen).toBeLessThanOrEqual(350);
    }
    const styles = Object.values(manifest).flatMap(({ css = [] }) => css);
    expect(styles.length).toBeGreaterThan(3);
    expect(weigh(styles)).toBeLessThanOrEqual(45);
  });
});

describe('what a browser gets', () => {
  test.each(['/console', '/console/', '/console/sign-in', '/console/shp_1/remittances?q=a.b'])(
    'at %s: the page, with a strict policy and nothing inline',
    async (path) => {
      const response = await fetch(url + path);
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
      expect(policy).not.toContain('unsafe');
      expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)/);
      expect(text).toContain('src="/pay/console/assets/');
      expect(text).toContain('name="kawase-root" content="/pay"');
    },
  );

  test('files are kept for ever and pressed as asked', async () => {
    const page = await (await fetch(`${url}/console`)).text();
    const script = /src="\/pay(\/console\/assets\/[^"]+\.js)"/.exec(page)![1]!;
    for (const [accepted, expected] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['gzip;q=0, identity', null],
    ] as const) {
      const response = await fetch(url + script, { headers: { 'accept-encoding': accepted } });
      expect(response.headers.get('content-encoding'), accepted).toBe(expected);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('vary')).toBe('accept-encoding');
      expect(await response.text()).toContain('import');
    }
  });

  test.each(['/console/assets/none.js', '/console/api/none', '/console/api'])(
    '%s is nothing, and says so',
    async (path) => {
      const response = await fetch(url + path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  test.each(['/console/..%2f..%2fpackage.json', '/console/assets/..%2fmanifest.json'])(
    '%s leads nowhere else',
    async (path) => {
      const text = await (await fetch(url + path)).text();
      expect(text).not.toContain('"dependencies"');
      expect(text).not.toContain('isEntry');
    },
  );
});
