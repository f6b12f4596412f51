// The SFTP place against the simulator's server: keys, passwords, silence.
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type BankWorld,
  openBankWorld,
  type SimulatedBank,
  startSimulatedBank,
} from '../test-bank-world.ts';
import { readFileConfig, type SftpConfig } from './config.ts';
import { withSftp } from './sftp-place.ts';

const signal = new AbortController().signal;
let simulated: SimulatedBank;
let world: BankWorld;
let sftp: SftpConfig;

beforeAll(async () => {
  simulated = await startSimulatedBank();
  world = await openBankWorld(simulated, 'sftp');
  sftp = readFileConfig(world.account).sftp!;
});
afterAll(async () => {
  await world.close();
  await simulated.close();
});

test('what is written is what is read, until it is removed', async () => {
  const path = '/outbound/probe.part';
  await withSftp(sftp)(signal, async (place) => {
    expect(await place.read(path, 100)).toBeUndefined();
    await place.write(path, Buffer.from('ｶﾜｾ'));
    expect(Buffer.from((await place.read(path, 100))!).toString()).toBe('ｶﾜｾ');
    await expect(place.read(path, 5)).rejects.toThrow(/exceeds 5 bytes/);
    expect((await place.list('/outbound')).map(({ name }) => name)).toEqual(['probe.part']);
    await place.rename(path, '/outbound/other.part');
    await place.remove('/outbound/other.part');
    expect(await place.list('/outbound')).toEqual([]);
  });
});

test('a server with another host key is not spoken to', async () => {
  const stranger = { ...sftp, hostKey: `SHA256:${'a'.repeat(43)}` };
  const reached = withSftp(stranger)(signal, async () => 'signed in');
  await expect(reached).rejects.toThrow(/[Hh]ost/);
});

test('a wrong password is an error', async () => {
  const reached = withSftp({ ...sftp, password: 'not-the-one' })(signal, async () => 'signed in');
  await expect(reached).rejects.toThrow(/authentication/i);
});

test('a server that says nothing is given up in time, and no call begins afterwards', async () => {
  const mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as AddressInfo;
  const reached = withSftp({ ...sftp, port })(AbortSignal.timeout(200), async () => 'signed in');
  await expect(reached).rejects.toThrow(/aborted|timeout/i);
  mute.close();
  const late = new AbortController();
  const work = withSftp(sftp)(late.signal, async (place) => {
    late.abort();
    await place.write('/outbound/late.part', Buffer.from('x'));
  });
  await expect(work).rejects.toThrow();
  const left = await withSftp(sftp)(signal, (place) => place.list('/outbound'));
  expect(left).toEqual([]);
});
