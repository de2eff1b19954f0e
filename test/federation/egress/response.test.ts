// The contract of `fetch` that callers rely on.
import { expect, test } from 'vitest';
import { installEgress } from '../../../src/federation/egress.ts';
import { egressOf, openPeer } from './peer.ts';

test('an installed egress answers for fetch with global Responses, until it is taken away', async () => {
  const peer = await openPeer(async (request, response) => {
    const body = await new Response(request as unknown as ReadableStream).text();
    response.writeHead(202, 'Accepted', {
      'x-thai': Buffer.from('ไทย').toString('latin1'),
      'set-cookie': ['a=1', 'b=2'],
    });
    response.end(`${request.method} ${request.url} ${body}`);
  });
  const before = globalThis.fetch;
  const remove = installEgress(egressOf());
  const asked = new Request(`${peer.origin}/inbox?x=1#f`, {
    method: 'POST',
    body: 'เนื้อหา',
    headers: { signature: 's' },
  });
  const response = await fetch(asked);
  remove();
  expect(globalThis.fetch).toBe(before);
  expect(response).toBeInstanceOf(Response);
  expect([response.status, response.statusText, response.ok]).toEqual([202, 'Accepted', true]);
  expect([response.url, response.redirected]).toEqual([`${peer.origin}/inbox?x=1`, false]);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(Buffer.from(response.headers.get('x-thai') ?? '', 'latin1').toString()).toBe('ไทย');
  expect(await response.clone().text()).toBe('POST /inbox?x=1 เนื้อหา');
  expect(peer.requests[0]?.headers.signature).toBe('s');
  expect(peer.requests[0]?.headers.host).toBe(`127.0.0.1:${peer.port}`);
});

test('the user agent is ours where the caller names none', async () => {
  const peer = await openPeer((request, response) => response.end(request.headers['user-agent']));
  const egress = egressOf();
  expect(await (await egress.fetch(peer.origin)).text()).toBe('Wethi/test (+https://wethi.test/)');
  expect(await (await egress.fetch(new URL(peer.origin), { headers: { 'user-agent': 'Fedify' } })).text()).toBe(
    'Fedify',
  );
});

test('Accept-Signature does not get through, so no peer chooses what we sign; WWW-Authenticate does', async () => {
  const peer = await openPeer((_request, response) =>
    response.writeHead(401, { 'accept-signature': 'sig1=();created', 'www-authenticate': 'Signature' }).end(),
  );
  const { headers } = await egressOf().fetch(peer.origin);
  expect([headers.get('accept-signature'), headers.get('www-authenticate')]).toEqual([null, 'Signature']);
});

test('answers without a body, and statuses that are none', async () => {
  const peer = await openPeer((request, response) => response.writeHead(Number(request.url?.slice(1))).end());
  const egress = egressOf();
  for (const status of [204, 205, 304, 404, 500]) {
    expect((await egress.fetch(`${peer.origin}/${status}`)).status).toBe(status);
  }
  await expect(egress.fetch(`${peer.origin}/799`)).rejects.toBeInstanceOf(TypeError);
});

test('a peer that is not there is a TypeError, as fetch has it', async () => {
  const peer = await openPeer((request) => request.socket.destroy());
  await expect(egressOf().fetch(peer.origin)).rejects.toThrow(TypeError);
  await expect(egressOf().fetch('no url')).rejects.toThrow(TypeError);
});
