// Quoting an entry elsewhere (FEP-044f): asked for in the shapes of four kinds of server, answered by the blog's policy, revoked.
import { Object as Thing } from '@fedify/vocab';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Blog, reviseBlog } from '../../src/domain/blogs.ts';
import { systemClock as clock } from '../../src/domain/clock.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { interactorInboxes } from '../../src/domain/followers.ts';
import { quoteCount, revokeQuote } from '../../src/domain/quotes.ts';
import { shippedContext } from '../../src/federation/contexts.ts';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import { activitiesAt, CONTEXT, type Json, noteOf, PUBLIC } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';
import { inside, SHAPES, type Shaped, serve, settle } from './shaped.ts';

const FEP = 'https://w3id.org/fep/044f#';
const GTS = 'https://gotosocial.org/ns#';

let node: Served;
let people: Shaped[];
let entry: Entry;
let entryId: string;

beforeAll(async () => {
  node = await openServed();
  people = await Promise.all(SHAPES.map((shape) => settle(shape, node)));
});
afterAll(async () => {
  await node.close();
  for (const { server } of people) await server.close();
});
beforeEach(async () => {
  entry = await published(node.world, {}, node.origin);
  entryId = absolute(node.origin, path.article(entry.id));
  await node.settled();
  for (const { server } of people) server.posts.length = 0;
});

/** A request around a post that is sent along, as Mastodon does, and that is served where it says it is. */
function asking({ activity, peer, server }: Shaped, changes: Json = {}): { request: Json; post: Json } {
  const post: Json = { ...noteOf(peer, null), quote: entryId };
  serve(server, String(post.id), { '@context': CONTEXT, ...post });
  const request = activity('QuoteRequest', entryId, { instrument: post, ...changes });
  const context = [[request['@context']].flat(), { QuoteRequest: `${FEP}QuoteRequest`, quote: `${FEP}quote` }].flat();
  return { request: { ...request, '@context': context }, post };
}

async function policy(quotes: Blog['quotes']): Promise<void> {
  await reviseBlog(node.world.db, { handle: node.world.blog.handle, quotes, clock });
  await node.settled();
  for (const { server } of people) server.posts.length = 0;
}

const count = () => quoteCount(node.world.db, { entry: entry.id });
const answers = ({ server }: Shaped) =>
  activitiesAt(server).filter(({ type }) => type === 'Accept' || type === 'Reject');

/** Asks, is accepted, and has the stamp. */
async function accepted(person: Shaped): Promise<{ stamp: string; post: Json }> {
  const { request, post } = asking(person);
  expect((await person.send(request)).status, person.name).toBe(202);
  const [answer] = answers(person);
  expect(answer, person.name).toMatchObject({
    ...{ type: 'Accept', actor: node.blog, to: person.actor },
    object: { id: request.id, type: 'QuoteRequest', actor: person.actor, object: entryId, instrument: post.id },
  });
  return { stamp: String(answer?.result), post };
}

describe('somebody asks to quote an entry', () => {
  test('§15.73 and is given a stamp on our origin that whoever wants may read, and the quote counts', async () => {
    for (const person of people) {
      const { stamp, post } = await accepted(person);
      expect(new URL(stamp).origin).toBe(node.origin);
      expect(await getJson(stamp)).toMatchObject({
        status: 200,
        json: {
          ...{ id: stamp, type: 'QuoteAuthorization', attributedTo: node.blog },
          ...{ interactingObject: post.id, interactionTarget: entryId },
        },
      });
    }
    expect(await count()).toBe(people.length);
    const inboxes = await interactorInboxes(node.world.db, { entry: entry.id, speaker: entry.blog });
    expect(inboxes.toSorted()).toEqual(people.map(({ server }) => `${server.origin}/inbox`).toSorted());
  });

  test('§15.73 with a post that is only named: it is read where it stands', async () => {
    const person = people[0] as Shaped;
    const { request, post } = asking(person);
    await person.send({ ...request, instrument: post.id });
    expect(answers(person)).toMatchObject([{ type: 'Accept', object: { instrument: post.id } }]);
  });

  test('again for the same post, and is given the same stamp', async () => {
    const person = people[1] as Shaped;
    const { request } = asking(person);
    await person.send(request);
    await person.send({ ...request, id: `${request.id}-again` });
    const [first, second] = answers(person);
    expect([second?.type, second?.result]).toEqual(['Accept', first?.result]);
    expect(second?.id).not.toBe(first?.id);
    expect(await count()).toBe(1);
  });

  test('for somebody else’s post, or of what is no entry, and is not answered', async () => {
    const [person, other] = people as [Shaped, Shaped];
    const { request, post } = asking(person);
    await other.send({ ...asking(other).request, instrument: post.id });
    await person.send({ ...request, id: `${request.id}-1`, instrument: { ...post, attributedTo: other.actor } });
    await person.send({ ...request, id: `${request.id}-2`, object: `${node.origin}/ap/entries/nothing` });
    await person.send({ ...request, id: `${request.id}-3`, instrument: undefined });
    await person.send({ ...request, id: `${request.id}-4`, instrument: `${person.server.origin}/nothing` });
    expect([answers(person), answers(other), await count()]).toEqual([[], [], 0]);
  });
});

describe('the blog’s policy', () => {
  test.each([
    ['anyone', () => expect.stringMatching(/as:Public|#Public$/)],
    ['followers', () => `${node.blog}/followers`],
    ['nobody', () => node.blog],
  ] as const)('§15.73 stands in the entry’s document: %s', async (quotes, whom) => {
    await policy(quotes);
    expect((await getJson(entryId)).json.interactionPolicy).toEqual({ canQuote: { automaticApproval: whom() } });
  });

  /**
   * What Mastodon 4.5 and later read: the words of the JSON as they stand (its InteractionPolicyParser). It knows everybody by the
   * address and by both short forms, the author's own lists by their addresses, and "nobody" by the author alone.
   */
  function asMastodonReads({ interactionPolicy }: Json, { id, followers }: { id: string; followers: string }): string {
    const { automaticApproval } = ((interactionPolicy as Json | undefined)?.canQuote ?? {}) as Json;
    const allowed = [automaticApproval ?? []].flat().map(String);
    const everybody = ['as:Public', 'Public', PUBLIC];
    const known = allowed.map((one) => (everybody.includes(one) ? 'anyone' : one === followers ? 'followers' : one));
    if (known.length === 1 && known[0] === id) return 'nobody';
    return known.join();
  }

  test.each(['anyone', 'followers', 'nobody'] as const)(
    '§15.73 is read by Mastodon in the document and in a Create, and by JSON-LD as GoToSocial’s terms: %s',
    async (quotes) => {
      await policy(quotes);
      const reader = people[0] as Shaped;
      await reader.send(reader.activity('Follow', node.blog));
      await published(node.world, {}, node.origin);
      await node.settled();
      const create = activitiesAt(reader.server, 'Create').at(-1) as Json;
      const { json } = await getJson(entryId);
      const author = { id: node.blog, followers: `${node.blog}/followers` };
      expect([json, create.object as Json].map((article) => asMastodonReads(article, author))).toEqual([
        quotes,
        quotes,
      ]);
      const contextLoader = shippedContext;
      for (const document of [json, create]) {
        const read = await (await Thing.fromJsonLd(document, { contextLoader })).toJsonLd({
          format: 'expand',
          contextLoader,
        });
        const whom = { anyone: PUBLIC, followers: author.followers, nobody: author.id }[quotes];
        expect(JSON.stringify(read)).toContain(`"${GTS}canQuote":[{"${GTS}automaticApproval":[{"@id":"${whom}"}]`);
      }
      await reader.send(reader.activity('Undo', inside(reader.activity('Follow', node.blog))));
    },
  );

  test('§15.73 nobody: everybody is refused, and hears so', async () => {
    await policy('nobody');
    for (const person of people) {
      const { request, post } = asking(person);
      await person.send(request);
      expect(answers(person), person.name).toMatchObject([
        { type: 'Reject', actor: node.blog, object: { id: request.id, type: 'QuoteRequest', instrument: post.id } },
      ]);
      expect(answers(person)[0]?.result).toBeUndefined();
    }
    expect(await count()).toBe(0);
  });

  test('§15.73 followers: who follows may, who does not may not', async () => {
    await policy('followers');
    const [follower, stranger] = people as [Shaped, Shaped];
    await follower.send(follower.activity('Follow', node.blog));
    follower.server.posts.length = 0;
    await follower.send(asking(follower).request);
    await stranger.send(asking(stranger).request);
    expect([follower, stranger].map((one) => answers(one)[0]?.type)).toEqual(['Accept', 'Reject']);
    await node.world.db.deleteFrom('followers').execute();
    await policy('anyone');
  });
});

describe('a stamp', () => {
  test('§15.73 is taken back by a Delete to its holder, is gone, and is not given again', async () => {
    for (const person of people) {
      const { stamp } = await accepted(person);
      const { request } = asking(person);
      const id = stamp.split('/').at(-1) ?? '';
      await revokeQuote(node.world.db, { id, clock });
      await node.settled();
      expect(activitiesAt(person.server, 'Delete')).toMatchObject([{ actor: node.blog, object: stamp, to: PUBLIC }]);
      expect(await getJson(stamp)).toMatchObject({
        status: 410,
        json: { type: 'Tombstone', formerType: 'QuoteAuthorization' },
      });
      await expect(revokeQuote(node.world.db, { id, clock })).rejects.toThrow('wethi quote list');
      const row = await node.world.db
        .selectFrom('quotes')
        .select('post')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      await person.send({ ...request, instrument: row.post });
      expect(answers(person).at(-1)?.type, person.name).toBe('Reject');
    }
    expect(await count()).toBe(0);
  });

  test('§15.73 that was taken back is not given again to whoever deleted the post in between', async () => {
    const [person] = people as [Shaped];
    const { stamp, post } = await accepted(person);
    const { request } = asking(person);
    await revokeQuote(node.world.db, { id: stamp.split('/').at(-1) ?? '', clock });
    await person.send(person.activity('Delete', post.id, { to: [PUBLIC] }));
    await person.send({ ...request, instrument: post.id });
    expect(answers(person).at(-1)?.type).toBe('Reject');
  });

  test('ends with the post that it is for, and with the entry', async () => {
    const [person, other] = people as [Shaped, Shaped];
    const { stamp, post } = await accepted(person);
    const theirs = await accepted(other);
    await person.send(person.activity('Delete', post.id, { to: [PUBLIC] }));
    expect([await count(), (await getJson(stamp)).status]).toEqual([1, 404]);
    await withdrawEntry(node.world.db, { id: entry.id, clock });
    await node.settled();
    expect((await getJson(theirs.stamp)).status).toBe(404);
    expect(activitiesAt(other.server, 'Delete')).toMatchObject([{ object: { id: entryId } }]);
  });

  test('that was never given is not there', async () => {
    expect((await getJson(absolute(node.origin, path.quote('nothing')))).status).toBe(404);
  });
});
