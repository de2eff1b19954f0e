// Over two hundred honest letters in the shapes of eight servers, built from federation.md: each is taken by a whole node and
// has its effect. Each author lives a life in order (follows, answers, is answered, edits, likes, takes back, deletes,
// leaves), and the seed chooses what differs between them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chanceOf } from '../../../../bench/faults/chance.ts';
import { absolute, path } from '../../../../src/urls.ts';
import { type Peer, signCavage } from '../../../federation/peer.ts';
import { AP, actorDocument, drop, type Json, openServer, type Server } from '../../../federation/scripted.ts';
import { dump } from '../../../world.ts';
import { type Arena, openArena } from '../../arena.ts';
import { ldSignedWhole } from './ld-signed.ts';
import { SHAPES } from './senders.ts';
import type { Life, Shape, Verb } from './shape.ts';
import { LITEPUB } from './shapes/akkoma.ts';
import { mastodon } from './shapes/mastodon.ts';

const SEED = Number(process.env.WETHI_SEED ?? 1);
const LIVES = 3;

let arena: Arena;
const servers: Server[] = [];
const taken = new Map<string, number>();

beforeAll(async () => {
  arena = await openArena();
});
afterAll(async () => {
  await arena.close();
  for (const server of servers) await server.close();
  const rows = [...taken].map(([name, count]) => `${name} | ${count}`);
  process.stdout.write(`sender (built from federation.md, seed ${SEED}) | letters taken\n${rows.join('\n')}\n`);
});

type Rows = Record<string, Record<string, unknown>[]>;

const rowsOf = () => dump(arena.node.world) as Rows;

const commentAt = ({ comments = [] }: Rows, uri: string) => comments.find((row) => row.uri === uri);

/** An author on a server of the shape's, with document, context and, as GoToSocial has them, a key of its own. */
function settle(shape: Shape, server: Server, number: number): { life: Life; peer: Peer } {
  const { origin } = server;
  const chance = chanceOf(SEED * 1_000 + number);
  const chosen = () => chance.between(0, 1) === 1;
  const actor = shape.actor({ origin, number });
  const life: Life = {
    ...{ origin, number, actor, blog: arena.node.blog, name: `p${number}`, followers: `${actor}/followers` },
    account: `@${arena.node.world.blog.handle}@${new URL(arena.node.origin).host}`,
    ...{ warned: chosen(), tagged: chosen(), unlisted: chosen(), language: chosen() ? 'th' : 'en' },
  };
  const peer: Peer = { ...arena.victim, actor, keyId: shape.keyId(actor) };
  const document = actorDocument(peer, { preferredUsername: life.name, url: actor, ...shape.profile(life) });
  serve(server, actor, document);
  if (peer.keyId.split('#')[0] !== actor) {
    const { '@context': context, id, type, preferredUsername, publicKey } = document;
    serve(server, peer.keyId, { '@context': context, id, type, preferredUsername, publicKey });
  }
  server.pages.set('/schemas/litepub-0.1.jsonld', { type: 'application/ld+json', body: JSON.stringify(LITEPUB) });
  return { life, peer };
}

function serve(server: Server, url: string, document: Json): void {
  const { pathname, search } = new URL(url);
  server.pages.set(`${pathname}${search}`, { type: AP, body: JSON.stringify(document) });
}

/** One life, letter by letter. */
async function live(shape: Shape, { life, peer }: { life: Life; peer: Peer }): Promise<void> {
  const { node, entryId, entry } = arena;
  const page = absolute(node.origin, path.entry(node.world.blog.handle, entry.number));
  const [first, second] = [shape.text(life, life.number * 10 + 1), shape.text(life, life.number * 10 + 2)];
  const words = (text: string) => `<p>${text} จาก ${shape.name}</p>`;
  const published = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const text = { id: first, inReplyTo: entryId, html: words('ขอบคุณครับ'), published, updated: null };
  const sent = new Map<Verb, Json>();
  const activity = (verb: Verb, about: string, object: unknown): Json => {
    const type = verb === 'Answer' ? 'Create' : (verb.split(' ')[0] ?? verb);
    const id = shape.activity(life, verb, about);
    const made = { '@context': shape.context(life), id, type, actor: life.actor, object, ...shape.around(life, verb) };
    sent.set(verb, made);
    return made;
  };
  const undo = (verb: Verb, of: Verb) => {
    const given = sent.get(of) ?? {};
    return activity(verb, String(given.id), shape.undone(given));
  };
  const acts: Record<Verb, { make: () => Json; stands: (rows: Rows) => boolean }> = {
    Follow: { make: () => activity('Follow', life.blog, life.blog), stands: (rows) => follows(rows, life) },
    Create: {
      make: () => activity('Create', first, shape.note(life, text)),
      stands: (rows) => commentAt(rows, first)?.state === 'shown' && commentAt(rows, first)?.actor === life.actor,
    },
    Answer: {
      make: () => activity('Answer', second, shape.note(life, { ...text, id: second, inReplyTo: first })),
      stands: (rows) => {
        const [above, below] = [commentAt(rows, first), commentAt(rows, second)];
        return below?.state === 'shown' && below.parent === above?.id;
      },
    },
    Update: {
      make: () =>
        activity(
          'Update',
          first,
          shape.note(life, { ...text, html: words('ขอแก้คำ'), updated: new Date().toISOString() }),
        ),
      stands: (rows) => Buffer.from((commentAt(rows, first)?.html ?? []) as Uint8Array).includes('ขอแก้คำ'),
    },
    Like: {
      // Some like the page and some the id.
      make: () => activity('Like', entryId, life.tagged ? entryId : page),
      stands: (rows) => likes(rows, life),
    },
    'Undo Like': { make: () => undo('Undo Like', 'Like'), stands: (rows) => !likes(rows, life) },
    Delete: {
      make: () => activity('Delete', first, shape.deletion(first)),
      stands: (rows) => commentAt(rows, first)?.state === 'deleted',
    },
    'Undo Follow': { make: () => undo('Undo Follow', 'Follow'), stands: (rows) => !follows(rows, life) },
  };
  for (const verb of shape.verbs) {
    const { make, stands } = acts[verb];
    const name = `${verb} of ${life.actor}`;
    expect(stands(rowsOf()), `${name}: stood before`).toBe(false);
    const url = life.number % 2 === 0 ? node.inbox : absolute(node.origin, path.inbox(node.world.blog.id));
    const { status, text: answer } = await drop(shape.sign(peer, { url, activity: make(), at: new Date() }));
    expect(status, `${name}: ${answer}`).toBe(202);
    await node.settled();
    expect(stands(rowsOf()), `${name}: has its effect`).toBe(true);
    taken.set(shape.name, (taken.get(shape.name) ?? 0) + 1);
  }
}

const follows = ({ followers = [] }: Rows, { actor }: Life) => followers.some((row) => row.actor === actor);
/** Misskey’s like by an emoji. */
const likes = ({ likes: rows = [], reactions = [] }: Rows, { actor }: Life) =>
  [...rows, ...reactions].some((row) => row.actor === actor);

test.each(SHAPES)('$name', { timeout: 60_000 }, async (shape) => {
  const server = await openServer();
  servers.push(server);
  for (let number = 1; number <= LIVES; number++) await live(shape, settle(shape, server, number));
});

test('replies of Mastodon with their LD signature come in from whoever passes them on, and not when they were changed', async () => {
  const shape = mastodon('4.6');
  const server = await openServer();
  servers.push(server);
  for (let number = 11; number <= 16; number++) {
    const { life, peer } = settle(shape, server, number);
    const { node, entryId, evil } = arena;
    const [id, html] = [shape.text(life, number), '<p>ขอบคุณครับ ผ่านมือคนอื่นมา</p>'];
    const text = { id, inReplyTo: entryId, html, published: '2026-11-23T05:07:18Z', updated: null };
    const create = {
      ...{ '@context': shape.context(life), id: `${id}/activity`, type: 'Create', actor: life.actor },
      ...{ object: shape.note(life, text), ...shape.around(life, 'Create') },
    };
    const signed = await ldSignedWhole(peer, create);
    const passedOn = (activity: Json) => drop(signCavage(evil, { url: node.inbox, activity, at: new Date() }));
    const changed = { ...signed, object: { ...(signed.object as Json), content: '<p>ไม่ได้พูด</p>' } };
    expect((await passedOn(changed)).status).toBe(401);
    await node.settled();
    expect(commentAt(rowsOf(), id)).toBeUndefined();
    expect((await passedOn(signed)).status).toBe(202);
    await node.settled();
    expect(commentAt(rowsOf(), id)).toMatchObject({ state: 'shown', actor: life.actor });
    taken.set('Mastodon 4.6, passed on', (taken.get('Mastodon 4.6, passed on') ?? 0) + 1);
  }
});

test('over two hundred letters were taken', () => {
  expect([...taken.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(200);
});
