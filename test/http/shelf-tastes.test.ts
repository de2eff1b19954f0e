// The shelf of a whole node, behind its own socket: at every id each asker gets what our one rule gives them, whoever asked
// before, and a failing database ends no process.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeComment } from '../../src/domain/comments/write.ts';
import { type Node, openNode } from '../../src/node.ts';
import { path } from '../../src/urls.ts';
import { type Answer, knock } from '../federation/scripted.ts';
import { ORIGIN, openWorld, published, type World } from '../world.ts';

/** Data by our rule: it names JSON at least as strongly as HTML. The library gives a page for the last one. */
const FOR_DATA = ['application/activity+json', 'text/html, application/activity+json'];
/** A page by our rule. The library gives data for the last one. */
const FOR_PAGES = [
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'application/xml, text/html;q=0.9, application/activity+json;q=0.1',
];

let world: World;
let node: Node;
let address: string;

beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
  node = await openNode({
    ...{ origin: ORIGIN, host: '127.0.0.1', port: 0, data: world.folder, databasePath: world.path },
    ...{ role: 'web', language: 'th', log: 'error', trustProxy: false, allowPrivateAddress: false },
  });
  ({ address } = await node.serve());
});
afterEach(async () => {
  await node.close();
  await world.close();
});

const get = (at: string, accept: string): Promise<Answer> => knock({ url: address + at, headers: { accept } });

/** Every kind of id with what a browser gets there. */
async function ids(): Promise<{ id: string; page: number }[]> {
  const { db, blog, clock } = world;
  const entry = await published(world);
  const place = { entry: entry.id, parent: null };
  const said = { blog: blog.id, place, source: 'ขอบคุณ', language: 'th', origin: ORIGIN, clock };
  const comment = await writeComment(db, said);
  const { first } = JSON.parse((await get(path.outbox(blog.id), 'application/activity+json')).text);
  return [
    { id: path.actor(blog.id), page: 303 },
    { id: path.outbox(blog.id), page: 404 },
    { id: first.slice(ORIGIN.length), page: 404 },
    { id: path.followers(blog.id), page: 404 },
    { id: path.following(blog.id), page: 404 },
    { id: path.featured(blog.id), page: 404 },
    { id: path.article(entry.id), page: 303 },
    { id: path.articleReplies(entry.id), page: 404 },
    { id: path.note(comment.id), page: 303 },
  ];
}

/** What each asker gets, one after another; each asks twice, so that the second time may be from memory. */
async function askedBy(accepts: string[], id: string): Promise<[string, number, boolean][]> {
  const got: [string, number, boolean][] = [];
  for (const accept of accepts.flatMap((one) => [one, one])) {
    const { status, headers } = await get(id, accept);
    got.push([accept, status, headers['content-type'] === 'application/activity+json']);
  }
  return got;
}

const ORDERS = [
  ['data before pages', [...FOR_DATA, ...FOR_PAGES]],
  ['pages before data', [...FOR_PAGES, ...FOR_DATA]],
  ['what the two rules see differently first', [...FOR_PAGES, ...FOR_DATA].toReversed()],
] as const;

test.each(ORDERS)('nobody’s Accept decides what another gets: %s', async (_, accepts) => {
  for (const { id, page } of await ids()) {
    const twice = accepts.flatMap((accept) => [accept, accept]);
    const wanted = twice.map((accept) => (FOR_DATA.includes(accept) ? [accept, 200, true] : [accept, page, false]));
    expect([id, await askedBy([...accepts], id)]).toEqual([id, wanted]);
  }
});

test('what servers may ask of everybody is answered whatever they accept', async () => {
  const { host } = new URL(ORIGIN);
  const resource = `/.well-known/webfinger?resource=acct:${world.blog.handle}@${host}`;
  const accepts = [...FOR_PAGES, ...FOR_DATA, 'application/jrd+json', '*/*'];
  for (const at of [resource, '/nodeinfo/2.1', '/.well-known/nodeinfo']) {
    const texts = new Set<string>();
    for (const accept of accepts) {
      const { status, text, headers } = await get(at, accept);
      expect([at, accept, status, headers.vary]).toEqual([at, accept, 200, 'Accept']);
      texts.add(text);
    }
    expect([at, texts.size]).toEqual([at, 1]);
  }
});

test('when the database does not answer the node says so and goes on', async () => {
  const entry = await published(world);
  const at = `/@${world.blog.handle}/${entry.number}`;
  const [browser = ''] = FOR_PAGES;
  expect((await get(at, browser)).status).toBe(200);
  await node.pages.destroy();
  for (let times = 0; times < 3; times++) {
    const { status, headers } = await get(at, browser);
    expect([status, headers['x-content-type-options']]).toEqual([500, 'nosniff']);
  }
  // What needs no database is still there.
  expect((await get('/robots.txt', browser)).status).toBe(200);
});
