// The thread under an entry as a tree, and who sees what of it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideComment } from '../../../src/domain/comments/moderate.ts';
import { deleteReceived } from '../../../src/domain/comments/receive.ts';
import { heldComments, threadOf, type Voice } from '../../../src/domain/comments/thread.ts';
import { writeComment } from '../../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import type { Entry } from '../../../src/domain/entries/write.ts';
import { sanitiseRemote } from '../../../src/domain/text/sanitise.ts';
import { ANYONE, type Viewer, viewerOf } from '../../../src/domain/visibility.ts';
import { commented, meet, ORIGIN, openWorld, published, reader, stranger, type World, withSeed } from '../../world.ts';

let world: World;
let entry: Entry;
let author: Viewer;
beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
  entry = await published(world);
  author = await viewerOf(world.db, { person: world.author });
  await meet(world, reader);
  await meet(world, stranger);
});
afterEach(() => world.close());

const note = (n: number) => `https://example.social/notes/${n}`;
const thread = (viewer: Viewer = ANYONE) => threadOf(world.db, { entry: entry.id, blog: world.blog.id, viewer });
const say = (n: number, parent: string | null = null) =>
  commented(world, { actor: reader, entry, parent, uri: note(n), html: sanitiseRemote(`<p>${n}</p>`) });

/** Words and answers only: `1(2 3)`. */
function drawn(voices: Voice[]): string {
  return voices
    .map(({ html, replies }) => html.replace(/<[^>]+>/g, '') + (replies.length > 0 ? `(${drawn(replies)})` : ''))
    .join(' ');
}

async function decide(id: string, decision: 'show' | 'hide'): Promise<void> {
  await decideComment(world.db, { id, decision, viewer: 'operator' });
}

test('answers stand under what they answer, oldest first, three levels deep', async () => {
  const first = await say(1);
  const second = await say(2);
  const under = await say(3, first.id);
  await say(4, under.id);
  await say(5, first.id);
  await say(6, second.id);
  expect(drawn(await thread())).toBe('1(3(4) 5) 2(6)');
});

test('comments of one moment keep the order in which they came', async () => {
  for (let n = 1; n <= 30; n++) await say(n);
  expect(drawn(await thread())).toBe(Array.from({ length: 30 }, (_, i) => i + 1).join(' '));
});

test('a hidden comment keeps its place without its words, for the sake of its answers', async () => {
  const first = await say(1);
  await say(2, first.id);
  await decide(first.id, 'hide');
  expect(drawn(await thread())).toBe('(2)');
  expect(drawn(await thread(author))).toBe('(2)');
});

test('a hidden or deleted comment without answers is not there at all', async () => {
  await decide((await say(1)).id, 'hide');
  await say(2);
  await deleteReceived(world.db, { uri: note(2), actor: reader.id, clock: world.clock });
  expect(await thread()).toEqual([]);
});

test('a chain of hidden comments without anybody visible below is not there', async () => {
  const first = await say(1);
  const second = await say(2, first.id);
  await decide(first.id, 'hide');
  await decide(second.id, 'hide');
  expect(await thread()).toEqual([]);
});

test('what is held is seen by those who may decide, and by nobody else', async () => {
  const held = await say(1);
  await world.db.updateTable('comments').set({ state: 'held' }).where('id', '=', held.id).execute();
  const elsewhere: Viewer = { kind: 'person', id: 'x', role: 'author', blogs: ['another'] };
  expect(drawn(await thread(author))).toBe('1');
  expect(await thread(elsewhere)).toEqual([]);
  expect(await thread(ANYONE)).toEqual([]);
});

test('each voice carries its card: an actor from afar, a blog here, or a guest of old', async () => {
  await say(1);
  await writeComment(world.db, {
    blog: world.blog.id,
    place: { entry: entry.id, parent: null },
    source: 'ขอบคุณ',
    language: 'th',
    origin: ORIGIN,
    clock: world.clock,
  });
  const [afar, here] = await thread();
  expect(afar).toMatchObject({
    actor: { id: reader.id, handle: 'reader', host: 'example.social', name: reader.name, url: reader.url },
    blog: null,
    guest: null,
    uri: note(1),
  });
  expect(here).toMatchObject({ actor: null, blog: { handle: world.blog.handle, title: world.blog.title }, uri: null });

  const old = await withSeed(world);
  const [guest] = await threadOf(world.db, { entry: old.id, blog: world.blog.id, viewer: ANYONE });
  expect(guest).toMatchObject({ actor: null, blog: null, guest: '', imported: true, published: null });
});

test('the mentions that a reply from afar begins with are not shown', async () => {
  const html = sanitiseRemote(
    '<p><a href="https://wethi.example/@khunamnuay_muang" class="u-url mention">@khunamnuay_muang</a> ขอบคุณค่ะ</p>',
  );
  await commented(world, { actor: reader, entry, html });
  expect(drawn(await thread())).toBe('ขอบคุณค่ะ');
});

test('the waiting list has what is held in these blogs, oldest first, with the entry', async () => {
  const { db, blog } = world;
  const first = await say(1);
  await commented(world, { actor: stranger, entry });
  await db.updateTable('comments').set({ state: 'held' }).execute();
  const waiting = await heldComments(db, { blogs: [blog.id], limit: 10 });
  expect(waiting.map(({ actor }) => actor?.handle)).toEqual(['reader', 'visitor']);
  expect(waiting[0]).toMatchObject({
    id: first.id,
    entry: { number: entry.number, title: entry.title, handle: blog.handle },
  });
  expect(await heldComments(db, { blogs: 'all', limit: 1 })).toHaveLength(1);
  expect(await heldComments(db, { blogs: ['another'], limit: 10 })).toEqual([]);
  expect(await heldComments(db, { blogs: [], limit: 10 })).toEqual([]);
});

test('nobody has to decide about what stands under a withdrawn entry', async () => {
  const { db, clock } = world;
  await say(1);
  await db.updateTable('comments').set({ state: 'held' }).execute();
  await withdrawEntry(db, { id: entry.id, clock });
  expect(await heldComments(db, { blogs: 'all', limit: 10 })).toEqual([]);
});
