// What we say with our own letters of the followers that we count on the host they go to (FEP-8fcf). The FEP leaves it to the
// sender with which letters; it recommends at least those with which a Create goes to followers, and here each of them does.
import { digest } from '@fedify/fedify';
import { INSTANCE } from '../domain/organisations.ts';
import { followersAt } from '../domain/synchronise.ts';
import { path } from '../urls.ts';
import { at, type Here } from './here.ts';
import type { Delivery } from './queue/deliveries.ts';
import { saidLately } from './queue/said.ts';

/** What goes to an actor's followers as news. The organisation has boosts where a blog has entries. */
const NEWS = new Set(['Create', 'Announce']);

/**
 * The `Collection-Synchronization` header of a delivery; null when its host has heard one of this actor within a day, or when
 * there is nothing to say with it.
 */
export async function followersHeader(
  here: Here,
  { actor, verb, inbox }: Pick<Delivery, 'actor' | 'verb' | 'inbox'>,
): Promise<string | null> {
  if (!NEWS.has(verb) || actor === INSTANCE) return null;
  const { origin, host } = new URL(inbox);
  if (await saidLately(here.db, { actor, host, now: here.clock.now() })) return null;
  const followers = await followersAt(here.db, { followed: actor, origin });
  if (followers === null) return null;
  const collectionId = at(here, path.followers(actor)).href;
  const url = at(here, path.partialFollowers(actor)).href;
  return `collectionId="${collectionId}", url="${url}", digest="${await digestIn(followers)}"`;
}

/** The digest of a list of ids, as the header has it: hexadecimal, and of nobody all zeros. */
export async function digestIn(ids: string[]): Promise<string> {
  return Buffer.from(await digest(ids)).toString('hex');
}
