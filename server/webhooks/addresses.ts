// Which network addresses a webhook may be sent to: public ones only, so that nobody reaches inside
// through us (SSRF). Resolving names and connecting is sender.ts.
import { BlockList, isIP } from 'node:net';

/**
 * IANA special-purpose IPv4 blocks, multicast, reserved, and the metadata address that lies in
 * public space.
 */
const CLOSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;

/**
 * Only global unicast is open in IPv6: that leaves out mapped, NAT64, unique local, link-local and
 * multicast.
 */
const OPEN_V6 = '2000::/3';

/**
 * Within it: protocol assignments (Teredo, ORCHID), documentation, 6to4, which hides an IPv4
 * address.
 */
const CLOSED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] as const;

function listOf(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix);
    if (version === 0 || !Number.isInteger(bits)) {
      throw new Error(`"${block}" is no address and no block of addresses (10.0.0.0/8)`);
    }
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const closedV4 = listOf(CLOSED_V4);
const openV6 = listOf([OPEN_V6]);
const closedV6 = listOf(CLOSED_V6);

/**
 * The rule "may this address be connected to". `allowPrivate` opens addresses or blocks beyond the
 * public ones, for demonstrations and for receivers in the operator's own network; it throws where
 * an entry is neither.
 */
export function createAddressRule(allowPrivate: readonly string[]): (address: string) => boolean {
  const allowed = listOf(allowPrivate);
  return (address) => {
    const version = isIP(address);
    if (version === 0 || address.includes('%')) return false;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (allowed.check(address, family)) return true;
    if (version === 4) return !closedV4.check(address, family);
    return openV6.check(address, family) && !closedV6.check(address, family);
  };
}
