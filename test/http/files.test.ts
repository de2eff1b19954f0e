// Whose bytes the node gives out: those that came with the program, and what it writes itself. Nobody else's.
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysOf } from '../../src/domain/keys.ts';
import { path } from '../../src/urls.ts';
import { dump, ORIGIN, published } from '../world.ts';
import { pathFor } from './doors.ts';
import { type House, openHouse } from './house.ts';

const AP = 'application/activity+json';
const ACCEPTS = [AP, 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"', 'text/html', '*/*'];

let house: House;
beforeAll(async () => {
  house = await openHouse({ network: 'public' });
}, 60_000);
afterAll(() => house.close());

const ask = (at: string, accept: string) => house.app.request(at, { headers: { accept } });

/** What is taken for an actor or a note by servers that are not careful (CVE-2024-25623). */
const UNCAREFUL = /json/;

test('§15.96 what came with the program is never a document, whatever it is asked for as', async () => {
  const names = readdirSync(new URL('../../src/public/', import.meta.url), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.includes('.'));
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    for (const accept of ACCEPTS) {
      const { status, headers } = await ask(`/assets/${file}`, accept);
      expect([status, headers.get('X-Content-Type-Options')], file).toEqual([200, 'nosniff']);
      expect(headers.get('Content-Type') ?? '', `${file} as ${accept}`).not.toMatch(UNCAREFUL);
    }
  }
});

test('§15.96 nobody can leave a file here: no form takes one', async () => {
  const doors = house.app.routes().filter(({ method }) => method === 'POST');
  expect(doors.length).toBeGreaterThan(5);
  const upload = new FormData();
  upload.set('file', new Blob([JSON.stringify({ id: `${ORIGIN}/media/1`, type: 'Person' })], { type: AP }), 'a.json');
  const before = JSON.stringify(dump(house.world));
  for (const door of doors) {
    const sent = { method: 'POST', headers: { origin: ORIGIN }, body: upload };
    expect((await house.app.request(new Request(ORIGIN + pathFor(door.path), sent))).status, door.path).toBe(400);
  }
  expect(JSON.stringify(dump(house.world))).toBe(before);
});

test('§15.96 a document written with a title or a text that is itself a document stays one of ours', async () => {
  const posing = JSON.stringify({
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: `${ORIGIN}/x`,
    type: 'Person',
  });
  const entry = await published(house.world, { title: posing.slice(0, 140), source: posing });
  const places = [
    path.entry(house.world.blog.handle, entry.number),
    path.feed(path.blog(house.world.blog.handle), 'xml'),
  ];
  for (const place of places) {
    const page = await ask(place, 'text/html');
    expect([page.status, page.headers.get('Content-Type')?.includes('activity')], place).toEqual([200, false]);
  }
  const document = await ask(path.article(entry.id), AP);
  expect(document.headers.get('Content-Type')).toBe(AP);
  expect(await document.json()).toMatchObject({ id: `${ORIGIN}${path.article(entry.id)}`, type: 'Article' });
});

test('§15.98 no document gives a private key away', async () => {
  const owners = [house.world.blog.id, house.other.blog.id, 'organisation', 'instance'];
  const keys = await Promise.all(owners.map((owner) => keysOf(house.world.db, { owner })));
  const secrets = keys.flat().map(({ privateJwk }) => (JSON.parse(privateJwk) as { d: string }).d);
  expect(secrets.length).toBeGreaterThan(5);
  const actors = owners.map((id) => path.actor(id));
  for (const place of [...actors, path.outbox(house.world.blog.id), path.article(house.fresh.id), '/nodeinfo/2.1']) {
    for (const accept of [AP, 'text/html']) {
      const text = await (await ask(place, accept)).text();
      expect(text, place).not.toMatch(/"(?:d|p|q|dp|dq|qi)"|PRIVATE KEY|privateJwk/);
      for (const secret of secrets) expect(text.includes(secret), place).toBe(false);
    }
  }
});
