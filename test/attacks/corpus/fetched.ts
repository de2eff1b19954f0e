// The fetch path: somebody looks an address up, and what is served there is somebody else's, or no document at all (T13,
// T16, T27). Every forged document carries a mark that must be found nowhere, neither in the answer nor in the database.
import type { Chance } from '../../../bench/faults/chance.ts';
import type { Peer } from '../../federation/peer.ts';
import { AP, actorDocument, CONTEXT, type Json, noteOf, type Page } from '../../federation/scripted.ts';
import type { Verdict } from './forgery.ts';
import { difference, fingerprint, openStage, type Stage } from './stage.ts';

const THINGS = ['actor', 'Note', 'Article', 'Page', 'Question'] as const;
type Thing = (typeof THINGS)[number];

/** What no honest document says. */
const MARK = 'ปลอมมาทั้งฉบับ';

interface Search {
  stage: Stage;
  thing: Thing;
  author: Peer;
  stranger: Peer;
  /** The honest document, and the forged one under the same names. */
  honest: Json;
  forged: Json;
  /** Serves `document` at another path of the author's or the stranger's server; returns its address. */
  shelve(by: Peer, document: Json | string, type?: string): string;
}

type Trick = [name: string, page: (search: Search) => Page, things?: readonly Thing[]];

const TEXTS = ['Note', 'Article', 'Page', 'Question'] as const;
const json = (document: unknown): Page => ({ body: JSON.stringify(document) });
const linkTo = (href: string) => `<!doctype html><link rel="alternate" type="${AP}" href="${href}"><p>${MARK}</p>`;

const redirects = [301, 302, 303, 307, 308].map(
  (status): Trick => [
    `redirects with ${status} to a document elsewhere that bears its id`,
    ({ stranger, forged, shelve }) => ({ status, headers: { location: shelve(stranger, forged) } }),
  ],
);

const media = ['text/html', 'text/plain', 'application/json', 'application/octet-stream', 'image/png', ''].map(
  (type): Trick => [
    `serves its document as ${type === '' ? 'no type' : type}`,
    ({ forged }) => ({ type, body: JSON.stringify(forged) }),
  ],
);

const TRICKS: readonly Trick[] = [
  ...redirects,
  ...media,
  [
    'names a page elsewhere as its document',
    ({ stranger, forged, shelve }) => ({
      type: 'text/html',
      body: linkTo(shelve(stranger, forged)),
    }),
  ],
  [
    'names a page elsewhere in its Link header',
    ({ stranger, forged, shelve }) => ({
      type: 'text/html',
      headers: { link: `<${shelve(stranger, forged)}>; rel="alternate"; type="${AP}"` },
      body: MARK,
    }),
  ],
  [
    'serves a document with an id on the stranger’s server',
    ({ stranger, forged }) => json({ ...forged, id: `${stranger.actor}/elsewhere` }),
  ],
  [
    'serves a document with two ids',
    ({ stranger, forged }) => json({ ...forged, '@id': `${stranger.actor}/elsewhere` }),
  ],
  ['serves a document whose id is on this node', ({ stage, forged }) => json({ ...forged, id: stage.arena.entryId })],
  ['serves a list of documents', ({ stranger, forged }) => json([{ ...forged, id: stranger.actor }, forged])],
  ['serves words by the stranger', ({ stranger, forged }) => json({ ...forged, attributedTo: stranger.actor }), TEXTS],
  ['serves words by nobody', ({ forged }) => json({ ...forged, attributedTo: undefined }), TEXTS],
  [
    'serves words by a blog of this node',
    ({ stage, forged }) => json({ ...forged, attributedTo: stage.arena.node.blog }),
    TEXTS,
  ],
  [
    'serves words by an author whose address leads elsewhere',
    ({ stranger, author, stage, forged, shelve }) => {
      const location = shelve(stranger, actorDocument({ ...stranger, actor: author.actor }, { name: MARK }));
      stage.serve(author.actor, { status: 302, headers: { location } });
      return json(forged);
    },
    TEXTS,
  ],
  [
    'serves an actor whose inbox is elsewhere',
    ({ stranger, forged }) => json({ ...forged, inbox: `${stranger.actor}/inbox` }),
    ['actor'],
  ],
];

/** Looks up everything, forged first and then as it should be. */
export async function searched({ chance, variants }: { chance: Chance; variants: number }): Promise<Verdict> {
  const stage = await openStage(chance);
  try {
    const verdict: Verdict = {
      ...{ threat: 'T16', name: 'the fetch path: an address that serves another’s document, or none', variants: 0 },
      ...{ accepted: [], lostControls: [], strayed: [], failures: [], statuses: {} },
    };
    const cases = TRICKS.flatMap((trick) => (trick[2] ?? THINGS).map((thing) => ({ trick, thing })));
    for (const { trick, thing } of chance.shuffled(cases).slice(0, variants))
      await search(stage, { trick, thing, verdict });
    return verdict;
  } finally {
    await stage.close();
  }
}

async function search(
  stage: Stage,
  { trick: [trick, page], thing, verdict }: { trick: Trick; thing: Thing; verdict: Verdict },
): Promise<void> {
  const { author, stranger } = stage.cast();
  const { honest, forged } = documentsOf(stage, author, thing);
  const url = String(honest.id);
  const shelve: Search['shelve'] = (by, document, type = AP) => {
    const shelf = `${by.actor}/uploads`;
    stage.serve(shelf, { type, body: typeof document === 'string' ? document : JSON.stringify(document) });
    return shelf;
  };
  const name = `${thing}: ${trick}`;
  verdict.variants += 1;
  stage.asked();
  stage.serve(url, page({ stage, thing, author, stranger, honest, forged, shelve }));
  const before = fingerprint(stage);
  const found = await stage.arena.node.federation.lookUp(url);
  verdict.statuses[found.kind] = (verdict.statuses[found.kind] ?? 0) + 1;
  const traces = difference(before, fingerprint(stage)).join();
  if (`${JSON.stringify(found)}${traces}`.includes(MARK)) verdict.accepted.push(`${name}: ${JSON.stringify(found)}`);
  verdict.strayed.push(...stage.asked().filter((asked) => asked.startsWith(stage.bystander.origin)));

  // An actor's document is remembered for five minutes, so the control is a twin.
  const twin = documentsOf(stage, stage.cast().author, thing).honest;
  stage.serve(String(twin.id), json(twin));
  const right = await stage.arena.node.federation.lookUp(String(twin.id));
  const id = right.kind === 'post' ? right.post.id : right.kind === 'actor' ? right.actor.id : null;
  if (id !== twin.id) verdict.lostControls.push(`${name}: ${JSON.stringify(right)}`);
}

function documentsOf(stage: Stage, author: Peer, thing: Thing): { honest: Json; forged: Json } {
  if (thing === 'actor') return { honest: actorDocument(author), forged: actorDocument(author, { name: MARK }) };
  const note = { '@context': CONTEXT, ...noteOf(author, stage.arena.entryId, { type: thing, name: 'หัวข้อ' }) };
  return { honest: note, forged: { ...note, name: MARK, content: `<p>${MARK}</p>` } };
}
