// What the node asks of other servers, all of it signed: who gives nothing to strangers, as GoToSocial does and Mastodon in
// secure mode, gives it to us.
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import type { Peer } from './peer.ts';
import {
  type Arrived,
  activityOf,
  CONTEXT,
  createOf,
  type Json,
  noteOf,
  openActor,
  openServer,
  publish,
  type Server,
  send,
} from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let reader: Peer;
let entryId: string;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  server.gate = 'signed';
  reader = openActor(server, 'reader');
  entryId = absolute(node.origin, path.article((await published(node.world, {}, node.origin)).id));
});
afterAll(async () => {
  await node.close();
  await server.close();
});

/** What was asked for since the last look, other than who somebody is, which anybody may ask. */
function asked(): Arrived[] {
  return server.gets.splice(0).filter(({ path }) => !path.startsWith('/.well-known/'));
}

function served(note: Json): string {
  publish({ '@context': CONTEXT, ...note });
  return String(note.id);
}

/** Whether the instance actor signed the request by draft-cavage, as plain node:crypto sees it. */
async function isSigned({ path: target, headers }: Arrived): Promise<boolean> {
  const parts = [...String(headers.signature).matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  const { keyId, headers: covered = '', signature = '' } = Object.fromEntries(parts) as Record<string, string>;
  const instance = absolute(node.origin, path.actor('instance'));
  expect(keyId).toBe(`${instance}#main-key`);
  expect(covered.split(' ')).toEqual(expect.arrayContaining(['(request-target)', 'host', 'date']));
  const base = covered
    .split(' ')
    .map((name) => (name === '(request-target)' ? `${name}: get ${target}` : `${name}: ${headers[name]}`))
    .join('\n');
  const { publicKeyPem } = (await getJson(instance)).json.publicKey as Json;
  const key = createPublicKey(String(publicKeyPem));
  return verify('sha256', Buffer.from(base), key, Buffer.from(signature, 'base64'));
}

test.each<[string, () => Promise<unknown>]>([
  ['the key and the actor of a letter', () => send(reader, node.inbox, activityOf(reader, 'Follow', node.blog))],
  [
    'a text that is only named',
    async () => {
      const note = noteOf(reader, entryId);
      served(note);
      await send(reader, node.inbox, createOf(reader, note, { object: note.id }));
    },
  ],
  [
    'the parent of a reply',
    async () => {
      const parent = served(noteOf(reader, entryId));
      await send(reader, node.inbox, createOf(reader, noteOf(reader, parent, { cc: [node.blog] })));
    },
  ],
  ['an actor that somebody looks for', () => node.federation.lookUp(openActor(server, 'sought').actor)],
  ['a post that somebody looks for', () => node.federation.lookUp(served(noteOf(openActor(server, 'poet'), null)))],
])('§15.52 %s is asked for with the instance actor’s signature', async (_, ask) => {
  await ask();
  await node.settled();
  const requests = asked();
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) expect(await isSigned(request), request.path).toBe(true);
});
