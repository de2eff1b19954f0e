// Where a request comes from, as far as tries are counted by it.
import { isIPv6 } from 'node:net';
import type { Asking } from './door.ts';

/**
 * The address that tries are counted by. Behind a proxy it is the right-most X-Forwarded-For, which that proxy wrote;
 * everything left of it anybody can write. IPv6 counts by /64, because one line at home has that many addresses.
 */
export function addressOf(c: Asking): string {
  const forwarded = c.var.deps.trustProxy ? c.req.header('X-Forwarded-For') : undefined;
  return addressFrom({ forwarded, remote: c.env?.incoming?.socket.remoteAddress });
}

/** As `addressOf`; `forwarded` is X-Forwarded-For where a proxy is trusted. */
export function addressFrom({
  forwarded,
  remote,
}: {
  forwarded: string | undefined;
  remote: string | undefined;
}): string {
  const address = withoutPort(forwarded?.split(',').at(-1)?.trim() || remote || 'unknown');
  const mapped = address.match(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? network(address) : address;
}

/** Some proxies write `192.0.2.1:5000` or `[2001:db8::1]:5000`, with another port each time. */
function withoutPort(address: string): string {
  return address.match(/^\[([^[\]]+)\](?::\d+)?$/)?.[1] ?? address.match(/^(\d+\.\d+\.\d+\.\d+):\d+$/)?.[1] ?? address;
}

function network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const whole = [...groups, ...Array<string>(zeros).fill('0'), ...after];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
