// Moving house, in both directions: believed only where both accounts say so, in the shapes of four kinds of server.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { reviseBlog } from '../../src/domain/blogs.ts';
import { systemClock as clock } from '../../src/domain/clock.ts';
import { threadOf } from '../../src/domain/comments/thread.ts';
import { deleteComment, writeComment } from '../../src/domain/comments/write.ts';
import { type Entry, reviseEntry } from '../../src/domain/entries/write.ts';
import { askToFollow } from '../../src/domain/following.ts';
import { moveBlog, setAlias } from '../../src/domain/moves.ts';
import { writeReply } from '../../src/domain/replies.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import { absolute, path } from '../../src/urls.ts';
import { published, words } from '../world.ts';
import { signCavage } from './peer.ts';
import {
  activitiesAt,
  CONTEXT,
  createOf,
  drop,
  type Json,
  noteOf,
  openServer,
  type Page,
  PUBLIC,
  SECURITY,
  type Server,
} from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';
import { inside, SHAPES, type Shaped, serve, settleOn } from './shaped.ts';

let node: Served;
let servers: Server[];
let entry: Entry;

beforeAll(async () => {
  node = await openServed();
  servers = await Promise.all([...SHAPES, ...SHAPES].map(() => openServer()));
  entry = await published(node.world, {}, node.origin);
});
afterAll(async () => {
  await node.close();
  for (const server of servers) await server.close();
});
beforeEach(() => {
  for (const server of servers) server.posts.length = 0;
});

/** What all four write above an actor that can move. */
const MOVING = [
  CONTEXT,
  SECURITY,
  { movedTo: { '@id': 'as:movedTo', '@type': '@id' }, alsoKnownAs: { '@id': 'as:alsoKnownAs', '@type': '@id' } },
];

/** Somebody with an old account on one server and a new one on another of its kind; both documents say so unless changed. */
function mover(at: number, { says = true, agrees = true } = {}): { old: Shaped; fresh: Shaped; move: Json } {
  const shape = SHAPES[at];
  if (shape === undefined) throw new Error(`no shape ${at}`);
  const old = settleOn(servers[at] as Server, shape, node, { '@context': MOVING, name: 'ชื่อเดิม' });
  const aliases = agrees ? { alsoKnownAs: [old.actor] } : {};
  const fresh = settleOn(servers[at + SHAPES.length] as Server, shape, node, {
    '@context': MOVING,
    name: 'บ้านใหม่',
    ...aliases,
  });
  if (says) serve(old.server, old.actor, { ...old.document, movedTo: fresh.actor });
  return { old, fresh, move: old.activity('Move', old.actor, { target: fresh.actor, to: [`${old.actor}/followers`] }) };
}

const followers = async () =>
  (await node.world.db.selectFrom('followers').select('actor').execute()).map(({ actor }) => actor);
const followed = async () =>
  await node.world.db.selectFrom('following').select(['actor', 'state']).orderBy('actor').execute();

/** They follow the blog, the blog follows them, and they have said something. Their document does not speak of moving yet. */
async function settledIn({ old }: { old: Shaped }): Promise<void> {
  await old.send(old.activity('Follow', node.blog));
  await askToFollow(node.world.db, { follower: node.world.blog.id, actor: old.actor, clock });
  await node.settled();
  await old.send(old.activity('Accept', inside(activitiesAt(old.server, 'Follow').at(-1) ?? {})));
  await old.send(createOf(old.peer, noteOf(old.peer, absolute(node.origin, path.article(entry.id)))));
  expect((await followed()).find(({ actor }) => actor === old.actor)?.state).toBe('accepted');
}

async function forgotten(): Promise<void> {
  for (const table of ['comments', 'followers', 'following'] as const) await node.world.db.deleteFrom(table).execute();
}

describe('somebody elsewhere moves', () => {
  beforeEach(forgotten);

  test.each(SHAPES.map(({ name }, at) => [name, at] as const))(
    '§15.88 from one %s to another: follower, author and our own following go along',
    async (_, at) => {
      const { old, fresh, move } = mover(at);
      await settledIn({ old });
      expect((await old.send(move)).status).toBe(202);
      expect(await followers()).toEqual([fresh.actor]);
      expect(await followed()).toEqual([{ actor: fresh.actor, state: 'requested' }]);
      expect(activitiesAt(fresh.server, 'Follow')).toMatchObject([{ actor: node.blog, object: fresh.actor }]);
      expect(activitiesAt(old.server, 'Undo')).toMatchObject([{ actor: node.blog, object: { object: old.actor } }]);
      const [voice] = await threadOf(node.world.db, { entry: entry.id, blog: entry.blog, viewer: ANYONE });
      expect(voice?.actor).toMatchObject({ id: fresh.actor, name: 'บ้านใหม่' });
      // What the old account said is still the old account's to delete.
      const uri = voice?.uri;
      await old.send(old.activity('Delete', uri, { to: [PUBLIC] }));
      expect(await threadOf(node.world.db, { entry: entry.id, blog: entry.blog, viewer: ANYONE })).toEqual([]);
    },
  );

  test('§15.69 §15.76 is mentioned as who they are now, and both accounts hear of answers, edits and deletions', async () => {
    const one = mover(0);
    const { old, fresh } = one;
    await settledIn(one);
    await old.send(one.move);
    const [voice] = await threadOf(node.world.db, { entry: entry.id, blog: entry.blog, viewer: ANYONE });
    // Nobody of them follows: they hear because they spoke.
    for (const table of ['followers', 'following'] as const) await node.world.db.deleteFrom(table).execute();
    const comment = await writeComment(node.world.db, {
      ...{ blog: node.world.blog.id, place: { entry: entry.id, parent: voice?.id ?? null }, source: 'ขอบคุณ' },
      ...{ language: 'th', origin: node.origin, clock },
    });
    await node.settled();
    const revised = { id: entry.id, words: words({ title: 'แก้แล้ว' }), as: 'published' as const };
    await reviseEntry(node.world.db, { ...revised, origin: node.origin, clock });
    await deleteComment(node.world.db, { id: comment.id, clock });
    await node.settled();
    for (const { server } of [old, fresh]) {
      expect(activitiesAt(server, 'Create')).toMatchObject([{ object: { tag: { href: fresh.actor } } }]);
      expect(activitiesAt(server, 'Update')).toHaveLength(1);
      expect(activitiesAt(server, 'Delete')).toHaveLength(1);
    }
  });

  test('§15.69 and so does an answer to a post of theirs elsewhere', async () => {
    const one = mover(1);
    const { old, fresh } = one;
    await settledIn(one);
    await old.send(one.move);
    for (const table of ['followers', 'following'] as const) await node.world.db.deleteFrom(table).execute();
    await writeReply(node.world.db, {
      ...{ blog: node.world.blog.id, inReplyTo: `${old.actor}/posts/1`, actor: old.actor, source: 'วันเสาร์ไปแน่' },
      ...{ language: 'th', origin: node.origin, clock },
    });
    await node.settled();
    for (const { server } of [old, fresh]) {
      expect(activitiesAt(server, 'Create')).toMatchObject([{ object: { tag: { href: fresh.actor } } }]);
    }
  });

  test.each([
    ['the new account does not say so', { agrees: false }],
    ['the old account does not say so', { says: false }],
  ])('§15.88 and is not believed where %s', async (_, said) => {
    const one = mover(0, said);
    await settledIn(one);
    await one.old.send(one.move);
    expect(await followers()).toEqual([one.old.actor]);
    expect((await followed()).map(({ actor }) => actor)).toEqual([one.old.actor]);
  });

  test('§15.88 and is not believed where the old account says so in the letter only', async () => {
    const one = mover(0, { says: false });
    await settledIn(one);
    const { old, fresh, move } = one;
    const actor = inside({ ...old.document, movedTo: fresh.actor });
    const { status } = await old.send({ ...move, '@context': MOVING, actor });
    expect([status, await followers()]).toEqual([202, [old.actor]]);
  });

  test('§15.88 nor where a neighbour agrees in the letter only, and nothing of the neighbour changes', async () => {
    const { db } = node.world;
    const one = mover(0);
    await settledIn(one);
    const { old, move } = one;
    const neighbour = settleOn(old.server, SHAPES[0] as (typeof SHAPES)[number], node, { name: 'เพื่อนบ้าน' });
    await neighbour.send(neighbour.activity('Follow', node.blog));
    serve(old.server, old.actor, { ...old.document, '@context': MOVING, movedTo: neighbour.actor });
    const target = inside({ ...neighbour.document, alsoKnownAs: [old.actor], name: 'ชื่อปลอม' });
    await old.send({ ...move, '@context': MOVING, target });
    expect((await followers()).toSorted()).toEqual([old.actor, neighbour.actor].toSorted());
    const row = await db.selectFrom('actors').select('name').where('id', '=', neighbour.actor).executeTakeFirst();
    expect(row).toEqual({ name: 'เพื่อนบ้าน' });
  });

  /** Sends the Move and waits until its first try is over and another one due. */
  async function triedOnce({ old, move }: ReturnType<typeof mover>): Promise<void> {
    const letter = signCavage(old.peer, { url: node.inbox, activity: move, at: new Date() });
    expect((await drop(letter)).status).toBe(202);
    const over = async () =>
      await node.world.db
        .selectFrom('messages')
        .select('number')
        .where('attempts', '=', 1)
        .where('lease', 'is', null)
        .executeTakeFirstOrThrow();
    await vi.waitFor(over, { timeout: 10_000, interval: 10 });
  }

  test.each([503, 429])('§15.88 and is tried again while the new account’s server answers %i', async (status) => {
    const one = mover(0);
    await settledIn(one);
    const { fresh, old } = one;
    const place = new URL(fresh.actor).pathname;
    const document = fresh.server.pages.get(place) as Page;
    fresh.server.pages.set(place, { status });
    await triedOnce(one);
    expect(await followers()).toEqual([old.actor]);
    fresh.server.pages.set(place, document);
    await node.settled();
    expect(await followers()).toEqual([fresh.actor]);
  });

  test('§15.88 but not for ever', async () => {
    const one = mover(1);
    await settledIn(one);
    const { db } = node.world;
    one.fresh.server.pages.set(new URL(one.fresh.actor).pathname, { status: 500 });
    await triedOnce(one);
    // The sixth try is the last.
    await db.updateTable('messages').set({ attempts: 5 }).where('attempts', '=', 1).execute();
    await node.settled();
    expect(await db.selectFrom('messages').select('dead').execute()).toMatchObject([
      { dead: expect.stringContaining('500') },
    ]);
    expect(await followers()).toEqual([one.old.actor]);
    await db.deleteFrom('messages').execute();
  });

  test('§15.88 nor where the new account is not there', async () => {
    const one = mover(1);
    await settledIn(one);
    one.fresh.server.pages.set(new URL(one.fresh.actor).pathname, { status: 404 });
    await one.old.send(one.move);
    expect(await followers()).toEqual([one.old.actor]);
    expect(await node.world.db.selectFrom('messages').select('dead').execute()).toEqual([]);
  });

  test('§15.88 and nobody can move another, or to themselves', async () => {
    const one = mover(1);
    await settledIn(one);
    const { old, fresh } = one;
    await fresh.send(fresh.activity('Move', old.actor, { target: fresh.actor }));
    await old.send(old.activity('Move', old.actor, { target: old.actor }));
    await old.send(old.activity('Move', old.actor, {}));
    expect(await followers()).toEqual([old.actor]);
  });

  test('once in seven days', async () => {
    const { db } = node.world;
    const one = mover(2);
    await settledIn(one);
    await one.old.send(one.move);
    expect(await followers()).toEqual([one.fresh.actor]);
    const again = mover(3);
    serve(one.old.server, one.old.actor, { ...one.old.document, movedTo: again.fresh.actor });
    serve(again.fresh.server, again.fresh.actor, { ...again.fresh.document, alsoKnownAs: [one.old.actor] });
    await db
      .insertInto('followers')
      .values({ followed: 'organisation', actor: one.old.actor, activity: 'x', since: '' })
      .execute();
    const later = () => one.old.activity('Move', one.old.actor, { target: again.fresh.actor });
    await one.old.send(later());
    expect((await followers()).toSorted()).toEqual([one.old.actor, one.fresh.actor].toSorted());
    const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000).toISOString();
    await db.updateTable('actors').set({ moved: eightDaysAgo }).where('id', '=', one.old.actor).execute();
    await one.old.send(later());
    expect((await followers()).toSorted()).toEqual([again.fresh.actor, one.fresh.actor].toSorted());
  });

  test('and whom nobody here knows is not asked for', async () => {
    const { old, move } = mover(0);
    await old.send(move);
    expect(servers[SHAPES.length]?.gets.some(({ path }) => path.endsWith(new URL(String(move.target)).pathname))).toBe(
      false,
    );
  });
});

describe('a blog here moves', () => {
  const target = () => mover(0).fresh;

  test('§15.87 its followers hear a Move, and its document says where to; everything stays readable', async () => {
    await forgotten();
    const { handle } = node.world.blog;
    const readers = SHAPES.map((shape, at) => settleOn(servers[at] as Server, shape, node));
    for (const reader of readers) await reader.send(reader.activity('Follow', node.blog));
    for (const server of servers) server.posts.length = 0;
    const { actor } = target();
    const given = { handle, origin: node.origin, clock };
    await expect(moveBlog(node.world.db, { ...given, to: { id: actor, aliases: [] } })).rejects.toThrow(node.blog);
    await moveBlog(node.world.db, { ...given, to: { id: actor, aliases: [node.blog] } });
    await node.settled();
    for (const reader of readers) {
      expect(activitiesAt(reader.server, 'Move')).toMatchObject([
        { actor: node.blog, object: node.blog, target: actor, to: `${node.blog}/followers` },
      ]);
      expect(activitiesAt(reader.server, 'Update')).toMatchObject([{ object: { id: node.blog, movedTo: actor } }]);
    }
    expect(await getJson(node.blog)).toMatchObject({ status: 200, json: { movedTo: actor } });
    expect((await getJson(absolute(node.origin, path.article(entry.id)))).status).toBe(200);
    const again = moveBlog(node.world.db, { ...given, to: { id: actor, aliases: [node.blog] } });
    await expect(again).rejects.toMatchObject({ kind: 'conflict' });
  });

  test('§15.87 an account elsewhere may move here once the blog names it, as a list even of one', async () => {
    const { db, blog } = node.world;
    const [first, second] = ['https://old.example/users/a', 'https://old.example/users/b'] as const;
    const given = { handle: blog.handle, clock };
    await setAlias(db, { ...given, alias: first, as: 'ours' });
    expect(await getJson(node.blog)).toMatchObject({ status: 200, json: { id: node.blog, alsoKnownAs: [first] } });
    await setAlias(db, { ...given, alias: second, as: 'ours' });
    await setAlias(db, { ...given, alias: second, as: 'ours' });
    const { json, headers } = await getJson(node.blog);
    expect(json.alsoKnownAs).toEqual([first, second]);
    expect([headers['content-type'], headers.vary]).toEqual(['application/activity+json', 'Accept']);
    await setAlias(db, { ...given, alias: first, as: 'not-ours' });
    await setAlias(db, { ...given, alias: second, as: 'not-ours' });
    expect((await getJson(node.blog)).json.alsoKnownAs).toBeUndefined();
    for (let n = 0; n < 20; n++) await setAlias(db, { ...given, alias: `https://old.example/users/${n}`, as: 'ours' });
    await expect(setAlias(db, { ...given, alias: first, as: 'ours' })).rejects.toMatchObject({ kind: 'conflict' });
    await reviseBlog(db, { handle: blog.handle, title: blog.title, clock });
    await node.settled();
  });
});
