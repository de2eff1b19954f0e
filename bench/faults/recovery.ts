// Slow recovery: a peer that is overwhelmed for a while gets its mail when it is well again, though the node was killed
// meanwhile; one that never recovers ends in dead letters that say why, and gets its mail when somebody asks for it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { office } from '../../src/cli/demo/world.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { rememberActor } from '../../src/domain/actors.ts';
import { addBlog } from '../../src/domain/blogs.ts';
import { standingClock } from '../../src/domain/clock.ts';
import { writeEntry } from '../../src/domain/entries/write.ts';
import { addFollower } from '../../src/domain/followers.ts';
import { setOrganisation } from '../../src/domain/organisations.ts';
import { addPerson } from '../../src/domain/people.ts';
import { outgoing } from '../../src/federation/queue/bell.ts';
import { type Node, openNode } from '../../src/node.ts';
import { chanceOf } from './chance.ts';
import { exactly, type Finding, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';
import { openServers, takesAll } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, within } from './trial.ts';
import { damages } from './vitals.ts';

const PATIENCE_MS = 90_000;
const DAY_MS = 24 * 3_600_000;
/** Nobody listens there. */
const GONE = 'http://127.0.0.1:1';

export const scenarios: Scenario[] = [
  {
    row: 'R6',
    name: 'slow-recovery',
    long: (seeds) => slowRecovery({ refusals: 30, withinSeconds: 60, seeds: seeds.slice(0, 1) }),
    short: (seeds) => slowRecovery({ refusals: 4, withinSeconds: 30, seeds: seeds.slice(0, 1) }),
  },
  {
    row: 'R6',
    name: 'never-recovers',
    long: (seeds) => neverRecovers({ seeds: seeds.slice(0, 1) }),
    short: (seeds) => neverRecovers({ seeds: seeds.slice(0, 1) }),
  },
];

/** In real time: 503 with `Retry-After: 1` so many times, then 202; the node is killed at one of them. */
export async function* slowRecovery({
  refusals,
  withinSeconds,
  seeds,
}: {
  refusals: number;
  withinSeconds: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: 2, chance });
    const trial = await openTrial();
    try {
      await gatherFollowers(trial, { servers, each: 1 });
      const [sick = '', well = ''] = servers.origins;
      const killAt = chance.between(2, refusals - 1);
      const since = servers.letters.length;
      let refused = 0;
      const moment = new Promise<void>((resolve) => {
        servers.behave(sick, () => {
          if (refused === refusals) return { status: 202, after: 0 };
          refused++;
          if (refused === killAt) resolve();
          return { status: 503, after: 0, headers: { 'retry-after': '1' } };
        });
      });
      const start = performance.now();
      await trial.publish('กองที่รอได้');
      await within(PATIENCE_MS, moment, `refusal ${killAt}`);
      await trial.kill();
      const restartMs = await trial.restart();
      const letters = (origin: string) =>
        servers.letters.slice(since).filter(({ inbox, type }) => type === 'Create' && inbox.startsWith(`${origin}/`));
      await comesTrue(PATIENCE_MS, () => letters(sick).length > refusals);
      const seconds = Math.ceil(((letters(sick)[refusals]?.at ?? Number.POSITIVE_INFINITY) - start) / 1_000);
      const status = await trial.drained();
      const findings: Finding[] = [
        exactly(refusals, 'answers 503 before the 202', refused),
        exactly(refusals + 1, 'letters to the sick peer', letters(sick).length),
        exactly(1, 'activity ids among them', new Set(letters(sick).map(({ id }) => id)).size),
        { criterion: 'seconds until it had its mail', seen: seconds, least: 0, most: withinSeconds },
        exactly(1, 'letters to the healthy peer', letters(well).length),
        none('deliveries left waiting or dead', status.outgoing.waiting + status.outgoing.dead),
        ...(await trial.end()),
      ];
      const remarks = { 'killed at refusal': killAt, 'restart ms': restartMs };
      yield { scenario: 'slow-recovery', seed, seconds: (performance.now() - began) / 1_000, findings, remarks };
    } finally {
      await trial.close();
      await servers.close();
    }
  }
}

/**
 * A peer that answers 429 for ever, and one that is gone. A week does not pass in a test, so the node runs in this process
 * on a standing clock that is moved to each next knock; queue, post, egress and the peer's server are the real ones.
 */
export async function* neverRecovers({ seeds }: { seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const start = performance.now();
    const servers = await openServers({ count: 1, chance: chanceOf(seed) });
    const folder = await mkdtemp(join(tmpdir(), 'wethi-faults-'));
    const clock = standingClock('2026-11-23T02:00:00Z');
    const config = readConfig({
      WETHI_ORIGIN: 'http://127.0.0.1:9',
      WETHI_DATA: folder,
      WETHI_ROLE: 'worker',
      WETHI_ALLOW_PRIVATE_ADDRESS: '1',
    });
    try {
      const { findings, remarks } = await withNode(config, clock, (node) => givenUp({ node, clock, servers }));
      findings.push(damages(config.databasePath));
      yield { scenario: 'never-recovers', seed, seconds: (performance.now() - start) / 1_000, findings, remarks };
    } finally {
      await servers.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function withNode<T>(config: Config, clock: Standing['clock'], work: (node: Node) => Promise<T>): Promise<T> {
  const node = await openNode(config, { clock });
  try {
    return await work(node);
  } finally {
    await node.close();
  }
}

interface Standing {
  node: Node;
  clock: ReturnType<typeof standingClock>;
  servers: Awaited<ReturnType<typeof openServers>>;
}

async function givenUp({ node, clock, servers }: Standing): Promise<Pick<Round, 'findings' | 'remarks'>> {
  const [busy = ''] = servers.origins;
  const blog = await furnishWithFollowers({ node, clock, followers: [`${busy}/users/reader`, `${GONE}/users/reader`] });
  const told = servers.answered('Accept', 1);
  await node.serve();
  await told;
  servers.behave(busy, () => ({ status: 429, after: 0 }));
  const began = clock.now();
  await write({ node, clock, blog, title: 'กองที่ไม่มีใครรับ' });
  await comesTrue(PATIENCE_MS, () => knockedOnce({ node, clock }));
  const days = (clock.now() - began) / DAY_MS;
  await write({ node, clock, blog, title: 'กองที่สอง' });
  await comesTrue(PATIENCE_MS, async () => (await node.queue.status()).deadLetters.length === 5);
  const { deadLetters, outgoing: counts } = await node.queue.status();
  const knocks = servers.letters.filter(({ type }) => type === 'Create').length;
  const reasons = (origin: string) =>
    deadLetters.flatMap(({ inbox, reason }) => (inbox.startsWith(`${origin}/`) ? [reason] : []));

  servers.behave(busy, takesAll(chanceOf(0)));
  const healed = servers.answered('Create', 2);
  const retried = await node.queue.retry({ host: new URL(busy).host });
  await within(PATIENCE_MS, healed, 'mail after the retry');
  await comesTrue(PATIENCE_MS, async () => (await node.queue.status()).outgoing.waiting === 0);
  const after = await node.queue.status();
  return {
    findings: [
      { criterion: 'whole days until it is given up', seen: Math.floor(days), least: 7, most: 8 },
      exactly(2, 'dead letters to the busy peer, a later one among them', reasons(busy).length),
      exactly(2, 'whose reason says 429', reasons(busy).filter((reason) => / 429/.test(reason)).length),
      exactly(3, 'dead letters to the peer that is gone', reasons(GONE).length),
      exactly(
        3,
        'whose reason says ECONNREFUSED',
        reasons(GONE).filter((reason) => /ECONNREFUSED/.test(reason)).length,
      ),
      none('deliveries that still wait', counts.waiting),
      exactly(2, 'sent once more by queue retry', retried),
      none('waiting after the retry', after.outgoing.waiting),
      exactly(3, 'dead letters left, of the peer that is gone', after.outgoing.dead),
    ],
    remarks: { 'knocks at the busy peer': knocks, reason: reasons(GONE)[0] ?? '' },
  };
}

/** Moves the clock to the next knock, unless one is under way; true when nobody will be knocked at any more. */
async function knockedOnce({ node, clock }: Pick<Standing, 'node' | 'clock'>): Promise<boolean> {
  const { deadLetters, outgoing: counts, lanes } = await node.queue.status();
  if (counts.waiting === 0) return deadLetters.length > 0;
  const next = Math.min(...lanes.map(({ due }) => due ?? Number.POSITIVE_INFINITY));
  if (Number.isFinite(next) && next > clock.now()) {
    clock.pass({ milliseconds: next - clock.now() });
    outgoing.ring();
  }
  return false;
}

/** An open blog that these actors follow; returns its id. */
async function furnishWithFollowers({
  node,
  clock,
  followers,
}: Pick<Standing, 'node' | 'clock'> & { followers: string[] }): Promise<string> {
  const { db } = node;
  await setOrganisation(db, { ...office.organisation, origin: node.config.origin, clock });
  const author = await addPerson(db, { ...office.person, role: 'administrator', clock });
  const blog = await addBlog(db, { ...office.blog, author: author.username, clock });
  for (const id of followers) {
    const names = { id, handle: 'reader', host: new URL(id).host, name: 'reader', summary: '', url: id, icon: null };
    const actor = { ...names, inbox: `${id}/inbox`, sharedInbox: null, followers: null };
    await rememberActor(db, { actor, clock });
    await addFollower(db, { followed: blog.id, actor: id, activity: `${id}/activities/follow`, clock });
  }
  return blog.id;
}

async function write({
  node,
  clock,
  blog,
  title,
}: Pick<Standing, 'node' | 'clock'> & { blog: string; title: string }): Promise<void> {
  const words = { title, highlight: '', source: 'วันนี้ครบเก้าวัน', tags: [], series: null, part: null };
  const written = await writeEntry(node.db, {
    blog,
    author: null,
    words: { ...words, licence: 'cc-by-4.0', language: 'th' },
    as: 'published',
    origin: node.config.origin,
    clock,
  });
  if (!written.ok) throw new Error(written.problems.map(({ telling }) => telling.en).join('; '));
  node.wake();
}
