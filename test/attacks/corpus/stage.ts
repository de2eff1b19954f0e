// Where a class of forgeries is played: a node of its own with one entry, actors by the hundred on two servers elsewhere,
// a bystander whom nobody should ask anything, and the whole database as it stood before and after.
import type { Chance } from '../../../bench/faults/chance.ts';
import { absolute, path } from '../../../src/urls.ts';
import type { Peer } from '../../federation/peer.ts';
import { type Arrived, actorDocument, openServer, type Page, type Server } from '../../federation/scripted.ts';
import { dump } from '../../world.ts';
import { type Arena, openArena } from '../arena.ts';

/** The doors of the node: the shared inbox, the blog's and the organisation's. */
export const DOORS = ['shared', 'blog', 'organisation'] as const;
export type Door = (typeof DOORS)[number];

/** A row as it stands in its table. */
export type Row = Record<string, unknown>;
export type State = Record<string, Row[]>;

/** Who plays in one case: an honest author, somebody on the same server, and somebody on another. */
export interface Cast {
  author: Peer;
  neighbour: Peer;
  stranger: Peer;
  /** On the stranger's server; passes on what others signed. */
  courier: Peer;
}

export interface Stage {
  arena: Arena;
  chance: Chance;
  bystander: Server;
  /** The address of a door. */
  door(door: Door): string;
  /** A new cast; every one of them has a document. */
  cast(): Cast;
  /** Serves another document than the usual one for an actor, or at any path of the author's or the stranger's server. */
  serve(url: string, page: Page): void;
  /** What was asked for since the last call, as whole URLs. */
  asked(): string[];
  close(): Promise<void>;
}

/** Opens a stage for one class. */
export async function openStage(chance: Chance): Promise<Stage> {
  const arena = await openArena();
  const bystander = await openServer();
  const { victims, evils } = arena;
  const keys = { author: arena.victim, neighbour: arena.neighbour, stranger: arena.evil, courier: arena.evil };
  for (const server of [victims, evils]) server.otherwise = (arrived) => actorPage(server, arrived, keys);
  let count = 0;
  const resident = (role: keyof Cast, server: Server): Peer => {
    const actor = `${server.origin}/users/${role}${count}`;
    return { ...keys[role], actor, keyId: `${actor}#main-key` };
  };
  let read = new Map<Server, number>();
  return {
    arena,
    chance,
    bystander,
    door(door) {
      if (door === 'shared') return arena.node.inbox;
      const actor = door === 'blog' ? arena.node.world.blog.id : door;
      return absolute(arena.node.origin, path.inbox(actor));
    },
    cast() {
      count += 1;
      return {
        author: resident('author', victims),
        neighbour: resident('neighbour', victims),
        stranger: resident('stranger', evils),
        courier: resident('courier', evils),
      };
    },
    serve(url, page) {
      const { origin, pathname } = new URL(url);
      const server = origin === victims.origin ? victims : evils;
      server.pages.set(pathname, page);
    },
    asked() {
      const servers = [victims, evils, bystander];
      const fresh = servers.flatMap((server) =>
        server.gets.slice(read.get(server) ?? 0).map(({ path: asked }) => `${server.origin}${asked}`),
      );
      read = new Map(servers.map((server) => [server, server.gets.length]));
      return fresh;
    },
    async close() {
      await arena.close();
      await bystander.close();
    },
  };
}

/** Everybody of one role shares a key, because two thousand keys would take minutes. */
function actorPage(server: Server, { path: asked }: Arrived, keys: Record<keyof Cast, Peer>): Page {
  const [, role, number] = asked.match(/^\/users\/(author|neighbour|stranger|courier)(\d+)$/) ?? [];
  if (role === undefined) return { status: 404 };
  const actor = `${server.origin}/users/${role}${number}`;
  const peer = { ...keys[role as keyof Cast], actor, keyId: `${actor}#main-key` };
  return { body: JSON.stringify(actorDocument(peer)) };
}

/**
 * What the library and the queue keep for themselves while they look at a letter, and the counter of what may have changed
 * for readers; no effect stands in there.
 */
const WORKING_PAPERS = new Set(['kv', 'messages', 'senders', 'lanes', 'sqlite_sequence', 'shown']);

/** Everything that the database holds. */
export function stateOf({ arena }: Stage): State {
  return dump(arena.node.world) as State;
}

/**
 * Every row of every table as text, but for working papers. Whoever forges stands for themselves: that a neighbour or a
 * stranger is known, and that a letter of theirs in their own name came, are no effects on anybody.
 */
export function fingerprint(stage: Stage): Map<string, string> {
  const rows = new Map<string, string>();
  for (const [table, all] of Object.entries(stateOf(stage))) {
    if (WORKING_PAPERS.has(table)) continue;
    for (const row of all) {
      const of = table === 'actors' ? row.id : table === 'received' ? row.actor : null;
      if (typeof of === 'string' && /\/users\/(?:neighbour|stranger|courier)\d+$/.test(of)) continue;
      // When an actor was last read says nothing about them.
      const { fetched: _, ...kept } = row;
      const text = JSON.stringify(kept);
      rows.set(`${table} ${text}`, text);
    }
  }
  return rows;
}

/** Rows that stand on one side only. */
export function difference(before: Map<string, string>, after: Map<string, string>): string[] {
  const gone = [...before.keys()].filter((row) => !after.has(row)).map((row) => `- ${row}`);
  const come = [...after.keys()].filter((row) => !before.has(row)).map((row) => `+ ${row}`);
  return [...gone, ...come];
}
