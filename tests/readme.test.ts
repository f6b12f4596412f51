// The example in the README is run as it stands there, against a running server.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from './world.ts';

let world: World;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
});

afterAll(() => world.close());

test('the fifteen lines of the README end in a paid remittance', async () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(code?.trim().split('\n').length).toBeLessThanOrEqual(15);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', code!],
    { env: { ...process.env, KAWASE_URL: world.url, KAWASE_KEY: shop.keyText } },
  );
  expect(stdout.trim()).toBe('paid');
});
