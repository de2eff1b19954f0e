// What a letter must be to come in, at the node's own socket: an honest one beside the same with one thing bent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import { type Letter, type Peer, signCavage, signRfc9421 } from './peer.ts';
import { createOf, drop, type Json, noteOf, openActor, openServer, type Server } from './scripted.ts';
import { openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let elsewhere: Server;
let reader: Peer;
let neighbour: Peer;
let entryId: string;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  elsewhere = await openServer();
  reader = openActor(server, 'reader');
  neighbour = openActor(server, 'neighbour');
  entryId = absolute(node.origin, path.article((await published(node.world, {}, node.origin)).id));
});
afterAll(async () => {
  await node.close();
  for (const one of [server, elsewhere]) await one.close();
});

const minutes = (n: number) => new Date(Date.now() + n * 60_000);

/** Sends it; what was answered, and how many comments there are more. */
async function sent(letter: Letter): Promise<{ status: number; comments: number }> {
  const count = async () => (await node.world.db.selectFrom('comments').select('id').execute()).length;
  const before = await count();
  const { status } = await drop(letter);
  await node.settled();
  return { status, comments: (await count()) - before };
}

const SCHEMES = [
  ['draft-cavage', signCavage],
  ['RFC 9421', signRfc9421],
] as const;

test.each(SCHEMES)(
  '§15.51 §15.91 an honest letter comes in, signed by %s, also with a clock half an hour off',
  async (_, sign) => {
    for (const at of [minutes(0), minutes(-30), minutes(30)]) {
      const activity = createOf(reader, noteOf(reader, entryId));
      expect(await sent(sign(reader, { url: node.inbox, activity, at }))).toEqual({ status: 202, comments: 1 });
    }
  },
);

test.each(SCHEMES)(
  '§15.91 one signed by %s is refused whose signature, digest, date or key is not its own',
  async (_, sign) => {
    const activity = createOf(reader, noteOf(reader, entryId));
    const honest = { url: node.inbox, activity, at: minutes(0) };
    const { bytes } = sign(reader, { ...honest, activity: createOf(reader, noteOf(reader, entryId)) });
    const { signature = '' } = sign(reader, { ...honest, url: `${node.blog}/inbox` }).headers;
    const letters: Record<string, Letter> = {
      'another body': { ...sign(reader, honest), bytes },
      'another letter’s signature': sign(reader, { ...honest, afterwards: { signature } }),
      'two hours late': sign(reader, { ...honest, at: minutes(-120) }),
      'two hours early': sign(reader, { ...honest, at: minutes(120) }),
      'a neighbour’s key': sign(neighbour, honest),
      'a neighbour under our reader’s key id': sign(neighbour, { ...honest, keyId: reader.keyId }),
      'a key that nobody has': sign(reader, { ...honest, keyId: `${server.origin}/users/nobody#main-key` }),
    };
    for (const [name, letter] of Object.entries(letters)) {
      expect([name, await sent(letter)]).toEqual([name, { status: 401, comments: 0 }]);
    }
    expect((await sent(sign(reader, honest))).comments).toBe(1);
  },
);

test('§15.91 so is one whose activity or object is of another origin than its actor, or of another author', async () => {
  const note = noteOf(reader, entryId);
  const away: Json[] = [
    createOf(reader, note, { id: `${elsewhere.origin}/activities/1` }),
    createOf(reader, { ...note, id: `${elsewhere.origin}/notes/1` }),
    createOf(reader, { ...note, attributedTo: `${elsewhere.origin}/users/x` }),
    createOf(reader, { ...note, attributedTo: neighbour.actor }),
  ];
  for (const activity of away) {
    expect(await sent(signCavage(reader, { url: node.inbox, activity, at: minutes(0) }))).toEqual({
      status: 400,
      comments: 0,
    });
  }
  expect(elsewhere.gets).toEqual([]);
});
