// Actors of the four kinds of server that most letters come from, each with the names, contexts and signatures of its kind.
import { type Life, mainKey, type Shape } from '../attacks/corpus/genuine/shape.ts';
import { akkoma, LITEPUB } from '../attacks/corpus/genuine/shapes/akkoma.ts';
import { gotosocial } from '../attacks/corpus/genuine/shapes/gotosocial.ts';
import { mastodon } from '../attacks/corpus/genuine/shapes/mastodon.ts';
import { misskey } from '../attacks/corpus/genuine/shapes/misskey.ts';
import { openPeer, type Peer } from './peer.ts';
import { type Answer, AP, actorDocument, drop, type Json, openServer, type Server } from './scripted.ts';
import type { Served } from './served.ts';

export const SHAPES = [mastodon('4.6'), misskey, akkoma, gotosocial];

/** Somebody on a server of one kind. */
export interface Shaped {
  name: string;
  server: Server;
  peer: Peer;
  actor: string;
  /** Their document, as it is served. */
  document: Json;
  /** An activity with a fresh id; `changes` go over it. */
  activity(type: string, object: unknown, changes?: Json): Json;
  /** Sends to the shared inbox, or to the blog's own, and waits until all is worked off. */
  send(activity: Json, inbox?: string): Promise<Answer>;
}

let count = 0;

/** Settles somebody on a server of this kind. `changes` go over their document. */
export async function settle(shape: Shape, node: Served, changes: Json = {}): Promise<Shaped> {
  const server = await openServer();
  return settleOn(server, shape, node, changes);
}

/** As `settle`, on a server that is there. */
export function settleOn(server: Server, shape: Shape, node: Served, changes: Json = {}): Shaped {
  const { origin } = server;
  const number = ++count;
  const actor = shape.actor({ origin, number });
  const life: Life = {
    ...{ origin, number, actor, blog: node.blog, name: `p${number}`, followers: `${actor}/followers` },
    account: `@${node.world.blog.handle}@${new URL(node.origin).host}`,
    ...{ warned: false, tagged: false, unlisted: false, language: 'th' },
  };
  const peer: Peer = { ...openPeer(origin), actor, keyId: shape.keyId(actor) };
  const document = actorDocument(peer, {
    preferredUsername: life.name,
    url: actor,
    ...shape.profile(life),
    ...changes,
  });
  serve(server, actor, document);
  if (peer.keyId !== mainKey(actor)) serve(server, peer.keyId, document);
  server.pages.set('/schemas/litepub-0.1.jsonld', { type: 'application/ld+json', body: JSON.stringify(LITEPUB) });
  return {
    ...{ name: shape.name, server, peer, actor, document },
    activity: (type, object, changes = {}) => ({
      '@context': shape.context(life),
      id: `${origin}/acts/${type.toLowerCase()}-${++count}`,
      type,
      actor,
      object,
      ...changes,
    }),
    async send(activity, inbox = node.inbox) {
      const answer = await drop(shape.sign(peer, { url: inbox, activity, at: new Date() }));
      await node.settled();
      return answer;
    },
  };
}

/** Serves a document at an address of the server. */
export function serve(server: Server, url: string, document: Json): void {
  server.pages.set(new URL(url).pathname, { type: AP, body: JSON.stringify(document) });
}

/** An activity as it stands inside another. */
export function inside({ '@context': _, ...activity }: Json): Json {
  return activity;
}
