// Boosts and reactions from elsewhere: counted once for each, in the shapes of four kinds of server, and taken back.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { boostCount } from '../../src/domain/boosts.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { interactorInboxes } from '../../src/domain/followers.ts';
import { likeCount } from '../../src/domain/likes.ts';
import { absolute, path } from '../../src/urls.ts';
import { akkoma } from '../attacks/corpus/genuine/shapes/akkoma.ts';
import { published } from '../world.ts';
import { type Json, PUBLIC } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';
import { inside, SHAPES, type Shaped, settle, settleOn } from './shaped.ts';

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
});

const boosts = () => boostCount(node.world.db, { object: path.article(entry.id) });
const likes = () => likeCount(node.world.db, { entry: entry.id });
const emoji = async () =>
  (await node.world.db.selectFrom('reactions').select('emoji').orderBy('emoji').execute()).map((row) => row.emoji);
const documentOf = async () => (await getJson(entryId)).json as { likes: Json; shares: Json };

async function each(work: (person: Shaped) => Promise<void>): Promise<void> {
  for (const person of people) await work(person);
}

async function taken(person: Shaped, activity: Json): Promise<Json> {
  expect((await person.send(activity)).status, person.name).toBe(202);
  return activity;
}

const announce = (person: Shaped, object: unknown) =>
  person.activity('Announce', object, { to: [PUBLIC], cc: [`${person.actor}/followers`] });

describe('a boost', () => {
  test('§15.72 counts once for each actor, and the entry’s document says how many', async () => {
    await each(async (person) => void (await taken(person, announce(person, entryId))));
    await each(async (person) => void (await taken(person, announce(person, entryId))));
    expect(await boosts()).toBe(4);
    expect((await documentOf()).shares).toMatchObject({ type: 'Collection', totalItems: 4 });
    expect((await getJson(absolute(node.origin, path.articleShares(entry.id)))).json.totalItems).toBe(4);
  });

  test.each([
    ['embedded', inside],
    ['by id', ({ id }: Json) => id],
  ])('§15.72 goes with an Undo, %s', async (_, undone) => {
    await each(async (person) => {
      const boost = await taken(person, announce(person, entryId));
      await taken(person, person.activity('Undo', undone(boost)));
      expect(await boosts(), person.name).toBe(0);
    });
  });

  test('of the entry’s page is one of the entry, and one of a comment written here is the comment’s', async () => {
    const [first, second] = people as [Shaped, Shaped];
    await taken(first, announce(first, `${node.origin}/@khunamnuay_muang/${entry.number}`));
    expect(await boosts()).toBe(1);
    const comment = await writeComment(node.world.db, {
      ...{ blog: node.world.blog.id, place: { entry: entry.id, parent: null }, source: 'ลองอีกที', language: 'th' },
      ...{ origin: node.origin, clock: systemClock },
    });
    await taken(second, announce(second, absolute(node.origin, path.note(comment.id))));
    expect(await boostCount(node.world.db, { object: path.note(comment.id) })).toBe(1);
    expect(await boosts()).toBe(1);
  });

  test('of anything else, and somebody else’s Undo, change nothing', async () => {
    const [first, second] = people as [Shaped, Shaped];
    const boost = await taken(first, announce(first, entryId));
    await taken(first, announce(first, `${first.actor}/notes/1`));
    await taken(first, announce(first, absolute(node.origin, path.note('nothing'))));
    await second.send(second.activity('Undo', inside(boost)));
    await second.send(second.activity('Undo', boost.id));
    const rows = await node.world.db
      .selectFrom('boosts')
      .select('id')
      .where('object', '=', path.article(entry.id))
      .execute();
    expect(rows).toEqual([{ id: boost.id }]);
  });
});

describe('a reaction', () => {
  beforeEach(() => node.world.db.deleteFrom('reactions').execute());

  test('§15.72 is kept with its emoji and counts as its actor’s one like', async () => {
    const [toot, mk, akko, gts] = people as [Shaped, Shaped, Shaped, Shaped];
    await taken(mk, mk.activity('Like', entryId, { content: '❤', _misskey_reaction: '❤' }));
    await taken(mk, mk.activity('Like', entryId, { _misskey_reaction: ':somtam@.:' }));
    await taken(akko, akko.activity('EmojiReact', entryId, { content: '👨‍🌾' }));
    await taken(akko, akko.activity('Like', entryId, { content: ':rice:' }));
    await taken(akko, akko.activity('Like', entryId));
    await taken(toot, toot.activity('Like', entryId));
    await taken(gts, gts.activity('Like', entryId, { content: 'ชอบมาก' }));
    expect(await emoji()).toEqual([':rice:', ':somtam:', '❤', '👨‍🌾']);
    expect(await likes()).toBe(4);
    expect((await documentOf()).likes).toMatchObject({ totalItems: 4 });
  });

  test('that shows no emoji is none', async () => {
    const akko = people[2] as Shaped;
    for (const content of ['', 'ok', '👍👍', ':a b:', '1']) {
      await taken(akko, akko.activity('EmojiReact', entryId, { content }));
    }
    expect([await emoji(), await likes()]).toEqual([[], 0]);
  });

  test.each([
    ['embedded', inside],
    ['by id', ({ id }: Json) => id],
  ])('§15.72 goes with an Undo, %s, and the actor’s others stay', async (_, undone) => {
    const akko = people[2] as Shaped;
    const mk = people[1] as Shaped;
    await taken(akko, akko.activity('EmojiReact', entryId, { content: '🔥' }));
    const rice = await taken(akko, akko.activity('EmojiReact', entryId, { content: '🌾' }));
    await taken(akko, akko.activity('Undo', undone(rice)));
    expect(await emoji()).toEqual(['🔥']);
    const heart = await taken(mk, mk.activity('Like', entryId, { content: '❤', _misskey_reaction: '❤' }));
    await taken(mk, mk.activity('Undo', undone(heart)));
    expect([await emoji(), await likes()]).toEqual([['🔥'], 1]);
  });
});

test('§15.72 a neighbour on the same server cannot use up the id of somebody’s boost or reaction', async () => {
  const akko = people[2] as Shaped;
  const neighbour = settleOn(akko.server, akkoma, node);
  const id = { id: `${akko.server.origin}/acts/same` };
  for (const person of [neighbour, akko]) {
    await taken(person, { ...announce(person, entryId), ...id });
    await taken(person, person.activity('EmojiReact', entryId, { content: '🔥', id: `${id.id}-fire` }));
  }
  expect([await boosts(), await likes()]).toEqual([2, 2]);
  await taken(neighbour, neighbour.activity('Undo', id.id));
  await taken(neighbour, neighbour.activity('Undo', `${id.id}-fire`));
  expect([await boosts(), await likes()]).toEqual([1, 1]);
});

test('§15.72 a reaction that only Misskey’s own word tells is taken back by an Undo that tells it alike', async () => {
  await node.world.db.deleteFrom('reactions').execute();
  const mk = people[1] as Shaped;
  const like = mk.activity('Like', entryId, { _misskey_reaction: '🌾' });
  await taken(mk, like);
  expect(await emoji()).toEqual(['🌾']);
  await taken(mk, mk.activity('Undo', inside({ ...like, id: `${String(like.id)}-anew` })));
  expect(await emoji()).toEqual([]);
});

test('§15.76 whoever boosted or reacted hears that the entry was revised', async () => {
  const [toot, mk] = people as [Shaped, Shaped];
  await taken(toot, announce(toot, entryId));
  await taken(mk, mk.activity('Like', entryId, { content: '👍' }));

  const inboxes = await interactorInboxes(node.world.db, { entry: entry.id, speaker: entry.blog });
  expect(inboxes.toSorted()).toEqual([`${toot.server.origin}/inbox`, `${mk.server.origin}/inbox`].toSorted());
});
