// Letters that no honest server sends, each wrong in exactly one thing, and what the node must answer to it.
import { createHash } from 'node:crypto';
import { signCavage } from '../../test/federation/peer.ts';
import { type Correspondence, type Draft, draftOf } from './correspondence.ts';
import { type Json, type Posting, writerAt } from './letters.ts';

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
/** Above what anybody reads: Mastodon takes 1 MiB. */
const GIANT_BYTES = 1024 * 1024 + 1;
/** Above what the gate lets through, which is 32. */
const DEPTH = 40;

export type Wrong =
  | 'unsigned'
  | 'too large by its header'
  | 'wrong digest'
  | 'deep JSON'
  | 'id on another origin'
  | 'bad signature'
  | 'Delete of an unknown actor';

interface Kind {
  status: number;
  make(correspondence: Correspondence): Posting;
}

/** Every kind with the one status that counts as the refusal that is meant. */
export const KINDS: Record<Wrong, Kind> = {
  unsigned: { status: 401, make: (all) => signed(all, { afterwards: { signature: null } }) },
  'too large by its header': {
    status: 413,
    make: (all) => signed(all, { afterwards: { 'content-length': String(GIANT_BYTES) } }),
  },
  'wrong digest': {
    status: 401,
    make: (all) =>
      signed(all, { headers: { digest: `SHA-256=${createHash('sha256').update('else').digest('base64')}` } }),
  },
  'deep JSON': {
    status: 400,
    make: (all) => signed(all, { change: (activity) => ({ ...activity, object: nested(DEPTH) }) }),
  },
  'id on another origin': {
    status: 400,
    make: (all) =>
      signed(all, { change: (activity) => ({ ...activity, id: `${all.target.origin}/ap/activities/mine` }) }),
  },
  'bad signature': { status: 401, make: missigned },
  'Delete of an unknown actor': { status: 202, make: farewell },
};

const A_MINUTE_MS = 60_000;

interface Bent {
  draft?: Draft;
  at?: Date;
  headers?: Record<string, string>;
  afterwards?: Record<string, string | null>;
  change?: (activity: Json) => Json;
}

function signed(
  correspondence: Correspondence,
  {
    draft: { writer, activity, from } = draftOf(correspondence),
    at = new Date(),
    change = (activity) => activity,
    ...bent
  }: Bent,
): Posting {
  const sending = { url: correspondence.target.urls.sharedInbox, activity: change(activity), at };
  const letter = signCavage(writer.peer, { ...sending, ...bent });
  return { ...letter, from, uri: String((activity.object as Json).id) };
}

/** The key is known and the signature one that it made, but a minute earlier. */
function missigned(correspondence: Correspondence): Posting {
  const draft = draftOf(correspondence);
  const posting = signed(correspondence, { draft });
  const earlier = signed(correspondence, { draft, at: new Date(Date.now() - A_MINUTE_MS) });
  const value = (earlier.headers.signature ?? '').match(/signature="([^"]*)"/)?.[0] ?? '';
  const signature = (posting.headers.signature ?? '').replace(/signature="[^"]*"/, value);
  return { ...posting, headers: { ...posting.headers, signature } };
}

let unknown = 0;

/** As Mastodon sends it to everybody it ever met; the key is gone with its actor. */
function farewell(correspondence: Correspondence): Posting {
  const { neighbours, writers, target } = correspondence;
  const n = unknown++;
  const origin = neighbours.origins[n % neighbours.origins.length];
  const keys = writers[0]?.keys;
  if (origin === undefined || keys === undefined) throw new Error('nobody can go');
  const { peer } = writerAt(origin, `gone${n}`, keys);
  const { actor } = peer;
  const activity = {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: `${actor}#delete`,
    type: 'Delete',
    actor,
    to: [PUBLIC],
    object: actor,
  };
  const letter = signCavage(peer, { url: target.urls.sharedInbox, activity, at: new Date() });
  return { ...letter, from: '127.0.1.1', uri: actor };
}

function nested(depth: number): Json {
  return depth === 0 ? {} : { object: nested(depth - 1) };
}
