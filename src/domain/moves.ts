// Moving house: an author elsewhere who goes on under another account, and a blog of ours whose author does (FEP-7628).
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { absolute, path } from '../urls.ts';
import { type Blog, blogOrRefuse, changeBlog } from './blogs.ts';
import { type Clock, instant } from './clock.ts';
import { askToFollow, unfollow } from './following.ts';
import { tell } from './happenings.ts';
import { Refusal } from './refusal.ts';

/** One move in so many days, as Mastodon and GoToSocial take them (Mastodon's activity/move.rb). */
const COOLDOWN_DAYS = 7;

/** More aliases GoToSocial does not read. */
const ALIASES_MAX = 20;

/** Whether somebody moved so lately that another move is not taken yet. */
export function movedLately(moved: string | null, clock: Clock): boolean {
  return moved !== null && clock.now() - Date.parse(moved) < COOLDOWN_DAYS * 24 * 3_600_000;
}

/**
 * Goes along with an actor elsewhere who moved, both known, and both saying so: they follow us as who they are now, what they
 * said is shown as theirs, and whoever here followed them asks to follow on. @returns whether it was done.
 */
export async function goAlong(
  db: Db,
  { from, to, clock }: { from: string; to: string; clock: Clock },
): Promise<'done' | 'too-soon'> {
  return await inTransaction(db, async (db) => {
    const { moved } = await db.selectFrom('actors').select('moved').where('id', '=', from).executeTakeFirstOrThrow();
    if (movedLately(moved, clock)) return 'too-soon';
    await db
      .updateTable('actors')
      .set({ movedTo: to, moved: instant(clock) })
      .where('id', '=', from)
      .execute();
    // Who came to the old account from one before goes along; who comes back is nobody else any more.
    await db.updateTable('actors').set({ movedTo: to }).where('movedTo', '=', from).execute();
    await db.updateTable('actors').set({ movedTo: null }).where('id', '=', to).execute();
    const followed = await db.deleteFrom('followers').where('actor', '=', from).returningAll().execute();
    for (const row of followed) {
      await db
        .insertInto('followers')
        .values({ ...row, actor: to })
        .onConflict((c) => c.doNothing())
        .execute();
    }
    const following = await db.selectFrom('following').selectAll().where('actor', '=', from).execute();
    for (const { follower, state } of following) {
      if (state !== 'rejected') await askToFollow(db, { follower, actor: to, clock });
      await unfollow(db, { follower, actor: from, clock });
    }
    return 'done';
  });
}

/**
 * Has a blog's followers go on to another account, which must name the blog among its aliases, or nobody would believe it. The
 * blog and its entries stay where they are. `to` was just asked for.
 * @throws Refusal `not-found`, `invalid` when the other account does not say so, `conflict` within seven days of the last move.
 */
export async function moveBlog(
  db: Db,
  {
    handle,
    to,
    origin,
    clock,
  }: { handle: string; to: { id: string; aliases: string[] }; origin: string; clock: Clock },
): Promise<Blog> {
  return await inTransaction(db, async (db) => {
    const standing = await blogOrRefuse(db, { handle });
    const own = absolute(origin, path.actor(standing.id));
    if (!to.aliases.includes(own)) throw notSaidThere(to.id, own);
    if (movedLately(standing.moved, clock)) {
      throw new Refusal('conflict', {
        th: `@${handle} เพิ่งย้ายไปไม่ถึง ${COOLDOWN_DAYS} วัน เซิร์ฟเวอร์อื่นจะยังไม่รับ รอให้ครบก่อนแล้วสั่งใหม่`,
        en: `@${handle} moved less than ${COOLDOWN_DAYS} days ago, and other servers would not take it; wait and try again`,
      });
    }
    const blog = await changeBlog(db, {
      id: standing.id,
      changes: { movedTo: to.id, moved: instant(clock) },
      clock,
    });
    const facts = { to: to.id };
    await tell(db, { verb: 'moved', actor: blog.id, object: blog.id, revision: blog.version, facts, clock });
    return blog;
  });
}

/** The accounts elsewhere that are the same author's as the blog. */
export function aliasesOfBlog({ aliases }: Pick<Blog, 'aliases'>): string[] {
  return JSON.parse(aliases) as string[];
}

/**
 * Says that an account elsewhere is the same author's, so that it may move here, or no longer says so.
 * @throws Refusal `not-found`, or `conflict` when there are too many.
 */
export async function setAlias(
  db: Db,
  { handle, alias, as, clock }: { handle: string; alias: string; as: 'ours' | 'not-ours'; clock: Clock },
): Promise<Blog> {
  return await inTransaction(db, async (db) => {
    const standing = await blogOrRefuse(db, { handle });
    const others = aliasesOfBlog(standing).filter((one) => one !== alias);
    const aliases = as === 'ours' ? [...others, alias] : others;
    if (aliases.length > ALIASES_MAX) {
      throw new Refusal('conflict', {
        th: `บล็อกหนึ่งมีบัญชีเดิมได้ ${ALIASES_MAX} บัญชี เอาออกก่อนด้วย wethi blog alias ${handle} URL --remove`,
        en: `a blog has ${ALIASES_MAX} aliases at most; take one out by wethi blog alias ${handle} URL --remove`,
      });
    }
    return await changeBlog(db, { id: standing.id, changes: { aliases: JSON.stringify(aliases) }, clock });
  });
}

function notSaidThere(there: string, own: string): Refusal {
  return new Refusal('invalid', {
    th: `บัญชี ${there} ยังไม่ได้บอกว่าเป็นเจ้าของเดียวกัน เพิ่ม ${own} เป็นบัญชีเดิม (alias) ที่นั่นก่อน แล้วสั่งใหม่`,
    en: `the account ${there} does not say that it is the same author's; add ${own} to its aliases there, then try again`,
  });
}
