// QuoteRequest: somebody asks to quote an entry in a post of theirs (FEP-044f).
import type { QuoteRequest } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { placeOf } from '../../domain/comments/receive.ts';
import { answerQuote } from '../../domain/quotes.ts';
import { applyOnce } from '../../domain/received.ts';
import { attributionOf } from '../incoming.ts';
import type { Listening } from '../listening.ts';
import { loadersOf, senderOf } from './sender.ts';

const logger = getLogger(['wethi', 'inbox']);

/** Answers for our entries, as the blog's policy says. Only the post's own author can ask for it. */
export async function onQuoteRequest(context: Listening, request: QuoteRequest): Promise<void> {
  const here = context.data;
  const { db, origin, clock } = here;
  const { objectId, instrumentId } = request;
  const place = objectId === null ? null : await placeOf(db, { origin, inReplyTo: objectId.href });
  if (place === null || place.parent !== null || instrumentId === null) return;
  const post = await request.getInstrument(loadersOf(context));
  const own = instrumentId.origin === request.actorId?.origin && post?.id?.href === instrumentId.href;
  if (!own || attributionOf(post)?.href !== request.actorId?.href) {
    logger.warn("left out: {post} is not {actor}'s own", { post: instrumentId.href, actor: request.actorId?.href });
    return;
  }
  const sent = await senderOf(context, request);
  if (sent === null) return;
  const given = { activity: sent.id, actor: sent.actor.id, clock };
  await applyOnce(db, given, async (db) => {
    await answerQuote(db, { ...given, post: instrumentId.href, entry: place.entry });
  });
  // Whoever quotes waits for the stamp.
  here.wake();
}
