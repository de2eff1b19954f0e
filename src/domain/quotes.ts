// Who quotes an entry elsewhere: asked first (FEP-044f), answered by the blog's policy with a stamp, which may be taken back.
import type { Db } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { QuoteRow } from '../storage/tables-of-acts.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import { type Blog, blogById } from './blogs.ts';
import { type Clock, instant } from './clock.ts';
import { bumpEntry } from './comments/thread.ts';
import { follows } from './followers.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { entomb } from './tombstones.ts';

export type Quote = QuoteRow;

/**
 * Answers somebody who asks to quote an entry in their post: with a stamp if the blog's policy lets them, with a refusal
 * otherwise, or where the stamp of this very post was taken back. Asked again, the standing stamp is given again.
 */
export async function answerQuote(
  db: Db,
  {
    activity,
    actor,
    post,
    entry,
    clock,
  }: { activity: string; actor: string; post: string; entry: string; clock: Clock },
): Promise<'accepted' | 'rejected'> {
  return await inTransaction(db, async (db) => {
    const { blog } = await db.selectFrom('entries').select('blog').where('id', '=', entry).executeTakeFirstOrThrow();
    const standing = await quoteOf(db, { entry, post });
    const mayStand = standing === null ? await mayQuote(db, { blog, actor }) : standing.revoked === null;
    const facts = { actor, post, entry };
    if (!mayStand || (standing !== null && standing.actor !== actor)) {
      await tell(db, { verb: 'quote.rejected', actor: blog, object: activity, facts, clock });
      return 'rejected';
    }
    const id = standing?.id ?? newId();
    if (standing === null) {
      await db
        .insertInto('quotes')
        .values({ id, entry, post, actor, created: instant(clock), revoked: null })
        .execute();
      await bumpEntry(db, { id: entry });
    }
    await tell(db, { verb: 'quote.accepted', actor: blog, object: activity, facts: { ...facts, quote: id }, clock });
    return 'accepted';
  });
}

/** Takes a stamp back, for good: whoever asks for it is told that it is gone. @throws Refusal `not-found`. */
export async function revokeQuote(db: Db, { id, clock }: { id: string; clock: Clock }): Promise<Quote> {
  return await inTransaction(db, async (db) => {
    const quote = await quoteById(db, { id });
    if (quote === null || quote.revoked !== null) {
      throw new Refusal('not-found', {
        th: 'ไม่มีการอ้างอิงนี้ ดูรายการด้วย wethi quote list',
        en: 'there is no such quote; see wethi quote list',
      });
    }
    const { blog } = await db
      .selectFrom('entries')
      .select('blog')
      .where('id', '=', quote.entry)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('quotes')
      .set({ revoked: instant(clock) })
      .where('id', '=', id)
      .execute();
    await entomb(db, { id: path.quote(id), actor: blog, formerType: 'QuoteAuthorization', clock });
    await bumpEntry(db, { id: quote.entry });
    await tell(db, { verb: 'quote.revoked', actor: blog, object: id, facts: { actor: quote.actor }, clock });
    return quote;
  });
}

/**
 * Forgets quotes of an actor's: in the post that they deleted, or all of them when they are gone. Nobody has to be told. That a
 * stamp was taken back stays: whoever deletes their post and asks for it again is told the same.
 */
export async function forgetQuotes(db: Db, { actor, post }: { actor: string; post?: string }): Promise<void> {
  await inTransaction(db, async (db) => {
    let query = db.deleteFrom('quotes').where('actor', '=', actor).where('revoked', 'is', null);
    if (post !== undefined) query = query.where('post', '=', post);
    for (const { entry } of await query.returning('entry').execute()) await bumpEntry(db, { id: entry });
  });
}

/** A quote by id, whether it stands or not, or null. */
export async function quoteById(db: Db, { id }: { id: string }): Promise<Quote | null> {
  return (await db.selectFrom('quotes').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** How many posts quote an entry with a stamp that stands. */
export async function quoteCount(db: Db, { entry }: { entry: string }): Promise<number> {
  return Number((await quotesCounted(db, { entry }))[0]?.n);
}

const quotesCounted = prepared((db, { entry }: { entry: string }) =>
  db
    .selectFrom('quotes')
    .select((e) => e.fn.countAll().as('n'))
    .where('entry', '=', entry)
    .where('revoked', 'is', null),
);

async function quoteOf(db: Db, { entry, post }: { entry: string; post: string }): Promise<Quote | null> {
  const row = await db
    .selectFrom('quotes')
    .selectAll()
    .where('entry', '=', entry)
    .where('post', '=', post)
    .executeTakeFirst();
  return row ?? null;
}

async function mayQuote(db: Db, { blog, actor }: { blog: string; actor: string }): Promise<boolean> {
  const policy: Blog['quotes'] = (await blogById(db, { id: blog }))?.quotes ?? 'nobody';
  return policy === 'anyone' || (policy === 'followers' && (await follows(db, { followed: blog, actor })));
}
