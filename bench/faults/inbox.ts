// R3: actors elsewhere send follows, likes and comments and send each again until it is acknowledged, while the server is
// killed again and again. What was acknowledged must have had its effect, once. A letter of somebody whom the node has met has
// its effect before it is acknowledged, one of a stranger waits in the queue first: most of the comments come from strangers.
import Sqlite from 'better-sqlite3';
import type { Peer } from '../../test/federation/peer.ts';
import { type Chance, chanceOf } from './chance.ts';
import { atLeast, exactly, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';
import { atOnce, commentOf, followOf, likeOf, type Sending, sendUntilTaken } from './senders.ts';
import { openServers, type Servers } from './servers.ts';
import { comesTrue, type Entry, openTrial, type Trial, within } from './trial.ts';

const PATIENCE_MS = 90_000;
/** How much longer each kill may make it take until everything is acknowledged. */
const KILL_MS = 10_000;
/** One activity in so many is sent to both inboxes at one time, as happens to those who follow twice. */
const TWICE_EVERY = 10;

/** One comment in so many is of somebody whom the node has met. */
const MET_EVERY = 4;

export interface Crowd {
  scenario: string;
  /** Each on a server of its own. */
  actors: number;
  /** Each likes all of them once. */
  entries: number;
  /** One follow, the likes, and comments for the rest. */
  activitiesEach: number;
  kills: number;
  seeds: readonly number[];
}

const LONG = { actors: 50, entries: 20, activitiesEach: 100, kills: 100 };
const SHORT = { actors: 20, entries: 4, activitiesEach: 17, kills: 4 };

export const scenarios: Scenario[] = [
  {
    row: 'R3',
    name: 'inbox',
    long: (seeds) => inboxAndKill({ scenario: 'inbox', ...LONG, seeds: seeds.slice(0, 1) }),
    short: (seeds) => inboxAndKill({ scenario: 'inbox', ...SHORT, seeds: seeds.slice(0, 1) }),
  },
];

interface Setting extends Omit<Crowd, 'entries'> {
  trial: Trial;
  servers: Servers;
  chance: Chance;
}

/** One node for all seeds; each round brings new actors and new entries. */
export async function* inboxAndKill(crowd: Crowd): AsyncGenerator<Round> {
  const { scenario, actors, entries: count, seeds } = crowd;
  const servers = await openServers({ count: actors, chance: chanceOf(seeds[0] ?? 0) });
  const trial = await openTrial();
  try {
    for (const [i, seed] of seeds.entries()) {
      const start = performance.now();
      const { findings, remarks } = await round(
        { ...crowd, trial, servers, chance: chanceOf(seed) },
        { seed, i, count },
      );
      if (i === seeds.length - 1) findings.push(...(await trial.end()));
      yield { scenario, seed, seconds: (performance.now() - start) / 1_000, findings, remarks };
    }
  } finally {
    await trial.close();
    await servers.close();
  }
}

async function round(
  setting: Setting,
  { seed, i, count }: { seed: number; i: number; count: number },
): Promise<Pick<Round, 'findings' | 'remarks'>> {
  const { trial, servers, actors, activitiesEach } = setting;
  const entries: Entry[] = [];
  for (let n = 0; n < count; n++) entries.push(await trial.publish(`บันทึก ${seed}.${n}`));
  const peers = servers.origins.map((origin) => servers.resident(origin, `s${seed}`));
  const accepted = servers.letters.length;
  const post = peers.map((peer) => setting.chance.shuffled(mailOf(peer, { setting, entries })));
  const sent = await sendAndKill(setting, post);

  const all = actors * activitiesEach;
  const comments = all - actors * (1 + count);
  await comesTrue(PATIENCE_MS, async () => {
    const { waiting } = (await trial.queue()).incoming;
    return waiting === 0;
  });
  const { likes, texts } = await effects(trial, entries);
  const { incoming } = await trial.queue();
  const [blog] = (await trial.node.wethi<{ handle: string; followers: number }[]>('blog', 'list')).filter(
    ({ handle }) => handle === trial.blog,
  );
  const answered = () =>
    new Set(servers.letters.slice(accepted).flatMap(({ type, inbox }) => (type === 'Accept' ? [inbox] : []))).size;
  await comesTrue(PATIENCE_MS, () => answered() >= actors);
  return {
    findings: [
      exactly(setting.kills, 'kills', sent.restarts.length),
      atLeast(1, 'acknowledged letters that a kill caught in the queue', sent.caught),
      exactly(all, 'activities acknowledged', sent.acknowledged),
      exactly(comments, 'comments, each text once', new Set(texts).size),
      none('comments that stand twice', texts.length - new Set(texts).size),
      exactly(actors * count, 'likes counted', likes),
      exactly(actors, 'followers gained', (blog?.followers ?? 0) - i * actors),
      exactly(actors, 'followers that got their Accept', answered()),
      none('inbound activities left or given up', incoming.waiting + incoming.dead),
    ],
    remarks: { 'sent in all': sent.tries, 'slowest restart ms': Math.max(...sent.restarts) },
  };
}

/** Everything that one actor and the strangers of its server send, each to the inbox where it goes. */
function mailOf(peer: Peer, { setting, entries }: { setting: Setting; entries: Entry[] }): Sending[][] {
  const { trial, servers, activitiesEach } = setting;
  const { id: followed, inbox, sharedInbox } = trial.actor;
  const comments = Array.from({ length: activitiesEach - 1 - entries.length }, (_, n) => {
    const { origin, pathname } = new URL(peer.actor);
    const writer = n % MET_EVERY === 0 ? peer : servers.resident(origin, `${pathname.split('/').at(-1)}n${n}`);
    const article = entries[n % entries.length]?.id ?? '';
    const text = `ความเห็นที่ ${n} ของ ${writer.actor}`;
    return { peer: writer, activity: commentOf(writer, { article, name: `comment${n}`, text }) };
  });
  const likes = entries.map(({ id: article, number }) => likeOf(peer, { article, name: `like${number}` }));
  const own = [followOf(peer, { followed, name: 'follow' }), ...likes].map((activity) => ({ peer, activity }));
  return [...own, ...comments].map((letter, n) =>
    (n % TWICE_EVERY === 0 ? [inbox, sharedInbox] : [n % 2 === 0 ? inbox : sharedInbox]).map((inbox) => ({
      ...letter,
      inbox,
    })),
  );
}

interface Sent {
  acknowledged: number;
  tries: number;
  restarts: number[];
  /** Letters that lay in the queue after a kill. */
  caught: number;
}

async function sendAndKill({ trial, kills, chance }: Setting, post: Sending[][][]): Promise<Sent> {
  const all = post.flat().length;
  // One kill in each of as many equal parts, away from their edges, so that every restart has work to come back to.
  const moments = Array.from({ length: kills }, (_, k) =>
    chance.between(Math.ceil((all * (k + 0.2)) / kills), Math.floor((all * (k + 0.8)) / kills)),
  );
  const patienceMs = PATIENCE_MS + kills * KILL_MS;
  const sent: Sent = { acknowledged: 0, tries: 0, restarts: [], caught: 0 };
  let falling = Promise.resolve();
  const fall = async () => {
    await trial.kill();
    sent.caught += waitingIn(trial.database);
    sent.restarts.push(await trial.restart());
  };
  const jobs = post.map((mail) => async () => {
    for (const copies of mail) {
      const tries = await Promise.all(copies.map((one) => sendUntilTaken(one, { patienceMs })));
      sent.tries += tries.reduce((sum, n) => sum + n, 0);
      sent.acknowledged++;
      // Whoever sees it fall waits; the others keep knocking at a door that nobody answers.
      if (!moments.includes(sent.acknowledged)) continue;
      falling = falling.then(fall);
      await falling;
    }
  });
  await within(patienceMs, atOnce(jobs.length, jobs), 'everything acknowledged');
  return sent;
}

function waitingIn(path: string): number {
  const database = new Sqlite(path, { readonly: true });
  try {
    return Number(database.prepare('select count(*) from messages where dead is null').pluck().get());
  } finally {
    database.close();
  }
}

/** Read as anybody could: comments by the command line, likes from the articles' own collections. */
export async function effects(trial: Trial, entries: Entry[]): Promise<{ likes: number; texts: string[] }> {
  const texts: string[] = [];
  let likes = 0;
  for (const { number, id } of entries) {
    const limit = ['--entry', String(number), '--limit', '5000'];
    const comments = await trial.node.wethi<{ text: string; state: string }[]>('comment', 'list', ...limit);
    texts.push(...comments.filter(({ state }) => state === 'shown').map(({ text }) => text));
    const answer = await fetch(id, { headers: { accept: 'application/activity+json', connection: 'close' } });
    const article = (await answer.json()) as { likes: { totalItems: number } };
    likes += article.likes.totalItems;
  }
  return { likes, texts };
}
