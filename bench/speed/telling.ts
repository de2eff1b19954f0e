// A node with an audience: publishes an entry, waits until it has reached whom it can reach, and looks at what arrived.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { World } from '../../test/world.ts';
import { follow, openLedger, publish, until } from './audience.ts';
import { askOnce } from './exchange.ts';
import { openKeys } from './letters.ts';
import { type Kept, type Neighbours, openNeighbours, type Seen } from './neighbours.ts';
import { type Cost, costOf } from './processes.ts';
import { openReader, type Read } from './reader.ts';
import { openTarget, type Target } from './target.ts';

export interface Audience {
  target: Target;
  world: World;
  neighbours: Neighbours;
  ledger: ReturnType<typeof openLedger>;
  /** The blog's public key, as everybody gets to see it. */
  key: KeyObject;
  inboxes: number;
  close(): Promise<void>;
}

/** A node whose blog has `each` followers on each of `hosts` servers, everybody with an inbox of their own. */
export async function openAudience({ hosts, each }: { hosts: number; each: number }): Promise<Audience> {
  const neighbours = await openNeighbours({ count: hosts, keys: await openKeys() });
  try {
    return await audienceOf(neighbours, { each });
  } catch (error) {
    // Their process would keep ours from ending.
    await neighbours.close();
    throw error;
  }
}

async function audienceOf(neighbours: Neighbours, { each }: { each: number }): Promise<Audience> {
  let world: World | undefined;
  const target = await openTarget({
    async furnish(given) {
      world = given;
      await follow(given, { origins: neighbours.origins, each });
    },
  });
  if (world === undefined) throw new Error('nothing was furnished');
  const ledger = openLedger(target);
  const actor = await askOnce(target.urls.actor, { accept: 'application/activity+json' });
  const { publicKey } = JSON.parse(actor.body.toString()) as { publicKey: { publicKeyPem: string } };
  return {
    target,
    world,
    neighbours,
    ledger,
    key: createPublicKey(publicKey.publicKeyPem),
    inboxes: neighbours.origins.length * each,
    async close() {
      ledger.close();
      await target.close();
      await neighbours.close();
    },
  };
}

/** What one publishing came to. */
export interface Told {
  seen: Seen;
  /** When each inbox was served, seconds after the first letter came to anybody. */
  served: Map<string, number>;
  cost: Cost;
  read: Read;
}

/**
 * Publishes an entry and waits until `enough` letters were taken, and, where everybody takes theirs, until the node has noted
 * it. @throws Error when a letter came twice, was not what was published, or was not signed.
 */
export async function tell(
  { target, world, neighbours, ledger, key, inboxes }: Audience,
  { title, enough = inboxes, seconds }: { title: string; enough?: number; seconds: number },
): Promise<Told> {
  await neighbours.report();
  const reader = openReader({ url: target.urls.page, title: target.title });
  const { done: entry, cost } = await costOf(target, async () => {
    const entry = await publish(world, { origin: target.origin, title });
    await until(`${enough} letters of "${title}" taken`, {
      seconds,
      look: async () => (await neighbours.taken()) >= enough,
    });
    if (enough === inboxes) await until('every letter noted', { seconds, look: () => ledger.unsent() === 0 });
    return entry;
  });
  const read = await reader.stop();
  const seen = await neighbours.report();
  const served = new Map(seen.taken.map(({ inbox, at }) => [inbox, (at - (seen.first ?? at)) / 1_000]));
  if (served.size !== seen.taken.length) throw new Error(`${seen.taken.length - served.size} letters came twice`);
  if (seen.badDigests > 0) throw new Error(`${seen.badDigests} letters had a Digest that is not theirs`);
  for (const letter of seen.kept) look(letter, { entry, title, key });
  return { seen, served, cost, read };
}

function look(
  { inbox, path, headers, body }: Kept,
  { entry, title, key }: { entry: string; title: string; key: KeyObject },
): void {
  const { type, object } = JSON.parse(body) as { type: string; object: { id: string; name: string } };
  if (type !== 'Create' || object.id !== entry || object.name !== title)
    throw new Error(`${inbox} got another letter: ${body}`);
  const given = new Map(
    [...(headers.signature ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const names = (given.get('headers') ?? '').split(' ');
  const base = names
    .map((name) => `${name}: ${name === '(request-target)' ? `post ${path}` : headers[name]}`)
    .join('\n');
  const whole = ['(request-target)', 'host', 'date', 'digest'].every((name) => names.includes(name));
  if (!whole || !verify('sha256', Buffer.from(base), key, Buffer.from(given.get('signature') ?? '', 'base64'))) {
    throw new Error(`${inbox} got a letter that is not signed`);
  }
}
