// Which addresses and URLs the node may turn to. Literals are judged here before anything is dialled, because a socket
// that is given a literal never calls its look-up.
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { EgressReason } from './refusal.ts';

// Not globally reachable after the IANA IPv4 special-purpose registry (RFC 6890 and successors), and multicast.
const CLOSED_IPV4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

// Inside 2000::/3 yet not for us: protocol assignments with Teredo and ORCHID, documentation, 6to4, documentation.
const CLOSED_IPV6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const closed = new BlockList();
for (const [network, prefix] of CLOSED_IPV4) closed.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of CLOSED_IPV6) closed.addSubnet(network, prefix, 'ipv6');

// Everything outside 2000::/3 is closed: `::`, loopback, IPv4-mapped and -compatible, NAT64, ULA, link-local, multicast.
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const CLOSED_NAMES = ['localhost', 'local', 'internal', 'onion'];

/**
 * Why an IP address, without brackets, is not on the public internet; null for a public one. What is no address at all
 * is refused too. The IPv6 rule is GoToSocial's: only 2000::/3, less its reserved blocks.
 */
export function addressRefusal(address: string): 'private-address' | null {
  if (isIPv4(address)) return closed.check(address, 'ipv4') ? 'private-address' : null;
  if (!isIPv6(address)) return 'private-address';
  return globalUnicast.check(address, 'ipv6') && !closed.check(address, 'ipv6') ? null : 'private-address';
}

/** Judges an address that was resolved or dialled; null lets it pass. */
export type AddressRule = (address: string) => EgressReason | null;

/** The addresses that a protocol may reach. Plain http is for loopback and private networks under the flag, for nothing else. */
export function ruleFor(
  protocol: 'http:' | 'https:',
  { allowPrivateAddress }: { allowPrivateAddress: boolean },
): AddressRule {
  if (!allowPrivateAddress) return addressRefusal;
  if (protocol === 'https:') return () => null;
  return (address) => (addressRefusal(address) === null ? 'scheme' : null);
}

/** Why a URL may not be asked for, judged from its text alone; null if its host has yet to be looked up. */
export function urlRefusal(
  url: URL,
  { allowPrivateAddress, ports }: { allowPrivateAddress: boolean; ports: readonly number[] },
): EgressReason | null {
  if (url.protocol !== 'https:' && !(allowPrivateAddress && url.protocol === 'http:')) return 'scheme';
  if (url.username !== '' || url.password !== '') return 'userinfo';
  const host = hostOf(url);
  const literal = isIPv4(host) || isIPv6(host);
  if (allowPrivateAddress) {
    return literal ? ruleFor(url.protocol === 'http:' ? 'http:' : 'https:', { allowPrivateAddress })(host) : null;
  }
  if (literal ? addressRefusal(host) !== null : isClosedName(host)) return 'private-address';
  return ports.includes(Number(url.port || 443)) ? null : 'port';
}

/** Whether a URL's host is this machine, by name or by address. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  if (isIPv4(host)) return loopback.check(host, 'ipv4');
  if (isIPv6(host)) return loopback.check(host, 'ipv6');
  return host === 'localhost' || host.endsWith('.localhost');
}

// URL has written IPv4 in all its spellings as four decimals by now, and IPv6 in brackets.
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function isClosedName(host: string): boolean {
  const labels = host.split('.');
  return labels.length < 2 || CLOSED_NAMES.includes(labels.at(-1) ?? '');
}
