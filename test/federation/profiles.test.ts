// Who somebody is changes: what others say of themselves, and what our own followers hear of a blog's new title or keys.
import { verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { knownActor } from '../../src/domain/actors.ts';
import { reviseBlog } from '../../src/domain/blogs.ts';
import { systemClock as clock } from '../../src/domain/clock.ts';
import { keysOf } from '../../src/domain/keys.ts';
import { INSTANCE, ORGANISATION } from '../../src/domain/organisations.ts';
import { rotateKeys } from '../../src/domain/rotation.ts';
import { absolute, path } from '../../src/urls.ts';
import { office, published } from '../world.ts';
import { openPeer } from './peer.ts';
import { activitiesAt, type Json, PUBLIC } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';
import { inside, SHAPES, type Shaped, serve, settle } from './shaped.ts';

let node: Served;
let people: Shaped[];

beforeAll(async () => {
  node = await openServed();
  people = await Promise.all(SHAPES.map((shape) => settle(shape, node)));
  for (const person of people) await person.send(person.activity('Follow', node.blog));
});
afterAll(async () => {
  await node.close();
  for (const { server } of people) await server.close();
});
beforeEach(() => {
  for (const { server } of people) server.posts.length = 0;
});

const heard = () => people.map(({ server }) => activitiesAt(server));

test('§15.23 an actor who says so has a new name, picture and key at once', async () => {
  for (const person of people) {
    const fresh = openPeer(person.server.origin);
    const icon = { type: 'Image', url: person.server.origin.replace('http:', 'https:').concat('/new.png') };
    const renewed: Json = {
      ...person.document,
      ...{ name: 'ชื่อใหม่', icon, summary: '<p>ย้ายบ้านแล้ว</p>' },
      publicKey: { id: person.peer.keyId, owner: person.actor, publicKeyPem: fresh.publicKeyPem },
    };
    serve(person.server, person.actor, renewed);
    serve(person.server, person.peer.keyId, renewed);
    // The old key may sign its own end: it is what others know.
    const update = person.activity('Update', inside(renewed), { to: [PUBLIC] });
    expect((await person.send(update)).status, person.name).toBe(202);
    expect(await knownActor(node.world.db, { id: person.actor })).toMatchObject({
      ...{ name: 'ชื่อใหม่', icon: icon.url, summary: 'ย้ายบ้านแล้ว' },
    });
    const old = { ...person.peer };
    expect((await person.send(person.activity('Like', `${node.origin}/@nobody/1`))).status, person.name).toBe(401);
    Object.assign(person.peer, fresh, { actor: old.actor, keyId: old.keyId });
    expect((await person.send(person.activity('Like', `${node.origin}/@nobody/1`))).status, person.name).toBe(202);
  }
});

test('§15.23 followers hear of a new title and a new summary, each under an id of its own', async () => {
  const { handle } = node.world.blog;
  await reviseBlog(node.world.db, { handle, title: 'สมุดเล่มใหม่', clock });
  await node.settled();
  await reviseBlog(node.world.db, { handle, summary: 'เรื่องปุ๋ยหมัก', clock });
  await node.settled();
  for (const activities of heard()) {
    expect(activities).toMatchObject([
      { type: 'Update', actor: node.blog, object: { id: node.blog, name: 'สมุดเล่มใหม่' } },
      { type: 'Update', object: { name: 'สมุดเล่มใหม่', summary: '<p>เรื่องปุ๋ยหมัก</p>' } },
    ]);
    expect(new Set(activities.map(({ id }) => id)).size).toBe(2);
  }
  await expect(reviseBlog(node.world.db, { handle, title: ' ', clock })).rejects.toThrow('title');
});

test('§15.23 §15.98 followers hear of new keys, and what is sent from then on is signed with them', async () => {
  const { db, blog } = node.world;
  const before = await keysOf(db, { owner: blog.id });
  const shown = async () => ((await getJson(node.blog)).json.publicKey as Json).publicKeyPem;
  const old = await shown();
  await rotateKeys(db, { handle: blog.handle, clock });
  await node.settled();
  const after = await keysOf(db, { owner: blog.id });
  expect(after.map(({ kind }) => kind)).toEqual(['rsa', 'ed25519']);
  for (const { privateJwk } of before) expect(after.map((key) => key.privateJwk)).not.toContain(privateJwk);
  expect(await shown()).not.toBe(old);
  const pem = await shown();
  for (const activities of heard()) {
    expect(activities).toMatchObject([
      { type: 'Update', actor: node.blog, object: { publicKey: { publicKeyPem: pem } } },
    ]);
  }
  await published(node.world, {}, node.origin);
  await node.settled();
  for (const { server } of people) {
    const post = server.posts.at(-1);
    const given = Object.fromEntries(
      [...String(post?.headers.signature).matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
    const base = String(given.headers)
      .split(' ')
      .map((name) => (name === '(request-target)' ? `${name}: post ${post?.path}` : `${name}: ${post?.headers[name]}`))
      .join('\n');
    expect(verify('sha256', Buffer.from(base), String(pem), Buffer.from(String(given.signature), 'base64'))).toBe(true);
  }
});

test('§15.98 the organisation and the instance actor get new keys too, and nobody else', async () => {
  const { db } = node.world;
  const keys = async (owner: string) => (await keysOf(db, { owner })).map(({ publicJwk }) => publicJwk);
  for (const [handle, owner] of [
    [office.organisation.handle, ORGANISATION],
    [INSTANCE, INSTANCE],
  ] as const) {
    const before = await keys(owner);
    await rotateKeys(db, { handle, clock });
    expect(await keys(owner)).not.toEqual(before);
    expect(await keys(owner)).toHaveLength(2);
  }
  expect((await getJson(absolute(node.origin, path.actor(INSTANCE)))).status).toBe(200);
  await expect(rotateKeys(db, { handle: 'nobody', clock })).rejects.toThrow('blog list');
  await node.settled();
});
