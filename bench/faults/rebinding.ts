// Names that are public when they are judged and private when they are dialled (GHSA-r48c), tried on every way out of the
// node: R26. Who would be asked counts connections on 127.0.0.1 and [::1]; there may be none. That the counting works is
// shown by the same ways under the private-address flag, where each must come through.
import type { LookupAddress } from 'node:dns';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createFederation, fetchKey, MemoryKvStore } from '@fedify/fedify';
import { CryptographicKey } from '@fedify/vocab';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { systemClock } from '../../src/domain/clock.ts';
import { INSTANCE } from '../../src/domain/organisations.ts';
import { registerActors } from '../../src/federation/actors.ts';
import { installEgress, openEgress } from '../../src/federation/egress.ts';
import type { Here } from '../../src/federation/here.ts';
import { lookUp, remoteTemplate } from '../../src/federation/look-up.ts';
import { post } from '../../src/federation/post.ts';
import { ORIGIN, openWorld, type World } from '../../test/world.ts';
import { type Chance, chanceOf } from './chance.ts';
import { exactly, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';

/** All names of this scenario end so; others are looked up as ever. RFC 6761 keeps it free. */
const NAMES = '.rebind.test';
/** Public by the rule and nobody's: 3ffe::/16 went back to IANA with the 6bone. */
const PUBLIC = '3ffe::1';
const CONNECT_MS = 100;
const SCOPE = { requestsMax: 12, deadline: 5_000 };

export const scenarios: Scenario[] = [
  {
    row: 'R26',
    name: 'rebinding',
    long: (seeds) => rebind({ namesEach: 24, seeds }),
    short: (seeds) => rebind({ namesEach: 4, seeds }),
  },
];

/** What a name answers, one look-up after another; the last answer stays. */
type Script = readonly string[][];

/** The first is what a check would see, the later ones what a socket would. */
const SCRIPTS: readonly Script[] = [
  [[PUBLIC], ['127.0.0.1']],
  [[PUBLIC], ['::1']],
  [[PUBLIC], ['::ffff:127.0.0.1']],
  [[PUBLIC], [PUBLIC], ['127.0.0.1'], ['::1']],
  [[PUBLIC], [PUBLIC, '127.0.0.1']],
  [['127.0.0.1'], [PUBLIC], ['127.0.0.1']],
];

interface Resolver {
  script(name: string, script: Script): void;
  /** How often a name was answered with a private address. */
  trapped(): number;
  /** Names that were ever answered so. */
  turned(): ReadonlySet<string>;
  close(): void;
}

/** Takes the place of the system's look-up for our names, for the node and the library alike. */
function openResolver(): Resolver {
  const scripts = new Map<string, { script: Script; asked: number }>();
  const system = dns.lookup;
  const turned = new Set<string>();
  let trapped = 0;
  const answer = (name: string): LookupAddress[] => {
    const entry = scripts.get(name);
    if (entry === undefined) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
    const addresses = entry.script[Math.min(entry.asked, entry.script.length - 1)] ?? [];
    entry.asked += 1;
    if (addresses.some((address) => address !== PUBLIC)) {
      trapped += 1;
      turned.add(name);
    }
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  const rebinding = async (name: string, options: object) =>
    name.endsWith(NAMES) ? answer(name) : await system(name, options);
  const put = (lookup: unknown) => {
    Object.assign(dns, { lookup });
    syncBuiltinESMExports();
  };
  put(rebinding);
  return {
    script: (name, script) => scripts.set(name, { script, asked: 0 }),
    trapped: () => trapped,
    turned: () => turned,
    close: () => put(system),
  };
}

interface Door {
  port: number;
  knocks(): number;
  close(): void;
}

/** A listener on both loopback addresses, at one port, that counts who knocks and hangs up. */
async function openDoor(): Promise<Door> {
  let knocks = 0;
  const listen = (host: string, port: number) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer((socket) => {
        knocks += 1;
        socket.destroy();
      });
      server.once('error', reject);
      server.listen(port, host, () => resolve(server));
    });
  const v4 = await listen('127.0.0.1', 0);
  const { port } = v4.address() as AddressInfo;
  const v6 = await listen('::1', port);
  const close = () => {
    v4.close();
    v6.close();
  };
  return { port, knocks: () => knocks, close };
}

/** A way by which something leaves the node for a host that a stranger named. */
type WayOut = (host: string) => Promise<unknown>;

interface Ways {
  ways: Record<string, WayOut>;
  close(): Promise<void>;
}

/**
 * Every way out that there is, over the egress of production or, under the flag, of tests. Redirects and alternates are none
 * of their own: each hop is asked for as its first was.
 */
function openWays(world: World, { allowPrivateAddress, port }: { allowPrivateAddress: boolean; port: number }): Ways {
  const limits = { connect: CONNECT_MS, headers: 1_000, total: 2_000, ports: [443, port] };
  const egress = openEgress({ allowPrivateAddress, userAgent: 'Wethi/bench', clock: systemClock, limits });
  const uninstall = installEgress(egress);
  const here: Here = {
    db: world.db,
    clock: systemClock,
    origin: ORIGIN,
    forget: () => undefined,
    wake: () => undefined,
  };
  const federation = createFederation<Here>({ kv: new MemoryKvStore(), origin: ORIGIN, allowPrivateAddress });
  registerActors(federation);
  const context = federation.createContext(new URL(ORIGIN), here);
  const plain = getDocumentLoader({ allowPrivateAddress });
  const body = Buffer.from('{}');
  const out: Record<string, WayOut> = {
    'a key': (host) =>
      fetchKey(`https://${host}/users/a#main-key`, CryptographicKey, { documentLoader: plain, contextLoader: plain }),
    'an actor, signed for': async (host) =>
      (await context.getDocumentLoader({ identifier: INSTANCE }))(`https://${host}/users/a`),
    'a context': (host) => plain(`https://${host}/schemas/litepub-0.1.jsonld`),
    'a handle looked up': (host) => lookUp(context, `@a@${host}`),
    'an address looked up': (host) => lookUp(context, `https://${host}/@a`),
    'a visitor’s server': (host) =>
      remoteTemplate(context, { account: `@a@${host}`, object: ORIGIN, plainHttp: 'refused' }),
    'a delivery': (host) =>
      post(here, {
        schemes: new Map(),
        delivery: { actor: world.blog.id, verb: 'Create', inbox: `https://${host}/inbox`, body, attempts: 1 },
      }),
  };
  const scoped = Object.entries(out).map(([name, way]): [string, WayOut] => [
    name,
    (host) => egress.scope({ ...SCOPE, ids: 'asked-again' }, () => way(`${host}:${port}`)),
  ]);
  return {
    ways: Object.fromEntries(scoped),
    async close() {
      await egress.close();
      uninstall();
    },
  };
}

/** What became of an attempt; that nothing comes of it is what is expected, so a failure is an answer like another. */
async function tried(way: WayOut, host: string): Promise<void> {
  await way(host).then(
    () => undefined,
    () => undefined,
  );
}

async function* rebind({ namesEach, seeds }: { namesEach: number; seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) yield await oneRound({ namesEach, seed });
}

async function oneRound({ namesEach, seed }: { namesEach: number; seed: number }): Promise<Round> {
  const began = performance.now();
  const chance = chanceOf(seed);
  const world = await openWorld();
  const door = await openDoor();
  const resolver = openResolver();
  try {
    const shut = openWays(world, { allowPrivateAddress: false, port: door.port });
    const names = await attack(shut, { resolver, chance, namesEach, seed });
    await shut.close();
    const [knocks, trapped] = [door.knocks(), resolver.trapped()];
    const turned = names.map((hosts) => hosts.filter((host) => resolver.turned().has(host)).length);
    const reached = await control(world, { resolver, door });
    const count = Object.keys(shut.ways).length;
    return {
      scenario: 'rebinding',
      seed,
      seconds: (performance.now() - began) / 1_000,
      findings: [
        none('connections to 127.0.0.1 or [::1]', knocks),
        exactly(
          count * namesEach,
          'names that turned private as they were asked for',
          turned.reduce((sum, many) => sum + many, 0),
        ),
        exactly(count, 'ways out to which a private address was given', turned.filter((many) => many > 0).length),
        exactly(count, 'ways out that come through under the flag', reached),
      ],
      remarks: { 'private answers given': trapped },
    };
  } finally {
    resolver.close();
    door.close();
    await world.close();
  }
}

/** Every way out for every name, three times over, so that each name has the time to turn. Returns the names, by way. */
async function attack(
  { ways }: Ways,
  { resolver, chance, namesEach, seed }: { resolver: Resolver; chance: Chance; namesEach: number; seed: number },
): Promise<string[][]> {
  const names: string[][] = [];
  for (const [number, way] of Object.values(ways).entries()) {
    const hosts = Array.from({ length: namesEach }, (_, n) => `s${seed}w${number}n${n}${NAMES}`);
    for (const [n, host] of hosts.entries()) {
      resolver.script(host, SCRIPTS[(n + chance.between(0, SCRIPTS.length - 1)) % SCRIPTS.length] ?? []);
      for (let time = 0; time < 3; time++) await tried(way, host);
    }
    names.push(hosts);
  }
  return names;
}

/** How many ways reach the listener where they may. */
async function control(world: World, { resolver, door }: { resolver: Resolver; door: Door }): Promise<number> {
  const open = openWays(world, { allowPrivateAddress: true, port: door.port });
  let reached = 0;
  for (const [number, way] of Object.values(open.ways).entries()) {
    const host = `control${number}${NAMES}`;
    resolver.script(host, [['127.0.0.1']]);
    const before = door.knocks();
    await tried(way, host);
    if (door.knocks() > before) reached += 1;
  }
  await open.close();
  return reached;
}
