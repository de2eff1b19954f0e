// Slow recovery: a peer that is overwhelmed for a while gets its mail when it is well again, though the node was killed
// meanwhile; one that never recovers ends in dead letters that say why, and gets its mail when somebody asks for it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { office } from '../../src/cli/demo/world.ts';
import { readConfig } from '../../src/config.ts';
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
import { openServers, takesAll } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial } from './trial.ts';

const PATIENCE_MS = 90_000;
const DAY_MS = 24 * 3_600_000;

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
      let restart: Promise<number> = Promise.resolve(0);
      servers.behave(sick, () => {
        if (refused === refusals) return { status: 202, after: 0 };
        refused++;
        if (refused === killAt) restart = trial.kill().then(() => trial.restart());
        return { status: 503, after: 0, headers: { 'retry-after': '1' } };
      });
      const start = performance.now();
      await trial.publish('กองที่รอได้');
      const letters = (origin: string) =>
        servers.letters.slice(since).filter(({ inbox, type }) => type === 'Create' && inbox.startsWith(`${origin}/`));
      await comesTrue(PATIENCE_MS, () => letters(sick).length > refusals);
      const seconds = Math.ceil(((letters(sick)[refusals]?.at ?? Number.POSITIVE_INFINITY) - start) / 1_000);
      const restartMs = await restart;
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
 * A peer that answers 429 for ever. A week does not pass in a test, so the node runs in this process on a standing
 * clock that is moved to each next knock; queue, post and the peer's server are the real ones.
 */
export async function* neverRecovers({ seeds }: { seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const start = performance.now();
    const servers = await openServers({ count: 1, chance: chanceOf(seed) });
    const folder = await mkdtemp(join(tmpdir(), 'wethi-faults-'));
    const clock = standingClock('2026-11-23T02:00:00Z');
    const node = await openNode(
      readConfig({
        WETHI_ORIGIN: 'http://127.0.0.1:9',
        WETHI_DATA: folder,
        WETHI_ROLE: 'worker',
        WETHI_ALLOW_PRIVATE_ADDRESS: '1',
      }),
      { clock },
    );
    try {
      const { findings, remarks } = await givenUp({ node, clock, servers });
      yield { scenario: 'never-recovers', seed, seconds: (performance.now() - start) / 1_000, findings, remarks };
    } finally {
      await node.close();
      await servers.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

interface Standing {
  node: Node;
  clock: ReturnType<typeof standingClock>;
  servers: Awaited<ReturnType<typeof openServers>>;
}

async function givenUp({ node, clock, servers }: Standing): Promise<Pick<Round, 'findings' | 'remarks'>> {
  const [origin = ''] = servers.origins;
  await furnishWithFollower({ node, clock, servers });
  const told = servers.answered('Accept', 1);
  await node.serve();
  await told;
  servers.behave(origin, () => ({ status: 429, after: 0 }));
  const began = clock.now();
  const blog = await node.db.selectFrom('blogs').selectAll().executeTakeFirstOrThrow();
  await write({ node, clock, blog: blog.id, title: 'กองที่ไม่มีใครรับ' });
  await comesTrue(PATIENCE_MS, async () => {
    const { deadLetters, lanes } = await node.queue.status();
    if (deadLetters.length > 0) return true;
    const due = lanes[0]?.due ?? clock.now();
    if (due > clock.now()) {
      clock.pass({ milliseconds: due - clock.now() });
      outgoing.ring();
    }
    return false;
  });
  const days = (clock.now() - began) / DAY_MS;
  await write({ node, clock, blog: blog.id, title: 'กองที่สอง' });
  await comesTrue(PATIENCE_MS, async () => (await node.queue.status()).deadLetters.length === 2);
  const { deadLetters, outgoing: counts } = await node.queue.status();
  const knocks = servers.letters.filter(({ type }) => type === 'Create').length;
  servers.behave(origin, takesAll(chanceOf(0)));
  const healed = servers.answered('Create', 2);
  const retried = await node.queue.retry('all');
  await healed;
  await comesTrue(PATIENCE_MS, async () => (await node.queue.status()).outgoing.waiting === 0);
  const after = await node.queue.status();
  return {
    findings: [
      { criterion: 'whole days until it is given up', seen: Math.floor(days), least: 7, most: 8 },
      exactly(2, 'dead letters, a later one among them', deadLetters.length),
      exactly(2, 'dead letters whose reason says 429', deadLetters.filter(({ reason }) => / 429/.test(reason)).length),
      none('deliveries that still wait', counts.waiting),
      exactly(2, 'sent once more by queue retry', retried),
      none('waiting or dead after the retry', after.outgoing.waiting + after.outgoing.dead),
    ],
    remarks: { 'knocks in that time': knocks, reason: deadLetters[0]?.reason ?? '' },
  };
}

async function furnishWithFollower({ node, clock, servers }: Standing): Promise<void> {
  const { db } = node;
  await setOrganisation(db, { ...office.organisation, origin: node.config.origin, clock });
  const author = await addPerson(db, { ...office.person, role: 'administrator', clock });
  const blog = await addBlog(db, { ...office.blog, author: author.username, clock });
  const { actor: id } = servers.resident(servers.origins[0] ?? '', 'reader');
  const inbox = `${id}/inbox`;
  const rest = { handle: 'reader', name: 'reader', summary: '', url: id, icon: null, sharedInbox: null };
  await rememberActor(db, { actor: { id, host: new URL(id).host, inbox, followers: null, ...rest }, clock });
  await addFollower(db, { followed: blog.id, actor: id, activity: `${id}/activities/follow`, clock });
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
