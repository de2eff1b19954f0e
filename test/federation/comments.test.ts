// The conversation under an entry: what readers elsewhere say, change and take back.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommentPolicy } from '../../src/domain/blogs.ts';
import { threadOf } from '../../src/domain/comments/thread.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { likeCount } from '../../src/domain/likes.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import type { Peer } from './peer.ts';
import {
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

/** When an edit says that it was made. */
const LATER = '2026-11-23T04:00:00Z';

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
  test.each(['Note', 'Article', 'Page', 'Question'])(
    '§15.62 is a comment as a %s, also where it embeds what it answers',
    async (type) => {
      const form = type === 'Question' ? { type, oneOf: [{ type: 'Note', name: 'ใช่' }] } : { type };
      const first = noteOf(reader, entryId, form);
      await received(createOf(reader, first));
      const embedded = { id: entryId, type: 'Article', attributedTo: node.blog };
      const second = noteOf(reader, null, { ...form, inReplyTo: embedded });
      await received(createOf(reader, second));
      const third = noteOf(other, null, { ...form, inReplyTo: { id: first.id, type, attributedTo: reader.actor } });
      await received(createOf(other, third), other);
      const voices = await thread();
      expect(voices.map(({ uri }) => uri)).toEqual([first.id, second.id]);
      expect(voices[0]?.replies.map(({ uri }) => uri)).toEqual([third.id]);
      expect(voices[0]?.html).toContain('อ่านแล้วได้ความรู้');
    },
  );

  test('§15.71 is sanitised, and is shown without the mentions it begins with', async () => {
    const mention = `<span class="h-card"><a href="${node.origin}/@khunamnuay_muang" class="u-url mention">@<span>khunamnuay_muang</span></a></span> `;
    const harm = '<script>alert(1)</script><style>p{color:red}</style><iframe src="https://evil.example/"></iframe>';
    const link = '<a href="javascript:alert(1)" onmouseover="x()">ลอง</a>';
    const content = `<p style="position:fixed">${mention}ดีมากค่ะ${harm} <b onclick="x()">จริง</b> ${link}</p>`;
    const note = noteOf(reader, entryId, { content, contentMap: { th: content } });
    await received(createOf(reader, note));
    const [voice] = await thread();
    expect(voice).toMatchObject({ uri: note.id, parent: null, language: 'th', actor: { id: reader.actor } });
    expect(voice?.html).toContain('ดีมากค่ะ');
    expect(voice?.html).toContain('ลอง');
    expect(voice?.html).not.toMatch(/script|style|color|iframe|onclick|onmouseover|khunamnuay_muang/);
    const kept = (await commentAt(note.id))?.html;
    expect(kept).toContain('@<span>khunamnuay_muang</span>');
    expect(kept).not.toMatch(/script|style|iframe|onclick/);
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

  test('§15.62 answers a comment and stands under it, also when it names the entry’s page', async () => {
    const first = noteOf(reader, `${node.origin}/@khunamnuay_muang/${entry.number}`);
    await received(createOf(reader, first));
    const second = noteOf(other, String(first.id));
    await received(createOf(other, second), other);
    const [voice] = await thread();
    expect(voice?.uri).toBe(first.id);
    expect(voice?.replies.map(({ uri }) => uri)).toEqual([second.id]);
  });

  test.each([
    ['the blog’s own inbox', 'mentioned'],
    ['the blog’s own inbox', 'not mentioned'],
    ['the shared inbox', 'mentioned'],
    ['the shared inbox', 'not mentioned'],
  ])('§15.63 comes in at %s where the blog is %s', async (door, mentioned) => {
    const name = `@khunamnuay_muang@${new URL(node.origin).host}`;
    const mention = { cc: [node.blog], tag: [{ type: 'Mention', href: node.blog, name }] };
    const note = noteOf(reader, entryId, mentioned === 'mentioned' ? mention : {});
    const inbox = door === 'the shared inbox' ? node.inbox : `${node.blog}/inbox`;
    expect((await send(reader, inbox, createOf(reader, note))).status).toBe(202);
    await node.settled();
    expect((await commentAt(note.id))?.state).toBe('shown');
  });

  test('§15.92 that only names its note is fetched from where the note lives', async () => {
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
  ])('§15.70 addressed to %s is private and never kept', async (_, to) => {
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

  test('§15.70 cannot bring private words in by an edit', async () => {
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

  test('§15.79 deletes it before it came, and then it never comes, nor what is told of it later', async () => {
    const note = noteOf(reader, entryId);
    await received(activityOf(reader, 'Delete', note.id, { to: [PUBLIC] }));
    await received(createOf(reader, note));
    await received(createOf(reader, note));
    await received(activityOf(reader, 'Update', { ...note, updated: new Date().toISOString() }, { to: note.to }));
    expect(await commentAt(note.id)).toBeUndefined();
    const next = noteOf(reader, entryId);
    await received(createOf(reader, next));
    expect((await commentAt(next.id))?.state).toBe('shown');
  });
});

describe('nobody else', () => {
  const attempts: [string, (note: Json, by: Peer) => Json][] = [
    [
      'as it is',
      (note, by) => activityOf(by, 'Update', { ...note, content: '<p>ปลอม</p>', updated: LATER }, { to: note.to }),
    ],
    [
      'as their own',
      (note, by) =>
        activityOf(
          by,
          'Update',
          { ...note, attributedTo: by.actor, content: '<p>ปลอม</p>', updated: LATER },
          { to: note.to },
        ),
    ],
    ['by a Delete of its id', (note, by) => activityOf(by, 'Delete', note.id, { to: [PUBLIC] })],
    ['by a Tombstone', (note, by) => activityOf(by, 'Delete', { id: note.id, type: 'Tombstone' }, { to: [PUBLIC] })],
  ];

  test.each(attempts)('§15.78 on its author’s server or on another changes it %s', async (_, attempt) => {
    const elsewhere = await openServer();
    const stranger = openActor(elsewhere, 'stranger');
    const note = noteOf(reader, entryId, { content: '<p>คำของผู้อ่าน</p>' });
    await received(createOf(reader, note));
    const before = await commentAt(note.id);
    for (const by of [other, stranger]) {
      await send(by, node.inbox, attempt(note, by));
      await node.settled();
      expect(await commentAt(note.id)).toEqual(before);
    }
    // Its author still may.
    await received(activityOf(reader, 'Update', { ...note, content: '<p>แก้เอง</p>', updated: LATER }, { to: note.to }));
    expect((await commentAt(note.id))?.html).toBe('<p>แก้เอง</p>');
    await received(activityOf(reader, 'Delete', note.id, { to: [PUBLIC] }));
    expect((await commentAt(note.id))?.state).toBe('deleted');
    await elsewhere.close();
  });
});

describe('a like', () => {
  const likes = () => likeCount(node.world.db, { entry: entry.id });

  test('§15.72 counts once for each, and goes with an Undo, embedded or by id', async () => {
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
