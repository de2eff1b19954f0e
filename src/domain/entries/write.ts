// Writing an entry and revising it. What is published is told; a draft is nobody's business.
import type { Db } from '../../storage/database.ts';
import type { EntryRow } from '../../storage/tables.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { knownActor } from '../actors.ts';
import { blogById } from '../blogs.ts';
import { boostNews } from '../boosts.ts';
import { type Clock, instant, laterThan } from '../clock.ts';
import { tell } from '../happenings.ts';
import { noteFeedChanges } from '../hub.ts';
import { newId } from '../ids.ts';
import { INSTANCE } from '../organisations.ts';
import { Refusal } from '../refusal.ts';
import { relayInboxes } from '../relays.ts';
import { keepFindable } from '../search/keep.ts';
import { setEntryTags } from '../tags.ts';
import { hashtagsIn } from '../text/hashtags.ts';
import { type Problem, problemsWith, rowsOf, type Words } from './words.ts';

export type Entry = EntryRow;
export type Written = { ok: true; entry: Entry } | { ok: false; problems: Problem[] };

/** Where an entry came from when it is not new here. */
export interface Original {
  system: string;
  number: string;
  published: string;
  revised: string | null;
}

/**
 * Writes a new entry, as a draft or published at once. One that comes from elsewhere (`original`) keeps its dates and is
 * never announced (design §4.10). A blog that moved away publishes nothing new.
 */
export async function writeEntry(
  db: Db,
  {
    blog,
    author,
    words,
    as,
    original,
    origin,
    clock,
  }: {
    blog: string;
    author: string | null;
    words: Words;
    as: 'draft' | 'published';
    original?: Original;
    origin: string;
    clock: Clock;
  },
): Promise<Written> {
  const problems = problemsWith(words, { as });
  if (problems.length > 0) return { ok: false, problems };
  return await inTransaction(db, async (db) => {
    const day = original?.published ?? instant(clock);
    const away = as === 'published' ? await movedAway(db, { blog }) : null;
    if (away !== null) return { ok: false, problems: [away] };
    const entry: Entry = {
      id: newId(),
      number: await nextNumber(db),
      blog,
      author,
      ...(await rowsOf(db, { words, blog, origin, clock })),
      state: as,
      originalSystem: original?.system ?? null,
      originalNumber: original?.number ?? null,
      silent: original === undefined ? 0 : 1,
      pinned: 0,
      created: instant(clock),
      published: as === 'draft' ? null : day,
      revised: revisedAfter(day, original),
      withdrawn: null,
      version: 1,
    };
    await db.insertInto('entries').values(entry).execute();
    await setEntryTags(db, { entry, tags: tagsIn(words) });
    await keepFindable(db, { entry });
    if (as === 'published' && original === undefined) {
      await tellPublished(db, { entry, clock });
      await noteFeedChanges(db, { entry });
    }
    return { ok: true, entry };
  });
}

/**
 * Revises an entry, or publishes a draft, unless its blog moved away. What was published stays published. `revised` always
 * grows (`laterThan`).
 * @throws Refusal `not-found`, or `gone` for a withdrawn one.
 */
export async function reviseEntry(
  db: Db,
  {
    id,
    words,
    as,
    origin,
    clock,
  }: { id: string; words: Words; as: 'draft' | 'published'; origin: string; clock: Clock },
): Promise<Written> {
  return await inTransaction(db, async (db) => {
    const standing = await entryOrRefuse(db, { id });
    const first = standing.published === null;
    const now = instant(clock);
    const shown = as === 'published' || !first;
    const problems = problemsWith(words, { as: shown ? 'published' : 'draft' });
    const away = shown && first ? await movedAway(db, { blog: standing.blog }) : null;
    if (away !== null) problems.push(away);
    if (problems.length > 0) return { ok: false, problems };
    const changes = {
      ...(await rowsOf(db, { words, blog: standing.blog, origin, clock })),
      state: shown ? ('published' as const) : ('draft' as const),
      published: shown ? (standing.published ?? now) : null,
      revised: first ? null : laterThan(standing.revised ?? standing.published ?? now, now),
      version: standing.version + 1,
    };
    if (!first) await noteFeedChanges(db, { entry: standing });
    await db.updateTable('entries').set(changes).where('id', '=', id).execute();
    const entry = { ...standing, ...changes };
    await setEntryTags(db, { entry, tags: tagsIn(words) });
    await keepFindable(db, { entry });
    if (shown) await noteFeedChanges(db, { entry });
    if (shown && first) await tellPublished(db, { entry, clock });
    if (shown && !first)
      await tell(db, { verb: 'entry.revised', actor: entry.blog, object: id, revision: entry.version, clock });
    return { ok: true, entry };
  });
}

/** Why nothing new appears on a blog that moved: its readers are elsewhere (federation.md item 87). Null when it did not. */
async function movedAway(db: Db, { blog }: { blog: string }): Promise<Problem | null> {
  const standing = await blogById(db, { id: blog });
  if (standing === null || standing.movedTo === null) return null;
  const { handle, movedTo } = standing;
  const actor = await knownActor(db, { id: movedTo });
  const there = actor === null ? movedTo : `@${actor.handle}@${actor.host}`;
  const telling = {
    th: `@${handle} ย้ายไป ${there} แล้ว จึงไม่เผยแพร่บันทึกใหม่ที่นี่ เผยแพร่ที่ ${there} หรือเก็บเป็นร่างไว้`,
    en: `@${handle} moved to ${there} and publishes nothing new here; publish at ${there}, or keep this as a draft`,
  };
  return { field: 'blog', telling };
}

/** Tells of a new entry: its followers by the blog itself, the organisation's by a boost, and relays that take nothing else. */
async function tellPublished(db: Db, { entry, clock }: { entry: Entry; clock: Clock }): Promise<void> {
  await tell(db, { verb: 'entry.published', actor: entry.blog, object: entry.id, clock });
  await boostNews(db, { entry: entry.id, clock });
  const boosted = await relayInboxes(db, { style: 'litepub' });
  if (boosted.length > 0) await tell(db, { verb: 'entry.relayed', actor: INSTANCE, object: entry.id, clock });
}

/**
 * When an entry from elsewhere was last revised; null where its page names the very instant it was published, or one before:
 * GoToSocial refuses an object whose `updated` lies before its `published` (federation.md §8).
 */
function revisedAfter(published: string, original: Original | undefined): string | null {
  const revised = original?.revised ?? null;
  return revised !== null && Date.parse(revised) > Date.parse(published) ? revised : null;
}

/** @throws Refusal `not-found`, or `gone` for a withdrawn one. */
export async function entryOrRefuse(db: Db, { id }: { id: string }): Promise<Entry> {
  const entry = await db.selectFrom('entries').selectAll().where('id', '=', id).executeTakeFirst();
  if (entry === undefined) throw new Refusal('not-found', { th: 'ไม่พบบันทึกนี้', en: 'there is no such entry' });
  if (entry.state === 'withdrawn') {
    throw new Refusal('gone', {
      th: 'บันทึกนี้ถูกถอนแล้ว และหมายเลขนี้จะไม่ใช้ซ้ำ',
      en: 'this entry was withdrawn; its number is never used again',
    });
  }
  return entry;
}

/** The field's tags first, then those written into the text with a `#`. */
function tagsIn({ tags, source }: Words): string[] {
  return [...tags, ...hashtagsIn(source)];
}

async function nextNumber(db: Db): Promise<number> {
  const row = await db
    .selectFrom('entries')
    .select((e) => e.fn.max('number').as('last'))
    .executeTakeFirst();
  return Number(row?.last ?? 0) + 1;
}
