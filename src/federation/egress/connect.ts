// How a socket comes about: looked up, judged, dialled, judged again. The second look is at the address that answers,
// so a name that resolves differently the second time gains nothing (GHSA-r48c).
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRule } from './addresses.ts';
import { EgressRefusal } from './refusal.ts';

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** A look-up for sockets that refuses a name as soon as one of its addresses is refused. */
export function checkedLookup({ resolve, rule }: { resolve: Resolve; rule: AddressRule }): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        // Copied, so that what was judged is what is dialled.
        const addresses = found.map(({ address, family }) => ({ address, family }));
        const reason = addresses.map(({ address }) => rule(address)).find((judged) => judged !== null);
        const first = addresses[0];
        if (first === undefined) callback(new Error(`no address for ${hostname}`), []);
        else if (reason !== undefined) callback(new EgressRefusal(reason, hostname), []);
        else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

/**
 * A connector for undici that looks at the dialled address before a byte is written; TLS begins only after that.
 * `connect` is in milliseconds, for TCP with its look-up and again for TLS.
 */
export function guardedConnector({
  rule,
  lookup,
  connect,
}: {
  rule: AddressRule;
  lookup: LookupFunction;
  connect: number;
}): buildConnector.connector {
  const dial = buildConnector({ lookup, timeout: connect, allowH2: false });
  return (options, callback) => {
    const { hostname, protocol } = options;
    const port = options.port || (protocol === 'https:' ? '443' : '80');
    dial({ hostname, port, protocol: 'http:' }, (error, socket) => {
      if (error !== null) return callback(error, null);
      const reason = rule(socket.remoteAddress ?? '');
      if (reason !== null) {
        socket.destroy();
        return callback(new EgressRefusal(reason, hostname), null);
      }
      if (protocol !== 'https:') return callback(null, socket);
      dial({ ...options, httpSocket: socket }, callback);
    });
  };
}
