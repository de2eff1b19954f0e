// The second wall: whatever the look-up let through, no byte is written to a private address.
import { createServer as createTls } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Agent } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { type AddressRule, addressRefusal } from '../../../src/federation/egress/addresses.ts';
import { guardedConnector } from '../../../src/federation/egress/connect.ts';
import { attack, printLedger } from '../../attacks/ledger.ts';
import { certificateFor } from './certificate.ts';
import { egressOf, openDoor, openPeer } from './peer.ts';

printLedger();

// A look-up with a hole: it says 127.0.0.1 for every name, and nobody has checked that.
const unchecked: LookupFunction = (_hostname, _options, callback) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }]);

function agentUnder(rule: AddressRule): Agent {
  const connect = guardedConnector({ rule, lookup: unchecked, connect: 1_000 });
  const agent = new Agent({ connect, allowH2: false, headersTimeout: 1_000 });
  onTestFinished(() => agent.close());
  return agent;
}

attack('T4', 'the dialled address is judged before a byte is written, TLS or not', async () => {
  const door = await openDoor();
  for (const protocol of ['http', 'https']) {
    const asked = agentUnder(addressRefusal).request({
      origin: `${protocol}://a.example:${door.port}`,
      path: '/',
      method: 'GET',
    });
    await expect(asked).rejects.toThrow('private-address');
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(door.bytes()).toBe(0);

  const peer = await openPeer((_request, response) => response.end('ok'));
  const reply = await agentUnder(() => null).request({
    origin: `http://a.example:${peer.port}`,
    path: '/',
    method: 'GET',
  });
  expect(await reply.body.text()).toBe('ok');
});

test('TLS is spoken over the judged socket, and certificates are checked', async () => {
  const { cert, key } = certificateFor('peer.example');
  const server = createTls({ cert, key }, (request, response) => response.end(`${request.headers.host}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const trusted = getCACertificates();
  onTestFinished(() => {
    setDefaultCACertificates(trusted);
    server.closeAllConnections();
    server.close();
  });
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const untrusting = egressOf({ resolve });
  await expect(untrusting.fetch(`https://peer.example:${port}/`)).rejects.toThrow('fetch failed');

  setDefaultCACertificates([...trusted, cert]);
  const egress = egressOf({ resolve });
  expect(await (await egress.fetch(`https://peer.example:${port}/`)).text()).toBe(`peer.example:${port}`);
  await expect(egress.fetch(`https://other.example:${port}/`)).rejects.toThrow('fetch failed');
  // A Host of the caller's choice does not choose the certificate.
  const headers = { host: 'peer.example' };
  await expect(egress.fetch(`https://other.example:${port}/`, { headers })).rejects.toThrow('fetch failed');
});
