// A node that gets letters: other servers with writers, entries that they answer, and the round that brings the letters and
// looks whether every one has become a comment.
import { absolute, path } from '../../src/urls.ts';
import { published, type World } from '../../test/world.ts';
import { openLedger, until, writersAt } from './audience.ts';
import { type Json, openKeys, type Posting, posted, replyOf, type Variant, type Writer, writerAt } from './letters.ts';
import { openPost, type Pace, type Sent, statusesOf } from './mail.ts';
import { type Neighbours, openNeighbours } from './neighbours.ts';
import { openTarget, type Target } from './target.ts';

const ENTRIES = 20;
const PATIENCE_S = 120;

export interface Correspondence {
  target: Target;
  neighbours: Neighbours;
  writers: Writer[];
  /** ActivityPub ids. */
  entries: string[];
  post: ReturnType<typeof openPost>;
  ledger: ReturnType<typeof openLedger>;
  close(): Promise<void>;
}

/** A node with open comments, and `each` writers on each of `hosts` servers. */
export async function openCorrespondence({ hosts, each }: { hosts: number; each: number }): Promise<Correspondence> {
  const keys = await openKeys();
  const neighbours = await openNeighbours({ count: hosts, keys });
  const entries: string[] = [];
  const furnish = async (world: World, origin: string) => {
    for (let n = 1; n <= ENTRIES; n++) {
      const { id } = await published(world, { title: `บันทึกที่ ${n}` }, origin);
      entries.push(absolute(origin, path.article(id)));
    }
  };
  const target = await openTarget({ furnish }).catch(async (error: unknown) => {
    // Their process would keep ours from ending.
    await neighbours.close();
    throw error;
  });
  const [post, ledger] = [openPost(), openLedger(target)];
  return {
    target,
    neighbours,
    writers: writersAt(neighbours.origins, { each, keys }),
    entries,
    post,
    ledger,
    async close() {
      post.close();
      ledger.close();
      await target.close();
      await neighbours.close();
    },
  };
}

/** A letter that has yet to be signed: who writes what. */
export interface Draft {
  writer: Writer;
  activity: Json;
  /** The address of the writer's server. */
  from: string;
}

let drafts = 0;

/** The next reply: the writers in turn, under the entries in turn, each with an id of its own. */
export function draftOf({ writers, entries, target, neighbours }: Correspondence): Draft {
  const n = drafts++;
  const writer = writers[n % writers.length];
  const article = entries[n % entries.length];
  if (writer === undefined || article === undefined) throw new Error('nobody writes, or about nothing');
  const text = `ขอบคุณค่ะ ฉบับที่ ${n}`;
  const activity = replyOf(writer, { article, blog: target.urls.actor, name: `reply${n}`, text });
  return { writer, activity, from: `127.0.1.${(n % neighbours.origins.length) + 1}` };
}

let newcomers = 0;

/** The same, with as many writers whom the node has never met, on the same servers. */
export function amongStrangers(correspondence: Correspondence, { count }: { count: number }): Correspondence {
  const { neighbours, writers: known } = correspondence;
  const keys = known[0]?.keys;
  if (keys === undefined) throw new Error('nobody writes');
  const { origins } = neighbours;
  const writers = Array.from({ length: count }, (_, n) =>
    writerAt(origins[n % origins.length] ?? '', `newcomer${++newcomers}`, keys),
  );
  return { ...correspondence, writers };
}

/** So many replies to the node, signed: the clock starts after this. */
export async function letters(
  correspondence: Correspondence,
  {
    count,
    variant,
    inbox = correspondence.target.urls.sharedInbox,
  }: { count: number; variant: Variant; inbox?: string },
): Promise<Posting[]> {
  const postings: Posting[] = [];
  for (let n = 0; n < count; n++) {
    const { writer, activity, from } = draftOf(correspondence);
    postings.push(await posted(writer, { activity, inbox, variant, from }));
  }
  return postings;
}

/** When a letter was sent, and from then until its comment stood there. */
export interface Arrived extends Sent {
  visibleMs: number;
}

/**
 * Brings the letters and waits until every one is a comment, nothing waits and everything is told: some letters have their effect
 * before they are acknowledged and some from the queue, and what it costs is not over sooner for the one than for the other.
 * @throws Error when one was not taken, is not shown, has another text or was not cleaned.
 */
export async function taken(
  { post, ledger }: Correspondence,
  { postings, pace }: { postings: readonly Posting[]; pace: Pace },
): Promise<Arrived[]> {
  const before = ledger.comments();
  const sent = await post.bring(postings, pace);
  const statuses = statusesOf(sent);
  if (statuses[202] !== postings.length) throw new Error(`not every letter was taken: ${JSON.stringify(statuses)}`);
  await until('every letter a comment', {
    seconds: PATIENCE_S,
    look: () => ledger.comments() >= before + postings.length && ledger.waiting() === 0 && ledger.untold() === 0,
  });
  const standing = new Map(ledger.standing(new Set(postings.map(({ uri }) => uri))).map((one) => [one.uri, one]));
  return sent.map((one) => {
    const comment = standing.get(one.uri);
    const text = `ฉบับที่ ${one.uri.split('/reply').at(-1)}<`;
    const cleaned = comment?.html.includes('rel="nofollow') && !comment.html.includes('translate=');
    if (comment?.state !== 'shown' || !comment.html.includes(text) || !cleaned) {
      throw new Error(`${one.uri} is not the comment that was sent: ${JSON.stringify(comment)}`);
    }
    return { ...one, visibleMs: comment.received - one.at };
  });
}
