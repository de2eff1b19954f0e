// Redirects into the house (T3), as production meets them: a server on the public internet, by its address, asked over TLS,
// sends us on to a door that is not. There is no public internet here, so one address of it leads to loopback, at the place
// where Node hands over to the kernel; everything above, look-ups, judgement and TLS, is what it is.
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished } from 'vitest';
import { certificateFor } from '../federation/egress/certificate.ts';
import { AS_FEDIFY, egressOf, openDoor, reasonOf } from '../federation/egress/peer.ts';
import { attack, printLedger } from './ledger.ts';

printLedger();

/** Public by the rule and nobody's: 3ffe::/16 went back to IANA with the 6bone. */
const PUBLIC = '3ffe::1';
const HOST = 'public.example';

/** What Node makes sockets of; not among its public types. */
interface Handle {
  led?: string;
  connect6(request: unknown, address: string, port: number): number;
  getpeername(out: { address?: string }): number;
}

/** Has the public address lead to [::1], and say its own name when it is asked who answered. */
function leadToLoopback(server: Server): void {
  const { _handle: handle } = server as unknown as { _handle: object };
  const wrap = Object.getPrototypeOf(handle) as Handle;
  const { connect6, getpeername } = wrap;
  wrap.connect6 = function (request, address, port) {
    if (address !== PUBLIC) return connect6.call(this, request, address, port);
    this.led = address;
    return connect6.call(this, request, '::1', port);
  };
  wrap.getpeername = function (out) {
    const failed = getpeername.call(this, out);
    if (this.led !== undefined) out.address = this.led;
    return failed;
  };
  onTestFinished(() => void Object.assign(wrap, { connect6, getpeername }));
}

/** A server on the public internet that sends everybody on to `location`; `/here` is a page of its own. */
async function openPublic(): Promise<{ origin: string; port: number; location: string; asked: string[] }> {
  const { cert, key } = certificateFor(HOST);
  const state = { origin: '', port: 0, location: '/here', asked: [] as string[] };
  const server = createServer({ cert, key }, (request, response) => {
    state.asked.push(request.url ?? '');
    if (request.url === '/here') response.end('ถึงแล้ว');
    else response.writeHead(302, { location: state.location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  const trusted = getCACertificates();
  setDefaultCACertificates([...trusted, cert]);
  onTestFinished(() => {
    setDefaultCACertificates(trusted);
    server.closeAllConnections();
    server.close();
  });
  leadToLoopback(server);
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { port, origin: `https://${HOST}:${port}` });
}

attack(
  'T3',
  'a public server sends us to a private door, by every spelling, and the door is not knocked at',
  async () => {
    const there = await openPublic();
    const [v4, v6] = [await openDoor(), await openDoor('::1')];
    const names: Record<string, string> = { [HOST]: PUBLIC, 'inside.example': '127.0.0.1', 'six.example': '::1' };
    const egress = egressOf({
      allowPrivateAddress: false,
      limits: { ports: [443, there.port, v4.port, v6.port] },
      resolve: async (name) => {
        const address = names[name];
        if (address === undefined) throw new Error(`nobody asks for ${name}`);
        return [{ address, family: address.includes(':') ? 6 : 4 }];
      },
    });
    const inside = [
      ...['127.0.0.1', '0177.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost', 'inside.example'].map(
        (host) => `${host}:${v4.port}`,
      ),
      ...['[::1]', 'six.example'].map((host) => `${host}:${v6.port}`),
    ];
    for (const door of inside) {
      for (const location of [`https://${door}/`, `//${door}/`]) {
        there.location = location;
        expect(await reasonOf(egress.fetch(`${there.origin}/moved`)), location).toBe('private-address');
        // The library goes from hop to hop by itself: it asks for what the answer names.
        const answer = await egress.fetch(`${there.origin}/moved`, AS_FEDIFY);
        expect([answer.status, answer.headers.get('location')]).toEqual([302, location]);
        const next = new URL(location, there.origin);
        expect(await reasonOf(egress.fetch(next, AS_FEDIFY)), location).toBe('private-address');
      }
    }
    there.location = `http://127.0.0.1:${v4.port}/`;
    expect(await reasonOf(egress.fetch(`${there.origin}/moved`))).toBe('scheme');
    expect(there.asked).toHaveLength(inside.length * 4 + 1);
    expect([v4.knocks(), v6.knocks()]).toEqual([0, 0]);

    // The same redirect to where one may go is followed.
    there.location = '/here';
    const followed = await egress.fetch(`${there.origin}/moved`);
    expect([await followed.text(), followed.url]).toEqual(['ถึงแล้ว', `${there.origin}/here`]);
    // And the door is one that can be knocked at.
    const open = egressOf({ limits: { headers: 200 } });
    expect(await reasonOf(open.fetch(`https://127.0.0.1:${v4.port}/`))).toBe('too-slow');
    expect(v4.knocks()).toBe(1);
  },
);
