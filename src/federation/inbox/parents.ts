// Where a reply stands in our threads. A reply to a reply comes here only because the blog is still mentioned in it, so what
// it answers often did not come (federation.md §10): that is asked for, upwards, until one answers what stands here.
import { getLogger } from '@logtape/logtape';
import { textStandsHere } from '../../domain/comments/find.ts';
import { type Arriving, type Place, placeOf } from '../../domain/comments/receive.ts';
import { named } from '../../urls.ts';
import type { Here } from '../here.ts';
import { attributionOf, commentOf, isPublic, isTold, type Told } from '../incoming.ts';
import type { Listening } from '../listening.ts';
import { acquainted, readAt } from './sender.ts';

const logger = getLogger(['wethi', 'inbox']);

/** Texts asked for above one reply; each may cost two requests, and the listener's budget bounds them all. */
const PARENTS_MAX = 5;

/** A place in our threads, and what came in between and is missing here, the topmost first. */
export interface Standing {
  place: Place;
  missing: Arriving[];
}

/**
 * Finds where a text stands here, or null when it stands in none of our threads (federation.md item 64). Others are asked
 * only where the text is addressed to somebody here: else every reply in the world would have us ask for its parents.
 */
export async function standingOf(context: Listening, told: Told): Promise<Standing | null> {
  const { db, origin } = context.data;
  const above: Told[] = [];
  for (let next = told.replyTargetId; next !== null; ) {
    const place = await placeOf(db, { origin, inReplyTo: next.href });
    if (place !== null) return { place, missing: await comments(context, above.toReversed()) };
    // What stands here and is no place was hidden or withdrawn: asking for it would bring it back.
    const lost = next.origin === origin || (await textStandsHere(db, { uri: next.href }));
    if (lost || above.length === PARENTS_MAX || !isAddressedHere(context.data, told)) return null;
    const parent = await parentAt(context, next);
    if (parent === null) return null;
    above.push(parent);
    next = parent.replyTargetId;
  }
  return null;
}

function isAddressedHere({ origin }: Here, told: Told): boolean {
  return [...told.toIds, ...told.ccIds].some(({ href }) => named(origin, href)?.kind === 'actor');
}

/** A text as its own address has it, if everybody may read it and its author lives on its origin (security.md T16). */
async function parentAt(context: Listening, id: URL): Promise<Told | null> {
  const parent = await readAt(context, id);
  if (isTold(parent) && isPublic(parent) && attributionOf(parent)?.origin === id.origin) return parent;
  logger.info('left out: {id} is no text that everybody may read', { id: id.href });
  return null;
}

/** What is left out here, because its author or its words cannot be read, leaves its place to what answers it. */
async function comments(context: Listening, told: Told[]): Promise<Arriving[]> {
  const kept: Arriving[] = [];
  for (const one of told) {
    const id = attributionOf(one);
    const author = id === null ? null : await acquainted(context, { id, read: () => readAt(context, id) });
    const comment = author === null ? null : commentOf(context.data, one, { actor: author.id });
    if (comment !== null) kept.push(comment);
  }
  return kept;
}
