// Reports from elsewhere, as four kinds of server write them: kept with what they are about, and never passed on.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Entry } from '../../src/domain/entries/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { akkoma } from '../attacks/corpus/genuine/shapes/akkoma.ts';
import { published } from '../world.ts';
import { activitiesAt, createOf, type Json, noteOf } from './scripted.ts';
import { openServed, type Served } from './served.ts';
import { SHAPES, type Shaped, settle, settleOn } from './shaped.ts';

let node: Served;
let people: Shaped[];
let entry: Entry;
let entryId: string;
let comment: Json;

beforeAll(async () => {
  node = await openServed();
  // Mastodon reports as its server: an Application whose inbox nobody reads.
  people = await Promise.all(
    SHAPES.map((shape, at) =>
      settle(shape, node, at === 0 ? { type: 'Application', preferredUsername: 'mastodon.example' } : {}),
    ),
  );
  entry = await published(node.world, {}, node.origin);
  entryId = absolute(node.origin, path.article(entry.id));
  const speaker = people[3] as Shaped;
  comment = noteOf(speaker.peer, entryId);
  await speaker.send(createOf(speaker.peer, comment));
});
afterAll(async () => {
  await node.close();
  for (const { server } of people) await server.close();
});
beforeEach(() => node.world.db.deleteFrom('reports').execute());

async function reports() {
  const { db } = node.world;
  const rows = await db.selectFrom('reports').select(['id', 'actor', 'content', 'seen']).orderBy('id').execute();
  const subjects = await db.selectFrom('reportSubjects').selectAll().orderBy('kind').execute();
  return rows.map(({ id, ...row }) => ({
    ...row,
    about: subjects.filter(({ report }) => report === id).map(({ kind, subject }) => [kind, subject]),
  }));
}

const blog = () => ['actor', node.world.blog.id];
const theEntry = () => ['entry', entry.id];
const theComment = async () => {
  const { db } = node.world;
  const row = await db
    .selectFrom('comments')
    .select('id')
    .where('uri', '=', String(comment.id))
    .executeTakeFirstOrThrow();
  return ['comment', row.id];
};

test('§15.83 Mastodon’s comes from its server’s own actor, to the blog’s inbox, with everything in a list', async () => {
  const sender = people[0] as Shaped;
  const flag = sender.activity('Flag', [node.blog, entryId, comment.id], { content: 'หลอกขายของ' });
  expect((await sender.send(flag, `${node.blog}/inbox`)).status).toBe(202);
  const about = [blog(), await theComment(), theEntry()];
  expect(await reports()).toEqual([{ actor: sender.actor, content: 'หลอกขายของ', seen: null, about }]);
  await sender.send(flag, `${node.blog}/inbox`);
  expect(await reports()).toHaveLength(1);
});

test('§15.83 Misskey’s names the account, and the notes in its text', async () => {
  const sender = people[1] as Shaped;
  const content = `Note: ${entryId}\n-----\nหลอกขายของ ${String(comment.id)}`;
  expect((await sender.send(sender.activity('Flag', node.blog, { content }))).status).toBe(202);
  expect(await reports()).toMatchObject([{ content, about: [blog(), await theComment(), theEntry()] }]);
});

test('§15.83 Akkoma’s and GoToSocial’s come to the shared inbox, with and without a list, a `to` or words', async () => {
  const [akko, gts] = people.slice(2) as [Shaped, Shaped];
  const page = `${node.origin}/@khunamnuay_muang/${entry.number}`;
  await akko.send(
    akko.activity('Flag', [node.blog, { type: 'Note', id: entryId, content: 'x' }], { to: [node.blog], cc: [] }),
  );
  await gts.send(gts.activity('Flag', page));
  expect(await reports()).toMatchObject([
    { actor: akko.actor, content: '', about: [blog(), theEntry()] },
    { actor: gts.actor, content: '', about: [theEntry()] },
  ]);
});

test('§15.83 of its words five thousand are kept', async () => {
  const sender = people[2] as Shaped;
  await sender.send(sender.activity('Flag', [node.blog], { content: 'ก'.repeat(6_000) }));
  const [report] = await reports();
  expect(report?.content.length).toBeGreaterThan(4_900);
  expect(report?.content.length).toBeLessThanOrEqual(5_000);
});

test('§15.83 a neighbour on the same server cannot use up the id of somebody’s report', async () => {
  const akko = people[2] as Shaped;
  const neighbour = settleOn(akko.server, akkoma, node);
  const flag = { content: 'หลอกขายของ', id: `${akko.server.origin}/acts/same` };
  for (const person of [neighbour, akko, akko]) await person.send(person.activity('Flag', [node.blog], flag));
  const about = [blog()];
  const rows = await reports();
  expect(rows.map(({ actor }) => actor).toSorted()).toEqual([neighbour.actor, akko.actor].toSorted());
  expect(rows.map((row) => row.about)).toEqual([about, about]);
});

test('one about nothing of ours is left out, and nothing is ever answered or passed on', async () => {
  const [sender, other] = people as [Shaped, Shaped];
  await other.send(other.activity('Follow', node.blog));
  for (const { server } of people) server.posts.length = 0;
  await sender.send(sender.activity('Flag', [other.actor, `${other.actor}/notes/1`], { content: 'ไม่ใช่ของที่นี่' }));
  expect(await reports()).toEqual([]);
  await sender.send(sender.activity('Flag', [node.blog], { content: 'ของที่นี่' }));
  expect(await reports()).toHaveLength(1);
  expect(people.flatMap(({ server }) => activitiesAt(server))).toEqual([]);
});
