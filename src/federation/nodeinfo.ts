// NodeInfo 2.1: what software this is and how much is written here. Lemmy stops delivering to a node without it.
import type { Federatable } from '@fedify/fedify';
import { nodeFigures } from '../domain/reading/node.ts';
import type { Here } from './here.ts';

/** Registers `/nodeinfo/2.1` and its well-known link. Counts are of what is public. */
export function registerNodeinfo(federation: Federatable<Here>, { version }: { version: string }): void {
  federation.setNodeInfoDispatcher('/nodeinfo/2.1', async (context) => {
    const figures = await nodeFigures(context.data.db);
    return {
      software: { name: 'wethi', version },
      protocols: ['activitypub'],
      services: { inbound: [], outbound: [] },
      openRegistrations: false,
      usage: { users: { total: figures.blogs }, localPosts: figures.entries, localComments: figures.comments },
    };
  });
}
