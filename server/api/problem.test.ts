// Errors as problems: ours, the framework's, the database's; and bytes that are no HTTP at all.
import net from 'node:net';
import { expect, test } from 'vitest';
import { startApiWorld } from '../../tests/api-world.ts';
import { CommitUnknown } from '../base/database.ts';
import { asRefusal, problemOf } from './problem.ts';

const told = (error: unknown) => {
  const { refusal, isFault } = asRefusal(error);
  return [refusal.status, refusal.code, isFault];
};

test('what may be tried again is told apart from what is broken', () => {
  expect(told(new CommitUnknown(new Error('x')))).toEqual([503, 'outcome_unknown', true]);
  const lost = Object.assign(new Error('gone'), { code: '57P01' });
  expect(told(lost)).toEqual([503, 'temporarily_unavailable', true]);
  expect(told(new TypeError('x'))).toEqual([500, 'internal_error', true]);
  expect(told('thrown text')).toEqual([500, 'internal_error', true]);
  expect(told(undefined)).toEqual([500, 'internal_error', true]);
  const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
  expect(told(aborted)).toEqual([400, 'bad_request', false]);
});

test('a problem is worded in both languages', () => {
  const { refusal } = asRefusal(new TypeError('x'));
  expect(problemOf(refusal, 'en', 'req_1')).toEqual({
    type: 'urn:kawase:problem:internal_error',
    title: 'Internal error',
    status: 500,
    detail: 'Something went wrong on our side. Contact us and give the request_id.',
    code: 'internal_error',
    request_id: 'req_1',
  });
  expect(problemOf(refusal, 'ja', 'req_1').title).toBe('内部エラー');
});

function exchange(url: string, bytes: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = '';
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('close', () => resolve(answer));
  return promise;
}

test('bytes that are no HTTP get a problem too, and the server lives on', async () => {
  const world = await startApiWorld(() => {});
  const garbage = await exchange(world.client.baseUrl, '\u0000\u0001nonsense\r\n\r\n');
  expect(garbage).toContain('400 Bad Request');
  expect(garbage).toContain('application/problem+json');
  const header = `x-long: ${'x'.repeat(20_000)}`;
  const large = await exchange(world.client.baseUrl, `GET / HTTP/1.1\r\n${header}\r\n\r\n`);
  expect(large).toContain('"code":"headers_too_large"');
  const half = 'POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{';
  const cut = net.connect(Number(new URL(world.client.baseUrl).port));
  cut.on('error', () => {});
  cut.end(half);
  expect((await world.client.withKey(null).get('/healthz')).status).toBe(200);
  await world.close();
});
