// Where the attacks are fought: the node, a victim on one server with a bad neighbour on the same, and evil on another.
// What a letter did is read from the database, not from its answer.
import { expect } from 'vitest';
import type { Entry } from '../../src/domain/entries/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { type Letter, type Peer, signCavage } from '../federation/peer.ts';
import { drop, type Json, openActor, openServer, type Server } from '../federation/scripted.ts';
import { openServed, type Served, type ServedOptions } from '../federation/served.ts';
import { published } from '../world.ts';

export interface Arena {
  node: Served;
  entry: Entry;
  /** The entry's ActivityPub id. */
  entryId: string;
  victims: Server;
  evils: Server;
  victim: Peer;
  /** Lives on the victim's server. */
  neighbour: Peer;
  evil: Peer;
  close(): Promise<void>;
}

/** Opens the node with one entry, and both servers. */
export async function openArena(options: Pick<ServedOptions, 'trustProxy'> = {}): Promise<Arena> {
  const node = await openServed(options);
  const [victims, evils] = [await openServer(), await openServer()];
  const entry = await published(node.world, {}, node.origin);
  await node.settled();
  return {
    node,
    entry,
    entryId: absolute(node.origin, path.article(entry.id)),
    victims,
    evils,
    victim: openActor(victims, 'victim'),
    neighbour: openActor(victims, 'neighbour'),
    evil: openActor(evils, 'evil'),
    async close() {
      await node.close();
      await victims.close();
      await evils.close();
    },
  };
}

/** Everything that an activity can leave behind, as text. */
export async function traces({ node }: Arena): Promise<string> {
  const { db } = node.world;
  const comments = await db.selectFrom('comments').selectAll().orderBy('id').execute();
  const tables = [
    comments.map(({ html, ...rest }) => ({ ...rest, html: Buffer.from(html).toString() })),
    await db.selectFrom('posts').select(['id', 'actor', 'title', 'revised']).orderBy('id').execute(),
    await db.selectFrom('likes').selectAll().orderBy('id').execute(),
    await db.selectFrom('followers').selectAll().orderBy('activity').execute(),
    await db.selectFrom('following').selectAll().orderBy('activity').execute(),
    await db.selectFrom('tombstones').selectAll().orderBy('id').execute(),
    await db.selectFrom('received').selectAll().orderBy('activity').execute(),
    await db.selectFrom('actors').select(['id', 'name', 'inbox', 'gone']).orderBy('id').execute(),
  ];
  return JSON.stringify(tables, null, 1);
}

/** Sends it and proves that it left nothing, whatever was answered. Returns the status. */
export async function refused(arena: Arena, letter: Letter): Promise<number> {
  const before = await traces(arena);
  const { status } = await drop(letter);
  await arena.node.settled();
  expect(await traces(arena)).toBe(before);
  return status;
}

/** Sends it and proves that it was taken and did something. */
export async function accepted(arena: Arena, letter: Letter): Promise<void> {
  const before = await traces(arena);
  const { status, text } = await drop(letter);
  expect(status, text).toBe(202);
  await arena.node.settled();
  expect(await traces(arena)).not.toBe(before);
}

/** The honest letter: signed now by draft-cavage with plain node:crypto, to the shared inbox. */
export function letterOf(
  arena: Arena,
  peer: Peer,
  activity: Json,
  changes: Partial<Parameters<typeof signCavage>[1]> = {},
): Letter {
  return signCavage(peer, { url: arena.node.inbox, activity, at: new Date(), ...changes });
}

/** The comment that a note became, or undefined. */
export async function commentAt({ node }: Arena, uri: unknown) {
  const row = await node.world.db.selectFrom('comments').selectAll().where('uri', '=', String(uri)).executeTakeFirst();
  return row === undefined ? undefined : { ...row, html: Buffer.from(row.html).toString() };
}
