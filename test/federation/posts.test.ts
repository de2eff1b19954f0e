// Reading others here: what followed authors publish is kept, revised and deleted as they do, and our blogs answer it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { askToFollow } from '../../src/domain/following.ts';
import { like, unlike } from '../../src/domain/likes.ts';
import { deleteReply, writeReply } from '../../src/domain/replies.ts';
import { absolute, path } from '../../src/urls.ts';
import type { Peer } from './peer.ts';
import {
  activitiesAt,
  activityOf,
  CONTEXT,
  createOf,
  type Json,
  noteOf,
  openActor,
  openServer,
  PUBLIC,
  type Server,
  send,
} from './scripted.ts';
import { openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let author: Peer;
let stranger: Peer;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  server.gate = 'signed';
  author = openActor(server, 'author');
  stranger = openActor(server, 'stranger');
  const found = await node.federation.lookUp(author.actor);
  if (found.kind !== 'actor') throw new Error('the author was not found');
  await askToFollow(node.world.db, { follower: node.world.blog.id, actor: author.actor, clock: systemClock });
  await node.settled();
  await send(author, node.inbox, activityOf(author, 'Accept', activitiesAt(server, 'Follow')[0]));
  await node.settled();
});
afterAll(async () => {
  await node.close();
  await server.close();
});
beforeEach(() => {
  server.posts.length = 0;
});

async function received(activity: Json, peer = author): Promise<void> {
  expect((await send(peer, node.inbox, activity)).status).toBe(202);
  await node.settled();
}

async function postAt(id: unknown) {
  const row = await node.world.db.selectFrom('posts').selectAll().where('id', '=', String(id)).executeTakeFirst();
  return row === undefined ? undefined : { ...row, html: Buffer.from(row.html).toString() };
}

async function tagsOf(id: unknown): Promise<string[]> {
  const rows = await node.world.db.selectFrom('postTags').select('shown').where('post', '=', String(id)).execute();
  return rows.map(({ shown }) => shown).toSorted();
}

const hashtag = (name: string) => ({ type: 'Hashtag', name, href: `${server.origin}/tags/x` });

const article = (changes: Json = {}) =>
  noteOf(author, null, {
    type: 'Article',
    name: 'ห้องสมุดวันเสาร์',
    summary: 'เปิดถึงบ่ายสาม',
    content: '<h2>ห้องสมุด</h2><p>มาอ่านกัน<img src=x onerror=alert(1)></p>',
    tag: [hashtag('#ห้องสมุด'), hashtag('อ่าน')],
    ...changes,
  });

describe('a followed author’s', () => {
  test('Article is kept with its title, summary and tags, sanitised', async () => {
    const one = article();
    await received({ ...createOf(author, one), '@context': [CONTEXT, { Hashtag: 'as:Hashtag' }] });
    expect(await postAt(one.id)).toMatchObject({
      actor: author.actor,
      type: 'Article',
      title: 'ห้องสมุดวันเสาร์',
      summary: 'เปิดถึงบ่ายสาม',
    });
    expect((await postAt(one.id))?.html).not.toContain('onerror');
    expect(await tagsOf(one.id)).toEqual(['ห้องสมุด', 'อ่าน']);
  });

  test('§15.45 tags are read with or without #, in any normal form', async () => {
    const decomposed = 'น\u0e49\u0e4d\u0e32';
    const one = article({ tag: [hashtag(`#${decomposed}`), hashtag('น้ำ'), hashtag('＃ปุ๋ย'), hashtag('2549')] });
    await received({ ...createOf(author, one), '@context': [CONTEXT, { Hashtag: 'as:Hashtag' }] });
    const rows = await node.world.db.selectFrom('postTags').select('tag').where('post', '=', String(one.id)).execute();
    expect(rows.map(({ tag }) => tag).toSorted()).toEqual(['น้ำ', 'ปุ๋ย'].toSorted());
  });

  test('Update changes it, tags and all; their Delete takes it away for good', async () => {
    const one = article();
    const context = { '@context': [CONTEXT, { Hashtag: 'as:Hashtag' }] };
    await received({ ...createOf(author, one), ...context });
    const edited = { ...one, name: 'ห้องสมุดวันอาทิตย์', tag: [hashtag('#วันอาทิตย์')], updated: new Date().toISOString() };
    await received({ ...activityOf(author, 'Update', edited, { to: [PUBLIC] }), ...context });
    expect((await postAt(one.id))?.title).toBe('ห้องสมุดวันอาทิตย์');
    expect(await tagsOf(one.id)).toEqual(['วันอาทิตย์']);
    await received(activityOf(author, 'Delete', { id: one.id, type: 'Tombstone' }, { to: [PUBLIC] }));
    expect(await postAt(one.id)).toBeUndefined();
    await received(createOf(author, one));
    expect(await postAt(one.id)).toBeUndefined();
  });

  test('Note is kept too; what they tell their followers only is not', async () => {
    const open = noteOf(author, null);
    await received(createOf(author, open));
    expect((await postAt(open.id))?.type).toBe('Note');
    const quiet = noteOf(author, null, { to: [`${author.actor}/followers`], cc: [] });
    await received(createOf(author, quiet));
    expect(await postAt(quiet.id)).toBeUndefined();
  });

  test('server that answers nobody without a signature was asked with one', () => {
    const served = server.gets.filter((get) => get.path === '/users/author');
    expect(served.length).toBeGreaterThan(0);
    expect(served.every(({ headers }) => headers.signature !== undefined)).toBe(true);
    expect(String(served[0]?.headers.signature)).toContain('/ap/actors/instance#main-key');
  });
});

test('a stranger’s Article is not kept', async () => {
  const one = noteOf(stranger, null, { type: 'Article', name: 'โฆษณา' });
  await received(createOf(stranger, one), stranger);
  expect(await postAt(one.id)).toBeUndefined();
});

describe('a blog here', () => {
  let post: Json;
  beforeAll(async () => {
    post = article();
    await send(author, node.inbox, createOf(author, post));
    await node.settled();
  });

  test('answers a post, and the author’s inbox hears of it and of its end', async () => {
    const { db, blog } = node.world;
    const reply = await writeReply(db, {
      blog: blog.id,
      inReplyTo: String(post.id),
      actor: author.actor,
      source: 'วันเสาร์ไปแน่',
      language: 'th',
      origin: node.origin,
      clock: systemClock,
    });
    await node.settled();
    const id = absolute(node.origin, path.note(reply.id));
    expect(server.posts.map((one) => one.path)).toEqual(['/users/author/inbox']);
    expect(activitiesAt(server, 'Create')).toMatchObject([
      { actor: node.blog, object: { id, inReplyTo: post.id, tag: { type: 'Mention', href: author.actor } } },
    ]);
    await deleteReply(db, { id: reply.id, clock: systemClock });
    await node.settled();
    expect(activitiesAt(server, 'Delete')).toMatchObject([{ object: { id, type: 'Tombstone' } }]);
  });

  test('likes a post and takes it back, and the author hears both', async () => {
    const { db, blog } = node.world;
    const thing = { blog: blog.id, object: String(post.id), to: author.actor, clock: systemClock };
    await like(db, thing);
    await node.settled();
    await unlike(db, thing);
    await node.settled();
    const [liked, undone] = activitiesAt(server) as [Json, Json];
    expect(liked).toMatchObject({ type: 'Like', actor: node.blog, object: post.id });
    expect(undone).toMatchObject({ type: 'Undo', actor: node.blog, object: { id: liked.id, type: 'Like' } });
  });
});
