// What reaches the log: one line a request without query, body or key; faults without the data that
// others quote in messages.
import { Writable } from 'node:stream';
import { pino } from 'pino';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { startApiWorld } from '../../tests/api-world.ts';
import { describeError } from './log.ts';
import { Strict } from './v1/schemas.ts';

test('a request is one line, and holds nothing personal', async () => {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const config = { scope: 'accounts:write' } as const;
  const schema = {
    body: Strict({ name: Type.String() }),
    querystring: Strict({ q: Type.String() }),
  };
  const world = await startApiWorld(
    (api) => {
      api.post('/v1/names', { config, schema }, async () => ({}));
      api.post('/v1/broken', { config }, async () => JSON.parse('{"ヤマダ'));
    },
    { log: pino({ level: 'info' }, sink), logRequests: true },
  );
  const before = lines.length;
  const query = encodeURIComponent('タロウ');
  await world.client.post(`/v1/names?q=${query}`, { name: 'ヤマダ' });
  await world.client.post(`/v1/names?q=${query}`, { name: 1 });
  await expect.poll(() => lines.length - before).toBe(2);
  expect(lines.at(before)).toMatchObject({
    msg: 'request',
    method: 'POST',
    route: '/v1/names',
    status: 200,
    shop: world.shop.number,
  });
  await world.client.post('/v1/broken', {});
  await expect.poll(() => lines.length - before).toBe(4);
  const broken = lines.find((line) => line.msg === 'request failed');
  expect(broken).toMatchObject({ error: 'SyntaxError', route: '/v1/broken' });
  expect(broken?.stack).toContainEqual(expect.stringContaining('log.test.ts'));
  const text = JSON.stringify(lines);
  for (const secret of ['ヤマダ', 'タロウ', query, 'sk_test_']) expect(text).not.toContain(secret);
  await world.close();
});

test('what the database and JSON parsers quote is left out', () => {
  const fromDatabase = Object.assign(new Error('Key (name)=(ヤマダ) exists'), {
    severity: 'ERROR',
    code: '23505',
    constraint: 'name_key',
  });
  const logged = describeError(new Error('the deed failed', { cause: fromDatabase }));
  expect(JSON.stringify(logged)).not.toContain('ヤマダ');
  expect(logged).toMatchObject({ message: 'the deed failed', cause: { constraint: 'name_key' } });
  expect(JSON.stringify(describeError(new SyntaxError('near ヤマダ')))).not.toContain('ヤマダ');
  expect(describeError('ヤマダ')).toEqual({ error: 'a thrown string' });
});
