// The conversation under an entry: what readers elsewhere say, change and take back, and what a blog here answers them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommentPolicy } from '../../src/domain/blogs.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { threadOf } from '../../src/domain/comments/thread.ts';
import { deleteComment, writeComment } from '../../src/domain/comments/write.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { likeCount } from '../../src/domain/likes.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import type { Peer } from './peer.ts';
import {
  activitiesAt,
  activityOf,
  actorDocument,
  CONTEXT,
  createOf,
  type Json,
  noteOf,
  openActor,
  openServer,
  PUBLIC,
  publish,
  type Server,
  send,
} from './scripted.ts';
import { openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let reader: Peer;
let other: Peer;
let entry: Entry;
let entryId: string;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  reader = openActor(server, 'reader');
  other = openActor(server, 'other');
});
afterAll(async () => {
  await node.close();
  await server.close();
});
beforeEach(async () => {
  entry = await published(node.world, {}, node.origin);
  entryId = absolute(node.origin, path.article(entry.id));
  await node.settled();
  server.posts.length = 0;
});

async function received(activity: Json, peer = reader): Promise<void> {
  expect((await send(peer, node.inbox, activity)).status).toBe(202);
  await node.settled();
}

async function commentAt(uri: unknown) {
  const row = await node.world.db.selectFrom('comments').selectAll().where('uri', '=', String(uri)).executeTakeFirst();
  return row === undefined ? undefined : { ...row, html: Buffer.from(row.html).toString() };
}

async function thread() {
  return await threadOf(node.world.db, { entry: entry.id, blog: entry.blog, viewer: ANYONE });
}

async function policy(comments: CommentPolicy): Promise<void> {
  await node.world.db.updateTable('blogs').set({ comments }).where('id', '=', node.world.blog.id).execute();
}

describe('a reply from elsewhere', () => {
  test('is a comment under the entry, sanitised, without the mentions it begins with (items 62, 71)', async () => {
    const mention = `<span class="h-card"><a href="${node.origin}/@khunamnuay_muang" class="u-url mention">@<span>khunamnuay_muang</span></a></span> `;
    const content = `<p>${mention}ดีมากค่ะ<script>alert(1)</script> <b onclick="x()">จริง</b></p>`;
    const note = noteOf(reader, entryId, { content, contentMap: { th: content } });
    await received(createOf(reader, note));
    const [voice] = await thread();
    expect(voice).toMatchObject({ uri: note.id, parent: null, language: 'th', actor: { id: reader.actor } });
    expect(voice?.html).toContain('ดีมากค่ะ');
    expect(voice?.html).not.toMatch(/script|onclick|khunamnuay_muang/);
    expect((await commentAt(note.id))?.html).toContain('@<span>khunamnuay_muang</span>');
  });

  test('waits for a decision where the first comment of the unknown is held, and shows where all may speak', async () => {
    await policy('hold-first');
    const newcomer = openActor(server, 'newcomer');
    const note = noteOf(newcomer, entryId);
    await received(createOf(newcomer, note), newcomer);
    await policy('open');
    expect((await commentAt(note.id))?.state).toBe('held');
    expect(await thread()).toEqual([]);
    const free = noteOf(newcomer, entryId);
    await received(createOf(newcomer, free), newcomer);
    expect((await commentAt(free.id))?.state).toBe('shown');
  });

  test('is not kept where comments are closed', async () => {
    await policy('closed');
    const note = noteOf(reader, entryId);
    await received(createOf(reader, note));
    await policy('open');
    expect(await commentAt(note.id)).toBeUndefined();
  });

  test('answers a comment and stands under it, also when it names the entry’s page (item 62)', async () => {
    const first = noteOf(reader, `${node.origin}/@khunamnuay_muang/${entry.number}`);
    await received(createOf(reader, first));
    const second = noteOf(other, String(first.id));
    await received(createOf(other, second), other);
    const [voice] = await thread();
    expect(voice?.uri).toBe(first.id);
    expect(voice?.replies.map(({ uri }) => uri)).toEqual([second.id]);
  });

  test('comes in at the blog’s own inbox too (item 63)', async () => {
    const note = noteOf(reader, entryId);
    expect((await send(reader, `${node.blog}/inbox`, createOf(reader, note))).status).toBe(202);
    await node.settled();
    expect((await commentAt(note.id))?.state).toBe('shown');
  });

  test('that only names its note is fetched from where the note lives', async () => {
    const note = noteOf(reader, entryId);
    publish({ '@context': CONTEXT, ...note });
    await received(createOf(reader, note, { object: note.id }));
    expect((await commentAt(note.id))?.actor).toBe(reader.actor);
  });

  test.each([
    ['Public in to', [PUBLIC], []],
    ['Public in cc, as GoToSocial’s unlisted', ['FOLLOWERS'], [PUBLIC]],
    ['as:Public', ['as:Public'], []],
  ])('addressed to everybody (%s) is shown', async (_, to, cc) => {
    const note = noteOf(reader, entryId, {
      to: to.map((one) => one.replace('FOLLOWERS', `${reader.actor}/followers`)),
      cc,
    });
    await received(createOf(reader, note));
    expect((await commentAt(note.id))?.state).toBe('shown');
  });

  test.each([
    ['the followers', () => [`${reader.actor}/followers`]],
    ['the blog alone', () => [node.blog]],
    ['nobody', () => []],
  ])('addressed to %s is private and never kept (item 70)', async (_, to) => {
    const note = noteOf(reader, entryId, { to: to(), cc: [] });
    await received(createOf(reader, note));
    expect(await commentAt(note.id)).toBeUndefined();
    // Not even when the activity around it says that it is for everybody.
    const loud = noteOf(reader, entryId, { to: to(), cc: [] });
    await received(createOf(reader, loud, { to: [PUBLIC] }));
    expect(await commentAt(loud.id)).toBeUndefined();
  });

  test('that is a poll’s vote, or answers nothing here, is left alone', async () => {
    const vote = noteOf(reader, entryId, { name: 'ใช่', content: undefined });
    await received(createOf(reader, vote));
    const elsewhere = noteOf(reader, `${server.origin}/users/other/notes/0`);
    await received(createOf(reader, elsewhere));
    expect([await commentAt(vote.id), await commentAt(elsewhere.id)]).toEqual([undefined, undefined]);
    const posts = await node.world.db.selectFrom('posts').select('id').execute();
    expect(posts).toEqual([]);
  });
});

describe('its author', () => {
  test('revises it, and a late older edit changes nothing', async () => {
    const note = noteOf(reader, entryId);
    await received(createOf(reader, note));
    const edit = (content: string, updated: string) =>
      activityOf(reader, 'Update', { ...note, content, updated }, { to: note.to, cc: note.cc });
    await received(edit('<p>ครั้งที่สอง</p>', '2026-11-23T04:00:00Z'));
    await received(edit('<p>ครั้งแรก</p>', '2026-11-23T03:30:00Z'));
    expect(await commentAt(note.id)).toMatchObject({ html: '<p>ครั้งที่สอง</p>', revised: '2026-11-23T04:00:00.000Z' });
  });

  test('takes a new name, and keeps it when they speak again', async () => {
    const renamed = openActor(server, 'renamed');
    await received(createOf(renamed, noteOf(renamed, entryId)), renamed);
    const profile = actorDocument(renamed, { name: 'คุณกิจ' });
    publish(profile);
    await received(activityOf(renamed, 'Update', profile, { to: [PUBLIC] }), renamed);
    await received(createOf(renamed, noteOf(renamed, entryId)), renamed);
    expect((await thread()).map(({ actor }) => actor?.name)).toEqual(['คุณกิจ', 'คุณกิจ']);
  });

  test('cannot bring private words in by an edit', async () => {
    const note = noteOf(reader, entryId);
    await received(createOf(reader, note));
    const quiet = { ...note, content: '<p>ลับ</p>', to: [`${reader.actor}/followers`], cc: [] };
    await received(activityOf(reader, 'Update', quiet, { to: quiet.to }));
    expect((await commentAt(note.id))?.html).not.toContain('ลับ');
  });

  test.each([
    ['by its id', (id: unknown) => id],
    ['with a Tombstone', (id: unknown) => ({ id, type: 'Tombstone' })],
  ])('deletes it %s', async (_, object) => {
    const note = noteOf(reader, entryId);
    await received(createOf(reader, note));
    await received(activityOf(reader, 'Delete', object(note.id), { to: [PUBLIC] }));
    expect(await commentAt(note.id)).toMatchObject({ state: 'deleted', html: '' });
    expect(await thread()).toEqual([]);
    await received(createOf(reader, note));
    expect((await commentAt(note.id))?.state).toBe('deleted');
  });

  test('deletes it before it came, and then it never comes (item 79)', async () => {
    const note = noteOf(reader, entryId);
    await received(activityOf(reader, 'Delete', note.id, { to: [PUBLIC] }));
    await received(createOf(reader, note));
    expect(await commentAt(note.id)).toBeUndefined();
  });
});

describe('a like', () => {
  const likes = () => likeCount(node.world.db, { entry: entry.id });

  test('counts once for each, and goes with an Undo, embedded or by id (item 72)', async () => {
    const like = activityOf(reader, 'Like', entryId);
    await received(like);
    await received(activityOf(reader, 'Like', entryId));
    await received(activityOf(other, 'Like', entryId), other);
    expect(await likes()).toBe(2);
    await received(activityOf(reader, 'Undo', like));
    expect(await likes()).toBe(1);
    const second = activityOf(reader, 'Like', `${node.origin}/@khunamnuay_muang/${entry.number}`);
    await received(second);
    expect(await likes()).toBe(2);
    await received(activityOf(reader, 'Undo', second.id));
    expect(await likes()).toBe(1);
  });
});

describe('a blog here answers a comment from elsewhere', () => {
  test('and its author hears of it: a Note that mentions them, to everybody (item 69)', async () => {
    const note = noteOf(reader, entryId);
    await received(createOf(reader, note));
    const parent = await commentAt(note.id);
    const { db, blog } = node.world;
    const comment = await writeComment(db, {
      blog: blog.id,
      place: { entry: entry.id, parent: parent?.id ?? null },
      source: 'ขอบคุณที่อ่าน',
      language: 'th',
      origin: node.origin,
      clock: systemClock,
    });
    await node.settled();
    const [create] = activitiesAt(server, 'Create');
    const id = absolute(node.origin, path.note(comment.id));
    expect(create).toMatchObject({ actor: node.blog, to: PUBLIC, object: { id, type: 'Note', inReplyTo: note.id } });
    const answer = create?.object as Json;
    expect(answer.cc).toEqual(expect.arrayContaining([`${node.blog}/followers`, reader.actor]));
    expect(answer.tag).toMatchObject({ type: 'Mention', href: reader.actor, name: `@reader@${server.host}` });
    expect(answer.content).toMatch(
      /^<p><span class="h-card" translate="no"><a href="[^"]+" class="u-url mention">@<span>reader</,
    );
    expect(create?.cc).toEqual(answer.cc);
    expect(server.posts.map((post) => post.path)).toEqual(['/inbox']);

    await deleteComment(db, { id: comment.id, clock: systemClock });
    await node.settled();
    expect(activitiesAt(server, 'Delete')).toMatchObject([{ actor: node.blog, object: { id, type: 'Tombstone' } }]);
  });
});
