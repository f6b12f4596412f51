// The table of addresses that a webhook must never reach, in the forms in which they are smuggled
// in.
import { expect, test } from 'vitest';
import { createAddressRule } from './addresses.ts';
import { createSender } from './sender.ts';
import { readTargetUrl } from './target-url.ts';

const isPublic = createAddressRule([]);

const REFUSED = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.100.100.200'],
  ...['100.127.255.255', '127.0.0.1', '127.1.2.3', '168.63.129.16', '169.254.169.254'],
  ...['172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.1.1'],
  ...['198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.1.1'],
  ...['240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8'],
  ...['::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1', '100::1'],
  ...['2001::1', '2001:10::1', '2001:db8::1', '2002:7f00:1::', '2002:808:808::1', '3fff::1'],
  ...['5f00::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1'],
  ...['localhost', '', '1.2.3', '0x7f.0.0.1'],
];

const OPEN = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0'],
  ...['126.255.255.255', '128.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255'],
  ...['203.0.112.255', '223.255.255.255', '2001:4860:4860::8888', '2606:4700:4700::1111'],
  ...['2400:8500:1301::1', '2a00:1450:4001::1'],
];

test('addresses that are not public are refused, the rest is open', () => {
  expect(REFUSED.filter(isPublic)).toEqual([]);
  expect(OPEN.filter((address) => !isPublic(address))).toEqual([]);
});

test('the operator opens addresses and blocks by configuration', () => {
  const rule = createAddressRule(['127.0.0.0/8', '::1', '10.1.2.3']);
  expect(['127.0.0.1', '127.9.9.9', '::1', '10.1.2.3', '8.8.8.8'].every(rule)).toBe(true);
  expect(['10.1.2.4', '169.254.169.254', '::2'].some(rule)).toBe(false);
  expect(() => createAddressRule(['localhost'])).toThrow('no address');
});

const fault = (text: string, mode: 'test' | 'live') => {
  const read = readTargetUrl(text, mode);
  return read instanceof URL ? read.href : read.code;
};

test('URLs: https in live mode, http for test shops; no credentials, no fragment', () => {
  expect(fault('https://example.jp/hooks', 'live')).toBe('https://example.jp/hooks');
  expect(fault('https://example.jp:8443/hooks', 'live')).toBe('https://example.jp:8443/hooks');
  expect(fault('http://example.jp/hooks', 'live')).toBe('url_not_https');
  expect(fault('https://example.jp:22/', 'live')).toBe('url_port_not_allowed');
  expect(fault('http://example.jp:3000/hooks', 'test')).toBe('http://example.jp:3000/hooks');
  expect(fault('ftp://example.jp/', 'test')).toBe('url_not_http');
  expect(fault('https://user:pass@example.jp/', 'test')).toBe('url_has_credentials');
  expect(fault('https://example.jp/#top', 'test')).toBe('url_has_fragment');
  expect(fault('example.jp/hooks', 'test')).toBe('url_invalid');
  expect(fault(`https://example.jp/${'a'.repeat(2_048)}`, 'test')).toBe('url_invalid');
});

test('a closed address is refused in every spelling, when created and when sent', async () => {
  const sender = createSender({ isAllowed: isPublic });
  const spellings = [
    ...['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f.1/', 'http://0177.0.0.1/'],
    ...['http://127.1/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://localhost/'],
    ...[
      'http://a.localhost./',
      'http://169.254.169.254/latest/meta-data',
      'http://[fd00:ec2::254]/',
    ],
    'http://[64:ff9b::a9fe:a9fe]/',
  ];
  for (const url of spellings) {
    expect(await sender.reachesAllowed(new URL(url)), url).toBe(false);
    expect(await sender.send(url, {}, '{}'), url).toMatchObject({
      status: null,
      error: 'address_not_allowed',
    });
  }
  await sender.destroy();
});

test('a name that changes its address after the check (rebinding) leads nowhere', async () => {
  const answers = [['93.184.216.34'], ['127.0.0.1'], ['10.0.0.8', 'fe80::1']];
  const resolve = async () => answers.shift() ?? ['169.254.169.254'];
  const sender = createSender({ isAllowed: isPublic, resolve });
  const url = 'http://rebinding.example/';
  expect(await sender.reachesAllowed(new URL(url))).toBe(true);
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(await sender.send(url, {}, '{}')).toMatchObject({ error: 'address_not_allowed' });
  }
  await sender.destroy();
});
