// What a blog here says under an entry, as others get it: a Note that names everybody it speaks to.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { deleteComment, writeComment } from '../../src/domain/comments/write.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import type { Peer } from './peer.ts';
import {
  activitiesAt,
  createOf,
  type Json,
  noteOf,
  openActor,
  openServer,
  PUBLIC,
  type Server,
  send,
} from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let reader: Peer;
let entry: Entry;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  reader = openActor(server, 'reader');
});
afterAll(async () => {
  await node.close();
  await server.close();
});
beforeEach(async () => {
  entry = await published(node.world, {}, node.origin);
  await node.settled();
  server.posts.length = 0;
});

/** The reader says something under the entry. */
async function heard(): Promise<{ uri: string; id: string }> {
  const uri = noteOf(reader, absolute(node.origin, path.article(entry.id)));
  expect((await send(reader, node.inbox, createOf(reader, uri))).status).toBe(202);
  await node.settled();
  const { db } = node.world;
  const { id } = await db
    .selectFrom('comments')
    .select('id')
    .where('uri', '=', String(uri.id))
    .executeTakeFirstOrThrow();
  return { uri: String(uri.id), id };
}

async function said(blog: string, parent: string | null): Promise<string> {
  const speech = { source: 'ขอบคุณที่อ่าน', language: 'th', origin: node.origin, clock: systemClock };
  return (await writeComment(node.world.db, { blog, place: { entry: entry.id, parent }, ...speech })).id;
}

const noteAt = (id: string) => absolute(node.origin, path.note(id));

/** Whom a Note of ours is sent to beside everybody, and whom it mentions. */
async function spokenTo(id: string): Promise<unknown> {
  const { cc, tag = [] } = (await getJson(noteAt(id))).json;
  return { cc: [cc].flat(), mentions: [tag as Json].flat().map(({ href, name }) => [href, name]) };
}

describe('a blog here answers', () => {
  test('§15.69 a comment from elsewhere, and its author hears of it: a Note that mentions them, to everybody', async () => {
    const parent = await heard();
    const comment = await said(node.world.blog.id, parent.id);
    await node.settled();
    const [create] = activitiesAt(server, 'Create');
    const id = noteAt(comment);
    expect(create).toMatchObject({ actor: node.blog, to: PUBLIC, object: { id, type: 'Note', inReplyTo: parent.uri } });
    const answer = create?.object as Json;
    expect(answer.cc).toEqual(expect.arrayContaining([`${node.blog}/followers`, reader.actor]));
    expect(answer.tag).toMatchObject({ type: 'Mention', href: reader.actor, name: `@reader@${server.host}` });
    expect(answer.content).toMatch(
      /^<p><span class="h-card" translate="no"><a href="[^"]+" class="u-url mention">@<span>reader</,
    );
    expect(create?.cc).toEqual(answer.cc);
    expect(server.posts.map((post) => post.path)).toEqual(['/inbox']);

    await deleteComment(node.world.db, { id: comment, clock: systemClock });
    await node.settled();
    expect(activitiesAt(server, 'Delete')).toMatchObject([{ actor: node.blog, object: { id, type: 'Tombstone' } }]);
  });

  test('§15.69 under another blog’s entry, which is mentioned too, and so is whoever else is answered', async () => {
    const { db, author, blog } = node.world;
    const given = { handle: 'guest_blog', title: 'บล็อกเพื่อนบ้าน', author: author.username, clock: systemClock };
    const guest = await addBlog(db, given);
    const host = new URL(node.origin).host;
    const guestId = absolute(node.origin, path.actor(guest.id));
    const home = [node.blog, `@${blog.handle}@${host}`];

    const first = await said(guest.id, null);
    expect(await spokenTo(first)).toEqual({ cc: [`${guestId}/followers`, node.blog], mentions: [home] });
    const second = await said(blog.id, first);
    expect(await spokenTo(second)).toEqual({
      cc: [`${node.blog}/followers`, guestId],
      mentions: [[guestId, `@guest_blog@${host}`]],
    });
    const third = await said(guest.id, (await heard()).id);
    expect(await spokenTo(third)).toEqual({
      cc: [`${guestId}/followers`, reader.actor, node.blog],
      mentions: [[reader.actor, `@reader@${server.host}`], home],
    });
    // Nobody is mentioned to themselves.
    expect(await spokenTo(await said(blog.id, null))).toEqual({ cc: [`${node.blog}/followers`], mentions: [] });
    await node.settled();
  });
});
