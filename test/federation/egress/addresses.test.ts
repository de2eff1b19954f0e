// Whom the egress turns to: T1–T4 and T10 of the threat list. Each refusal stands beside what differs in one field and passes.
import { describe, expect, test } from 'vitest';
import { addressRefusal, ruleFor, urlRefusal } from '../../../src/federation/egress/addresses.ts';
import { attack, printLedger } from '../../attacks/ledger.ts';
import { AS_FEDIFY, egressOf, openDoor, openPeer, reasonOf } from './peer.ts';

const production = { allowPrivateAddress: false, ports: [443] };
const practice = { allowPrivateAddress: true, ports: [443] };
printLedger();

describe('addresses', () => {
  test.each(
    // biome-ignore format: a list of addresses
    [
      '0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.0.1', '169.254.169.254',
      '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1',
      '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
      '::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:1.1.1.1', '64:ff9b::7f00:1', '64:ff9b:1::1',
      '100::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:2::1', '2001:10::1', '2001:20::1',
      '2001:db8::1', '2002:7f00:1::', '2002:101:101::', '3fff::1', '5f00::1', 'fc00::1', 'fd00::1', 'fe80::1',
      'fe80::1%eth0', 'fec0::1', 'ff02::1', '4000::1', 'not an address', '',
    ],
  )('§15.93 %s is not on the public internet', (address) => {
    expect(addressRefusal(address)).toBe('private-address');
  });

  test.each(
    // biome-ignore format: a list of addresses
    [
      '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.1',
      '169.253.1.1', '169.255.0.1', '172.15.255.255', '172.32.0.1', '192.0.1.1', '192.167.1.1', '192.169.0.1',
      '198.17.255.255', '198.20.0.1', '223.255.255.255', '2606:4700::1111', '2001:200::1', '2001:3c8:1::1',
      '2001:dff::1', '2003::1', '2a00:1450::1', '3ffe:ffff::1',
    ],
  )('%s is', (address) => {
    expect(addressRefusal(address)).toBeNull();
  });

  test('plain http is for private addresses, and only under the flag', () => {
    expect(ruleFor('http:', practice)('127.0.0.1')).toBeNull();
    expect(ruleFor('http:', practice)('1.1.1.1')).toBe('scheme');
    expect(ruleFor('https:', practice)('1.1.1.1')).toBeNull();
    expect(ruleFor('https:', practice)('10.0.0.1')).toBeNull();
    expect(ruleFor('https:', production)('10.0.0.1')).toBe('private-address');
    expect(ruleFor('https:', production)('1.1.1.1')).toBeNull();
  });
});

describe('URLs', () => {
  test.each([
    ['http://peer.example/', 'scheme'],
    ['ftp://peer.example/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['data:application/json,{}', 'scheme'],
    ['https://u:p@peer.example/', 'userinfo'],
    ['https://u@peer.example/', 'userinfo'],
    ['https://peer.example:8443/', 'port'],
    ['https://peer.example:80/', 'port'],
    ['https://127.0.0.1/', 'private-address'],
    ['https://127.0.0.1./', 'private-address'],
    ['https://2130706433/', 'private-address'],
    ['https://0177.0.0.1/', 'private-address'],
    ['https://0x7f.1/', 'private-address'],
    ['https://[::1]/', 'private-address'],
    ['https://[::]/', 'private-address'],
    ['https://[::ffff:127.0.0.1]/', 'private-address'],
    ['https://[64:ff9b::7f00:1]/', 'private-address'],
    ['https://[2002:7f00:1::]/', 'private-address'],
    ['https://localhost/', 'private-address'],
    ['https://LOCALHOST./', 'private-address'],
    ['https://a.localhost/', 'private-address'],
    ['https://printer.local/', 'private-address'],
    ['https://metadata.google.internal/', 'private-address'],
    ['https://expyuzz4wqqyqhjn.onion/', 'private-address'],
    ['https://intranet/', 'private-address'],
  ])('§15.93 %s is refused: %s', (url, reason) => {
    expect(urlRefusal(new URL(url), production)).toBe(reason);
  });

  test.each([
    'https://peer.example/',
    'https://peer.example:443/',
    'https://1.1.1.1/',
    'https://[2606:4700::1111]/',
    'https://เวที.ไทย/',
    'https://localhost.example/',
  ])('%s may be asked', (url) => {
    expect(urlRefusal(new URL(url), production)).toBeNull();
  });

  attack(
    'T10',
    '§15.93 ports, schemes, passwords, onions and printers are refused before anything is looked up',
    async () => {
      const looked: string[] = [];
      const egress = egressOf({
        allowPrivateAddress: false,
        limits: { connect: 300 },
        resolve: async (hostname) => {
          looked.push(hostname);
          return [{ address: '3ffe::1', family: 6 }];
        },
      });
      for (const [url, reason] of [
        ['http://peer.example/', 'scheme'],
        ['https://peer.example:8443/', 'port'],
        ['https://peer.example:22/', 'port'],
        ['https://u:p@peer.example/', 'userinfo'],
        ['https://expyuzz4wqqyqhjn.onion/', 'private-address'],
        ['https://printer.local/', 'private-address'],
        ['https://router.internal/', 'private-address'],
        ['https://intranet/', 'private-address'],
      ] as const) {
        expect(await reasonOf(egress.fetch(url)), url).toBe(reason);
      }
      for (const url of ['ftp://peer.example/', 'file:///etc/passwd', 'data:application/activity+json,{}']) {
        expect(await reasonOf(egress.fetch(url)), url).toBe('scheme');
      }
      expect(looked).toEqual([]);
      // The same host by https on its port is looked up and dialled; nobody answers there.
      await expect(egress.fetch('https://peer.example/')).rejects.toThrow(/fetch failed|too-slow/);
      expect(looked).toEqual(['peer.example']);
    },
  );

  test('under the flag, userinfo and other schemes stay refused', () => {
    expect(urlRefusal(new URL('http://localhost:8000/'), practice)).toBeNull();
    expect(urlRefusal(new URL('https://127.0.0.1:8000/'), practice)).toBeNull();
    expect(urlRefusal(new URL('http://u:p@localhost:8000/'), practice)).toBe('userinfo');
    expect(urlRefusal(new URL('ftp://localhost/'), practice)).toBe('scheme');
    expect(urlRefusal(new URL('http://1.1.1.1/'), practice)).toBe('scheme');
  });
});

describe('a door on loopback', () => {
  attack(
    'T2',
    'a door on [::1] is never knocked at, in any IPv6 spelling of this machine; under the flag it is',
    async () => {
      const [v4, v6] = [await openDoor(), await openDoor('::1')];
      const spellings = ['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::7f00:1]', '[::127.0.0.1]', '[::ffff:127.0.0.1]'];
      spellings.push('[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[fe80::1]');
      spellings.push('[fd00::1]', '[2001:0:7f00:1::]', '[ff02::1]', '[100::1]', '[2001:db8::1]', '[4000::1]');
      const ports = [443, v4.port, v6.port];
      const shut = egressOf({ allowPrivateAddress: false, limits: { ports } });
      for (const host of spellings) {
        for (const port of ports) {
          expect(await reasonOf(shut.fetch(`https://${host}:${port}/`)), host).toBe('private-address');
        }
      }
      // By name as well: AAAA records with the same addresses in them.
      for (const host of spellings) {
        const address = host.slice(1, -1);
        const named = egressOf({
          allowPrivateAddress: false,
          limits: { ports },
          resolve: async () => [{ address, family: 6 }],
        });
        expect(await reasonOf(named.fetch(`https://peer.example:${v6.port}/`)), address).toBe('private-address');
      }
      expect([v4.knocks(), v6.knocks()]).toEqual([0, 0]);
      const open = egressOf({ limits: { headers: 200 } });
      expect(await reasonOf(open.fetch(`https://[::1]:${v6.port}/`))).toBe('too-slow');
      expect(v6.knocks()).toBe(1);
    },
  );

  const spellings = (port: number) => [
    `https://127.0.0.1:${port}/`,
    `https://2130706433:${port}/`,
    `https://0177.0.0.1:${port}/`,
    `https://0x7f.1:${port}/`,
    `https://[::ffff:127.0.0.1]:${port}/`,
    `https://localhost:${port}/`,
  ];

  attack('T1', 'a door on loopback is never knocked at, however it is spelled; under the flag it is', async () => {
    const door = await openDoor();
    const egress = egressOf({ allowPrivateAddress: false, limits: { ports: [443, door.port] } });
    for (const url of spellings(door.port)) expect(await reasonOf(egress.fetch(url)), url).toBe('private-address');
    expect(await reasonOf(egress.fetch(`http://127.0.0.1:${door.port}/`))).toBe('scheme');
    expect(await reasonOf(egress.fetch(`https://u:p@127.0.0.1:${door.port}/`))).toBe('userinfo');
    expect(door.knocks()).toBe(0);

    const peer = await openPeer((_request, response) => response.end('สวัสดี'));
    const open = egressOf();
    for (const url of spellings(peer.port).filter((one) => !one.includes('ffff'))) {
      expect(await (await open.fetch(url)).text(), url).toBe('สวัสดี');
    }
  });

  attack('T3', 'a door on loopback is not reached by a redirect either (CVE-2026-77632)', async () => {
    for (const target of ['http://1.1.1.1/', 'ftp://127.0.0.1/', 'http://u:p@127.0.0.1/']) {
      const peer = await openPeer((_request, response) => response.writeHead(302, { location: target }).end());
      expect(await reasonOf(egressOf().fetch(peer.origin)), target).not.toBe('accepted');
    }
    // The private targets cannot follow a private first hop in production, so each hop is asked for as Fedify does.
    const door = await openDoor();
    const egress = egressOf({ allowPrivateAddress: false, limits: { ports: [443, door.port] } });
    for (const location of [`//localhost:${door.port}`, `//0177.0.0.1:${door.port}`, `//2130706433:${door.port}`]) {
      const target = new URL(location, 'https://peer.example/');
      expect(await reasonOf(egress.fetch(target, AS_FEDIFY)), location).toBe('private-address');
    }
    expect(door.knocks()).toBe(0);

    const reached = await openPeer((request, response) =>
      request.url === '/' ? response.writeHead(302, { location: '/there' }).end() : response.end('ถึงแล้ว'),
    );
    expect(await (await egressOf().fetch(reached.origin)).text()).toBe('ถึงแล้ว');
  });

  attack(
    'T4',
    'a door on loopback is not reached by a name that points to it, nor by one of many addresses',
    async () => {
      const door = await openDoor();
      const named = (...addresses: string[]) =>
        egressOf({
          allowPrivateAddress: false,
          limits: { ports: [door.port], connect: 500 },
          resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        });
      const url = `https://peer.example:${door.port}/`;
      expect(await reasonOf(named('127.0.0.1').fetch(url))).toBe('private-address');
      expect(await reasonOf(named('3ffe::1', '127.0.0.1').fetch(url))).toBe('private-address');
      expect(await reasonOf(named('3ffe::1', '::ffff:127.0.0.1').fetch(url))).toBe('private-address');
      expect(door.knocks()).toBe(0);

      const peer = await openPeer((_request, response) => response.end('ok'));
      const open = egressOf({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
      expect((await open.fetch(`http://peer.example:${peer.port}/`)).status).toBe(200);
    },
  );

  attack(
    'T4',
    'a door on loopback is not reached by rebinding: a name that was public and no longer is (GHSA-r48c)',
    async () => {
      const door = await openDoor();
      // 3ffe::/16 went back to IANA with the 6bone: public by the rule, and nobody's.
      const answers = ['3ffe::1', '127.0.0.1'];
      const asked: string[] = [];
      const egress = egressOf({
        allowPrivateAddress: false,
        limits: { ports: [door.port], connect: 300 },
        resolve: async () => {
          const address = answers.shift() ?? '127.0.0.1';
          asked.push(address);
          return [{ address, family: address.includes(':') ? 6 : 4 }];
        },
      });
      const url = `https://rebind.example:${door.port}/`;
      // The public answer is dialled, and nobody is there: a failure of the network, not a refusal of the address.
      const first = await egress.fetch(url).catch((error: unknown) => error);
      expect(String(first)).toMatch(/fetch failed|too-slow/);
      expect(await reasonOf(egress.fetch(url))).toBe('private-address');
      expect(asked).toEqual(['3ffe::1', '127.0.0.1']);
      expect(door.knocks()).toBe(0);
    },
  );
});
