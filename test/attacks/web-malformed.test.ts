// Documents that are JSON and nothing else: keys that are no keys, languages that are none, addresses that no parser takes
// (T36; mast GHSA-qrgq, fedify #825 and #847). Each is refused or left out; nothing falls over, and the next honest letter
// is taken.
import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { Entry } from '../../src/domain/entries/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { type Peer, signCavage } from '../federation/peer.ts';
import {
  activityOf,
  actorDocument,
  createOf,
  drop,
  type Json,
  noteOf,
  openActor,
  openServer,
  PUBLIC,
  publish,
  type Server,
} from '../federation/scripted.ts';
import { published } from '../world.ts';
import { attack, measured, printLedger } from './ledger.ts';
import { BROWSER, openWebNode, type WebNode } from './web-node.ts';

let web: WebNode;
let theirs: Server;
let honest: Peer;
let entry: Entry;
let home: string;
const rejections: unknown[] = [];
const note = (error: unknown) => rejections.push(error);
beforeAll(async () => {
  web = await openWebNode();
  theirs = await openServer();
  honest = openActor(theirs, 'honest');
  entry = await published(web.world, {}, web.origin);
  home = absolute(web.origin, path.article(entry.id));
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
  await web.close();
  await theirs.close();
});
printLedger();

async function deliver(peer: Peer, activity: Json): Promise<number> {
  const url = absolute(web.origin, path.sharedInbox());
  return (await drop(signCavage(peer, { url, activity, at: new Date() }))).status;
}

/** Has everything inbound worked off; what cannot be is set aside as dead, which counts as left out. */
async function settled(): Promise<void> {
  const { db } = web.world;
  await vi.waitFor(
    async () => {
      web.node.wake();
      const waiting = await db
        .selectFrom('messages')
        .select(['attempts', 'number'])
        .where('dead', 'is', null)
        .execute();
      expect(waiting).toEqual([]);
    },
    { timeout: 10_000, interval: 20 },
  );
}

const uris = async () => (await web.world.db.selectFrom('comments').select('uri').execute()).map(({ uri }) => uri);

/** An honest letter after the others: the node stands, and nothing was left hanging. */
async function stillStands(): Promise<void> {
  const said = noteOf(honest, home);
  expect(await deliver(honest, createOf(honest, said))).toBe(202);
  await settled();
  expect(await uris()).toContain(said.id);
  expect((await web.ask(path.entry(web.world.blog.handle, entry.number), { accept: BROWSER })).status).toBe(200);
  expect(rejections).toEqual([]);
}

const WRONG_URLS: unknown[] = [
  'http://[::1',
  'http://',
  'https://%',
  '://',
  'https://a b/',
  '',
  ' ',
  'x',
  'http://a:99999/',
  `https://${'a'.repeat(300)}.test/`,
  'https://xn--/',
  42,
  null,
  [],
  {},
  { type: 'Link', href: 'http://[' },
  { href: 7 },
  [['x']],
  true,
];

/** A third of them, another third at each place: every place meets all kinds, and every address stands somewhere. */
const someFor = (place: number) => WRONG_URLS.filter((_, index) => index % 3 === place % 3);

attack('T36', 'an actor whose key is none: cut short, wrong, of another kind, huge or not text', async () => {
  const pem = honest.publicKeyPem;
  const wrong: unknown[] = [
    '',
    'x',
    pem.slice(0, 80),
    pem.replaceAll('A', '!'),
    pem.replace('PUBLIC', 'PRIVATE'),
    '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(200_000)}\n-----END PUBLIC KEY-----`,
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB',
    '\0\ud800',
    42,
    null,
    [pem, 'x'],
    { '@value': 'x' },
  ];
  const answers: number[] = [];
  for (const [index, publicKeyPem] of wrong.entries()) {
    const actor = `${theirs.origin}/users/key${index}`;
    const peer = { ...honest, actor, keyId: `${actor}#main-key` };
    publish(actorDocument(peer, { publicKey: { id: peer.keyId, owner: actor, publicKeyPem } }));
    answers.push(await deliver(peer, createOf(peer, noteOf(peer, home))));
  }
  measured(`${wrong.length} wrong keys: answered ${[...new Set(answers)].join(', ')}`);
  for (const [index, status] of answers.entries())
    expect([index, status >= 400 && status < 500]).toEqual([index, true]);
  // Nor when one of ours asks for them by name.
  const asking = { accept: BROWSER, cookie: await web.cookie(), 'sec-fetch-site': 'none' };
  for (const [index] of wrong.entries()) {
    const uri = encodeURIComponent(`${theirs.origin}/users/key${index}`);
    const { status } = await web.ask(`/authorize_interaction?uri=${uri}`, asking);
    expect([index, status < 500]).toEqual([index, true]);
  }
  await settled();
  expect((await uris()).filter((uri) => uri?.includes('/users/key'))).toEqual([]);
  await stillStands();
});

attack('T36', 'a text in a language that is none, or in none of the shapes that a text has', async () => {
  const languages = [
    'x_',
    '',
    ' ',
    'x',
    'en-',
    '-',
    'th_TH',
    'a'.repeat(300),
    'ไทย',
    'en-x-',
    '123',
    'i-default',
    'zh-cmn-Hans-CN',
    'x-whatever',
    '@none',
    '\0',
  ];
  const shapes: Json[] = [
    ...languages.map((language) => ({ contentMap: { [language]: '<p>คำ</p>' } })),
    ...languages.map((language) => ({ nameMap: { [language]: 'ชื่อ' }, summaryMap: { [language]: 'สรุป' } })),
    { contentMap: 'x' },
    { contentMap: { en: 5 } },
    { contentMap: { en: null } },
    { contentMap: [] },
    { content: 5 },
    { content: null },
    { content: ['ก', 'ข'] },
    { content: { '@value': 'ก', '@language': 'x_' } },
    { content: { '@value': 'ก', '@type': 'x' } },
    { name: {}, summary: [] },
    { mediaType: 'text/x\n' },
    { published: 'yesterday' },
    { published: '+275760-09-13T00:00:00Z' },
    { published: '2026-13-45T99:99:99Z', updated: 7 },
    { duration: 'x', startTime: 'x', endTime: '-P' },
  ];
  await eachLeftOut(shapes);
});

attack('T36', 'addresses that no parser takes, wherever an address can stand', async () => {
  const places = [
    'url',
    'inReplyTo',
    'context',
    'replies',
    'attachment',
    'tag',
    'icon',
    'image',
    'cc',
    'bto',
    'audience',
    'generator',
    'likes',
  ];
  await eachLeftOut(places.flatMap((place, index) => someFor(index).map((url) => ({ [place]: url }))));
});

attack('T36', 'an actor whose addresses no parser takes', async () => {
  const places = [
    'inbox',
    'outbox',
    'url',
    'icon',
    'image',
    'endpoints',
    'followers',
    'featured',
    'alsoKnownAs',
    'attachment',
    'preferredUsername',
    'name',
  ];
  const answers = new Map<number, number>();
  let index = 0;
  for (const [nth, place] of places.entries()) {
    for (const value of someFor(nth)) {
      index += 1;
      const actor = `${theirs.origin}/users/odd${index}`;
      const peer = { ...honest, actor, keyId: `${actor}#main-key` };
      publish(actorDocument(peer, { [place]: value }));
      const status = await deliver(peer, createOf(peer, noteOf(peer, home)));
      answers.set(status, (answers.get(status) ?? 0) + 1);
      expect([place, JSON.stringify(value), status < 500]).toEqual([place, JSON.stringify(value), true]);
    }
  }
  measured(`${index} odd actors: ${[...answers].map(([status, count]) => `${count} × ${status}`).join(', ')}`);
  await settled();
  await stillStands();
});

attack('T36', 'activities that are odd themselves: no object, many, nested, of unknown kinds', async () => {
  const odd: Json[] = [
    activityOf(honest, 'Create', null),
    activityOf(honest, 'Create', []),
    activityOf(honest, 'Create', [noteOf(honest, home), noteOf(honest, home)]),
    activityOf(honest, 'Create', 'http://[::1'),
    activityOf(honest, 'Create', { type: 'Nothing' }),
    activityOf(honest, 'Follow', {}),
    activityOf(honest, 'Follow', 'acct:x'),
    activityOf(honest, 'Undo', activityOf(honest, 'Undo', activityOf(honest, 'Undo', 'x'))),
    activityOf(honest, 'Like', ['https://a.test/', 5]),
    activityOf(honest, 'Delete', { type: 'Tombstone' }),
    activityOf(honest, 'Update', { id: honest.actor, type: 'Person' }),
    activityOf(honest, 'Update', { id: honest.actor, type: 'Note', content: 'x' }),
    activityOf(honest, 'Announce', { '@id': '_:b0' }),
    activityOf(honest, 'Nonsense', 'https://a.test/'),
    activityOf(honest, 'Accept', { type: 'Follow', actor: 'x', object: 5 }),
  ];
  for (const activity of odd) {
    const status = await deliver(honest, activity);
    expect([JSON.stringify(activity.object), status < 500]).toEqual([JSON.stringify(activity.object), true]);
  }
  await settled();
  await stillStands();
});

attack('T36', 'an account or address that a reader types, as odd as can be', async () => {
  const cookie = await web.cookie();
  const odd = [
    ...WRONG_URLS.map(String),
    'acct:\0x@127.0.0.1',
    `acct:ก@${new URL(web.origin).host}`,
    `acct:\u0001\ud800@${new URL(web.origin).host}`,
    `acct:x/../../@${new URL(web.origin).host}`,
    '@@@',
    'acct:',
    '%',
    '\ud800',
    'a'.repeat(10_000),
    `${web.origin}/@\ud800`,
  ];
  for (const uri of odd) {
    const asked = await web.ask(`/authorize_interaction?uri=${encoded(uri)}`, {
      accept: BROWSER,
      cookie,
      'sec-fetch-site': 'same-site',
    });
    expect([uri, asked.status < 500]).toEqual([uri, true]);
    const sent = await web.send(
      '/authorize_interaction',
      { uri: uri.slice(0, 100), act: 'nothing', blog: 'x' },
      { cookie },
    );
    expect([uri, sent.status < 500]).toEqual([uri, true]);
  }
  const found = await web.ask(`/authorize_interaction?uri=${encodeURIComponent(honest.actor)}`, {
    accept: BROWSER,
    cookie,
    'sec-fetch-site': 'none',
  });
  expect(found.status).toBe(200);
  await stillStands();
});

function encoded(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2);
}

/** Sends a reply with each of these changes; none may be answered with a fault of ours, nor break a page. */
async function eachLeftOut(changes: Json[]): Promise<void> {
  const answers = new Map<number, number>();
  for (const change of changes) {
    const status = await deliver(honest, createOf(honest, noteOf(honest, home, { to: [PUBLIC], ...change })));
    answers.set(status, (answers.get(status) ?? 0) + 1);
    expect([JSON.stringify(change), status < 500]).toEqual([JSON.stringify(change), true]);
  }
  measured(`${changes.length} odd texts: ${[...answers].map(([status, count]) => `${count} × ${status}`).join(', ')}`);
  await settled();
  await stillStands();
}
