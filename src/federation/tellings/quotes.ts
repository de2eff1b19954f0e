// What we answer to whoever asks to quote an entry, and the end of a stamp (FEP-044f).
import { Accept, Delete, QuoteAuthorization, QuoteRequest, Reject } from '@fedify/vocab';
import { entryById } from '../../domain/entries/find.ts';
import { inboxOf } from '../../domain/followers.ts';
import type { Happening } from '../../domain/happenings.ts';
import { hashOf } from '../../domain/ids.ts';
import { type Quote, quoteById } from '../../domain/quotes.ts';
import { path } from '../../urls.ts';
import { at, type Here, PUBLIC } from '../here.ts';
import { activityId, type Telling } from './telling.ts';

/** The answer embeds the request as it came: Mastodon 4.7 finds it by its id, 4.5 by the post in it (federation.md §8). */
export async function quoteAnswered(here: Here, happening: Happening): Promise<Telling | null> {
  const { actor: asker, post, entry, quote } = happening.facts;
  const inbox = asker === undefined ? null : await inboxOf(here.db, { actor: asker });
  if (asker === undefined || post === undefined || entry === undefined || inbox === null) return null;
  const stamp = quote === undefined ? null : await quoteById(here.db, { id: quote });
  const verb = stamp === null || stamp.revoked !== null ? 'Reject' : 'Accept';
  const id = at(here, path.activity(`${verb.toLowerCase()}-${hashOf(happening.object).slice(0, 32)}`));
  const request = new QuoteRequest({
    id: new URL(happening.object),
    actor: new URL(asker),
    object: at(here, path.article(entry)),
    instrument: new URL(post),
  });
  const properties = { id, actor: at(here, path.actor(happening.actor)), object: request, tos: [new URL(asker)] };
  return {
    id: id.href,
    verb,
    object: happening.object,
    shown: 0,
    inboxes: [inbox],
    activity: async () =>
      verb === 'Accept' && stamp !== null
        ? new Accept({ ...properties, result: at(here, path.quote(stamp.id)) })
        : new Reject(properties),
  };
}

/** The Delete of a stamp: the quoting post's server shows it no longer as a quote. */
export async function quoteRevoked(here: Here, happening: Happening): Promise<Telling | null> {
  const { actor: quoter } = happening.facts;
  const inbox = quoter === undefined ? null : await inboxOf(here.db, { actor: quoter });
  if (quoter === undefined || inbox === null) return null;
  const id = activityId(here, happening, 'delete');
  const stamp = at(here, path.quote(happening.object));
  return {
    id: id.href,
    verb: 'Delete',
    object: stamp.href,
    shown: 1,
    inboxes: [inbox],
    activity: async () =>
      new Delete({
        id,
        actor: at(here, path.actor(happening.actor)),
        object: stamp,
        tos: [PUBLIC],
        ccs: [new URL(quoter)],
      }),
  };
}

/** The stamp of a quote that stands; null when its entry is gone. */
export async function stampOf(here: Here, quote: Quote): Promise<QuoteAuthorization | null> {
  const entry = await entryById(here.db, { id: quote.entry });
  if (entry === null || entry.state !== 'published') return null;
  return new QuoteAuthorization({
    id: at(here, path.quote(quote.id)),
    attribution: at(here, path.actor(entry.blog)),
    interactingObject: new URL(quote.post),
    interactionTarget: at(here, path.article(entry.id)),
  });
}
