// Finding others by what people type or paste, and finding out where a visitor's own server wants to be asked.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knownActor } from '../../src/domain/actors.ts';
import type { Peer } from './peer.ts';
import {
  AP,
  actorDocument,
  CONTEXT,
  type Json,
  noteOf,
  openActor,
  openServer,
  PUBLIC,
  publish,
  type Server,
} from './scripted.ts';
import { openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let reader: Peer;

beforeAll(async () => {
  node = await openServed();
});
beforeEach(async () => {
  server = await openServer();
  reader = openActor(server, 'reader');
  return () => server.close();
});
afterAll(() => node.close());

const lookUp = (text: string) => node.federation.lookUp(text);

async function kindOf(text: string): Promise<string> {
  return (await lookUp(text)).kind;
}

function page(path: string, href: string): void {
  const body = `<!doctype html><link rel="alternate" type="${AP}" href="${href}"><p>หน้าเว็บ</p>`;
  server.pages.set(path, { type: 'text/html', body });
}

describe('an actor is found by', () => {
  test.each([
    ['a handle', () => `@reader@${server.host}`],
    ['a handle without its first at sign', () => `reader@${server.host}`],
    ['a handle in capitals of the host, with blanks around', () => `  @reader@${server.host.toUpperCase()} `],
    ['acct:', () => `acct:reader@${server.host}`],
    ['its id', () => reader.actor],
  ])('%s, and remembered', async (_, text) => {
    expect(await lookUp(text())).toMatchObject({
      kind: 'actor',
      actor: { id: reader.actor, handle: 'reader', host: server.host, inbox: `${reader.actor}/inbox` },
    });
    expect((await knownActor(node.world.db, { id: reader.actor }))?.name).toBe('ผู้อ่านจากที่อื่น');
  });

  test('its page, which names its document', async () => {
    page('/@reader', reader.actor);
    expect(await lookUp(`${server.origin}/@reader`)).toMatchObject({ kind: 'actor', actor: { id: reader.actor } });
  });

  test('its page’s address, where Mastodon serves the document itself', async () => {
    server.pages.set('/@reader', { body: JSON.stringify(actorDocument(reader)) });
    expect(await lookUp(`${server.origin}/@reader`)).toMatchObject({ kind: 'actor', actor: { id: reader.actor } });
  });

  test('a server that answers nobody without a signature', async () => {
    server.gate = 'signed';
    expect(await kindOf(reader.actor)).toBe('actor');
  });
});

describe('a post is found by', () => {
  let note: Json;
  beforeEach(() => {
    note = noteOf(reader, null, { content: '<p>สวัสดี<script>x</script></p>', url: `${server.origin}/@reader/1` });
    publish({ '@context': CONTEXT, ...note });
  });

  test('its id, with its author, sanitised', async () => {
    const found = await lookUp(String(note.id));
    expect(found).toMatchObject({ kind: 'post', post: { id: note.id, type: 'Note' }, author: { id: reader.actor } });
    expect(found.kind === 'post' && found.post.html).toBe('<p>สวัสดี</p>');
  });

  test('its id, when it is for everybody but not for the lists: Public stands in cc', async () => {
    const unlisted = noteOf(reader, null, { to: [`${reader.actor}/followers`], cc: [PUBLIC] });
    publish({ '@context': CONTEXT, ...unlisted });
    expect(await kindOf(String(unlisted.id))).toBe('post');
  });

  test('its page', async () => {
    page('/@reader/1', String(note.id));
    expect(await lookUp(`${server.origin}/@reader/1`)).toMatchObject({ kind: 'post', post: { id: note.id } });
  });
});

describe('nothing is found, and both languages say what to do, for', () => {
  const post = (changes: Json) => {
    const note = noteOf(reader, null, changes);
    publish({ '@context': CONTEXT, ...note });
    return String(note.id);
  };

  test.each([
    ['words', () => 'ปุ๋ยหมัก'],
    ['a stranger', () => `@nobody@${server.host}`],
    ['an address where nothing is', () => `${server.origin}/nothing`],
    ['a server that is not there', () => '@reader@127.0.0.1:1'],
    ['a post for followers only', () => post({ to: [`${reader.actor}/followers`], cc: [] })],
    ['a post that says it is by somebody elsewhere', () => post({ attributedTo: 'http://127.0.0.1:9/users/x' })],
    ['a post without an author', () => post({ attributedTo: undefined })],
    ['a thing that is no text', () => post({ type: 'Image' })],
    ['what stands on this node', () => node.blog],
  ])('%s', async (_, text) => {
    const found = await lookUp(text());
    expect(found.kind).toBe('nothing');
    if (found.kind === 'nothing')
      expect([found.telling.th, found.telling.en].every((said) => said.length > 20)).toBe(true);
  });

  test('an actor whose document is served as plain text', async () => {
    const type = 'text/plain';
    server.pages.set('/users/reader', { type, body: JSON.stringify(actorDocument(reader)) });
    expect(await kindOf(reader.actor)).toBe('nothing');
  });

  test('an actor whose inbox is on another server', async () => {
    publish(actorDocument(reader, { inbox: 'http://127.0.0.1:9/inbox' }));
    expect(await kindOf(reader.actor)).toBe('nothing');
  });

  test('an actor’s document under the address of another', async () => {
    const victim = openActor(server, 'victim');
    server.pages.set('/users/victim', {
      body: JSON.stringify(actorDocument(reader, { id: 'http://127.0.0.1:9/users/x' })),
    });
    expect(await kindOf(victim.actor)).toBe('nothing');
  });
});

describe('where a visitor’s server wants to be asked', () => {
  const object = 'https://wethi.example/ap/entries/1?a=1&b=ก';
  const links = (...given: { rel: string; template?: string }[]) => {
    const body = JSON.stringify({ subject: `acct:reader@${server.host}`, links: given });
    for (const resource of [`acct:reader@${server.host}`, `https://${server.host}`, `https://${server.host}/`]) {
      for (const asked of [resource, encodeURIComponent(resource)]) {
        server.pages.set(`/.well-known/webfinger?resource=${asked}`, { type: 'application/jrd+json', body });
      }
    }
  };
  const SUBSCRIBE = 'http://ostatus.org/schema/1.0/subscribe';
  const OBJECT = 'https://w3id.org/fep/3b86/Object';
  const ask = (account = `@reader@${server.host}`) => node.federation.remoteTemplate(account, object);
  const filled = encodeURIComponent(object);

  test('is what FEP-3b86 says, before all else', async () => {
    links(
      { rel: SUBSCRIBE, template: `${server.origin}/authorize_interaction?uri={uri}` },
      { rel: OBJECT, template: `${server.origin}/open?object={object}&intent={unknown}` },
    );
    expect(await ask()).toEqual({ ok: true, url: `${server.origin}/open?object=${filled}&intent=` });
  });

  test('is for an account what FEP-3b86 says of following', async () => {
    links(
      { rel: OBJECT, template: `${server.origin}/open?object={object}` },
      { rel: 'https://w3id.org/fep/3b86/Follow', template: `${server.origin}/follow?whom={object}` },
    );
    const followed = await node.federation.remoteTemplate(`@reader@${server.host}`, 'acct:blog@wethi.example');
    expect(followed).toEqual({ ok: true, url: `${server.origin}/follow?whom=acct%3Ablog%40wethi.example` });
    expect(await ask()).toEqual({ ok: true, url: `${server.origin}/open?object=${filled}` });
  });

  test('is else the OStatus template', async () => {
    links({ rel: SUBSCRIBE, template: `${server.origin}/authorize-follow?acct={uri}` });
    expect(await ask()).toEqual({ ok: true, url: `${server.origin}/authorize-follow?acct=${filled}` });
  });

  test('is else Mastodon’s own path', async () => {
    links({ rel: 'self' });
    expect(await ask()).toEqual({ ok: true, url: `https://${server.host}/authorize_interaction?uri=${filled}` });
  });

  test('is never another host, nor a script, whatever the server says (security.md T53)', async () => {
    for (const template of ['https://evil.example/?uri={uri}', 'javascript:alert(1)//{uri}', 'not an address {uri}']) {
      links({ rel: SUBSCRIBE, template });
      expect((await ask()).ok, template).toBe(false);
    }
    links({ rel: SUBSCRIBE, template: `${server.origin}/?uri={uri}` });
    expect((await ask()).ok).toBe(true);
  });

  test('is unknown for a stranger and for words', async () => {
    expect((await ask(`@nobody@${server.host}`)).ok).toBe(false);
    expect((await ask('ปุ๋ยหมัก')).ok).toBe(false);
  });

  test('is, for a node like this one, what this one publishes', async () => {
    const own = await node.federation.remoteTemplate(`@khunamnuay_muang@${new URL(node.origin).host}`, object);
    expect(own).toEqual({ ok: true, url: `${node.origin}/authorize_interaction?uri=${filled}` });
  });
});
