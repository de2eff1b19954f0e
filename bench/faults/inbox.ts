// Inbox and kill: twenty actors elsewhere send follows, likes and comments and send each again until it is acknowledged,
// while the server is killed again and again. What was acknowledged must have had its effect, once.
import type { Peer } from '../../test/federation/peer.ts';
import { type Chance, chanceOf } from './chance.ts';
import { exactly, none, type Round } from './findings.ts';
import { atOnce, commentOf, followOf, likeOf, type Sending, sendUntilTaken } from './senders.ts';
import { openServers, type Servers } from './servers.ts';
import { comesTrue, type Entry, openTrial, type Trial, within } from './trial.ts';

const PATIENCE_MS = 90_000;
const ENTRIES = 4;
/** One activity in so many is sent to both inboxes at one time, as happens to those who follow twice. */
const TWICE_EVERY = 10;

export interface Crowd {
  scenario: string;
  /** Each on a server of its own. */
  actors: number;
  /** One follow, four likes, and comments for the rest. */
  activitiesEach: number;
  kills: number;
  seeds: readonly number[];
}

interface Setting extends Crowd {
  trial: Trial;
  servers: Servers;
  chance: Chance;
}

/** One node for all seeds; each round brings new actors and new entries. */
export async function* inboxAndKill(crowd: Crowd): AsyncGenerator<Round> {
  const { scenario, actors, seeds } = crowd;
  const servers = await openServers({ count: actors, chance: chanceOf(0) });
  const trial = await openTrial();
  try {
    for (const [i, seed] of seeds.entries()) {
      const start = performance.now();
      const { findings, remarks } = await round({ ...crowd, trial, servers, chance: chanceOf(seed) }, { seed, i });
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
  { seed, i }: { seed: number; i: number },
): Promise<Pick<Round, 'findings' | 'remarks'>> {
  const { trial, servers, actors, activitiesEach } = setting;
  const entries: Entry[] = [];
  for (let n = 0; n < ENTRIES; n++) entries.push(await trial.publish(`บันทึก ${seed}.${n}`));
  const peers = servers.origins.map((origin) => servers.resident(origin, `s${seed}`));
  const accepted = servers.letters.length;
  const post = peers.map((peer) => setting.chance.shuffled(mailOf(peer, { setting, entries })));
  const sent = await sendAndKill(setting, post);

  const all = actors * activitiesEach;
  const comments = all - actors * (1 + ENTRIES);
  const standing = () => effects(trial, entries);
  await comesTrue(PATIENCE_MS, async () => {
    const { likes, texts } = await standing();
    return likes >= actors * ENTRIES && texts.length >= comments;
  });
  const { likes, texts } = await standing();
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
      exactly(all, 'activities acknowledged', sent.acknowledged),
      exactly(comments, 'comments, each text once', new Set(texts).size),
      none('comments that stand twice', texts.length - new Set(texts).size),
      exactly(actors * ENTRIES, 'likes counted', likes),
      exactly(actors, 'followers gained', (blog?.followers ?? 0) - i * actors),
      exactly(actors, 'followers that got their Accept', answered()),
      none('inbound activities left or given up', incoming.waiting + incoming.dead),
    ],
    remarks: { 'killed at': sent.moments.join('/'), 'sent in all': sent.tries, 'restart ms': sent.restarts.join('/') },
  };
}

/** Everything that one actor sends, each to the inbox where it goes. */
function mailOf(peer: Peer, { setting, entries }: { setting: Setting; entries: Entry[] }): Sending[][] {
  const { trial, activitiesEach } = setting;
  const { id: followed, inbox, sharedInbox } = trial.actor;
  const comments = Array.from({ length: activitiesEach - 1 - ENTRIES }, (_, n) => {
    const article = entries[n % entries.length]?.id ?? '';
    return commentOf(peer, { article, name: `comment${n}`, text: `ความเห็นที่ ${n} ของ ${peer.actor}` });
  });
  const likes = entries.map(({ id: article, number }) => likeOf(peer, { article, name: `like${number}` }));
  const activities = [followOf(peer, { followed, name: 'follow' }), ...likes, ...comments];
  return activities.map((activity, n) =>
    (n % TWICE_EVERY === 0 ? [inbox, sharedInbox] : [n % 2 === 0 ? inbox : sharedInbox]).map((inbox) => ({
      peer,
      inbox,
      activity,
    })),
  );
}

interface Sent {
  acknowledged: number;
  tries: number;
  /** Acknowledgements after which the server was killed. */
  moments: number[];
  restarts: number[];
}

async function sendAndKill({ trial, kills, chance }: Setting, post: Sending[][][]): Promise<Sent> {
  const all = post.flat().length;
  // One kill in each of as many equal parts, away from their edges, so that every restart has work to come back to.
  const moments = Array.from({ length: kills }, (_, k) =>
    chance.between(Math.ceil((all * (k + 0.2)) / kills), Math.floor((all * (k + 0.8)) / kills)),
  );
  const sent: Sent = { acknowledged: 0, tries: 0, moments, restarts: [] };
  const fall = async () => {
    await trial.kill();
    sent.restarts.push(await trial.restart());
  };
  const jobs = post.map((mail) => async () => {
    for (const copies of mail) {
      const tries = await Promise.all(copies.map((one) => sendUntilTaken(one, { patienceMs: PATIENCE_MS })));
      sent.tries += tries.reduce((sum, n) => sum + n, 0);
      sent.acknowledged++;
      // Whoever sees it fall waits; the others keep knocking at a door that nobody answers.
      if (moments.includes(sent.acknowledged)) await fall();
    }
  });
  await within(PATIENCE_MS * 2, atOnce(jobs.length, jobs), 'everything acknowledged');
  return sent;
}

/** Read as anybody could: comments by the command line, likes from the articles' own collections. */
async function effects(trial: Trial, entries: Entry[]): Promise<{ likes: number; texts: string[] }> {
  const texts: string[] = [];
  let likes = 0;
  for (const { number, id } of entries) {
    const limit = ['--entry', String(number), '--limit', '5000'];
    const comments = await trial.node.wethi<{ text: string; state: string }[]>('comment', 'list', ...limit);
    texts.push(...comments.filter(({ state }) => state === 'shown').map(({ text }) => text));
    const answer = await fetch(id, { headers: { accept: 'application/activity+json' } });
    const article = (await answer.json()) as { likes: { totalItems: number } };
    likes += article.likes.totalItems;
  }
  return { likes, texts };
}
