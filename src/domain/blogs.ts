// Blogs: what others follow. Each is an actor with an immutable ASCII handle, a title in any script and its authors.
import type { Db } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { BlogRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';
import { checkHandle } from './handles.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';
import { keepKeys, newKeys } from './keys.ts';
import { checkLanguage } from './language.ts';
import { isLicence, LICENCES } from './licences.ts';
import { checkHandleFree, ORGANISATION, organisation } from './organisations.ts';
import { personNamed } from './people.ts';
import { Refusal } from './refusal.ts';
import { setting } from './settings.ts';

export type Blog = BlogRow;
export const COMMENT_POLICIES = ['open', 'hold-first', 'closed'] as const;
export const QUOTE_POLICIES = ['anyone', 'followers', 'nobody'] as const;
export type CommentPolicy = (typeof COMMENT_POLICIES)[number];

/**
 * Opens a blog with its keys and first author.
 * @throws Refusal `invalid` for a bad handle, licence or title, `conflict` for a taken handle, `not-found` for an unknown author.
 */
export async function addBlog(
  db: Db,
  {
    handle,
    title,
    author,
    summary,
    kind,
    language,
    licence,
    comments,
    clock,
  }: {
    handle: string;
    title: string;
    /** Username. */
    author: string;
    summary?: string | undefined;
    kind?: Blog['kind'] | undefined;
    language?: string | undefined;
    licence?: string | undefined;
    comments?: CommentPolicy | undefined;
    clock: Clock;
  },
): Promise<Blog> {
  checkHandle(handle);
  checkTitle(title);
  const keys = await newKeys();
  return await inTransaction(db, async (db) => {
    await checkHandleFree(db, { handle });
    const person = await personNamed(db, { username: author });
    if (person === null) {
      throw new Refusal(
        'not-found',
        {
          th: `ไม่มีสมาชิก "${author}" เพิ่มก่อนด้วย wethi person add ${author} --role author --password-stdin`,
          en: `there is no person "${author}"; first run wethi person add ${author} --role author --password-stdin`,
        },
        'author',
      );
    }
    const blog: Blog = {
      id: newId(),
      handle,
      title: title.trim(),
      summary: summary?.trim() ?? '',
      kind: kind ?? 'person',
      language: language ?? (await setting(db, { key: 'language.default' })) ?? 'th',
      licence: licence ?? (await setting(db, { key: 'licence.default' })) ?? 'all-rights-reserved',
      comments: comments ?? policyOr((await setting(db, { key: 'comments.default' })) ?? 'hold-first'),
      sendsHighlight: 1,
      quotes: 'anyone',
      created: instant(clock),
      closed: null,
      aliases: '[]',
      movedTo: null,
      moved: null,
      version: 1,
    };
    if (!isLicence(blog.licence)) throw unknownLicence(blog.licence);
    checkLanguage(blog.language);
    await db.insertInto('blogs').values(blog).execute();
    await db.insertInto('authors').values({ blog: blog.id, person: person.id }).execute();
    await keepKeys(db, { owner: blog.id, keys, clock });
    return blog;
  });
}

/**
 * Gives a blog another title or summary, or says who may quote its entries; its followers' servers are told (federation.md
 * item 23).
 * @throws Refusal `not-found`, or `invalid` for an empty title.
 */
export async function reviseBlog(
  db: Db,
  {
    handle,
    title,
    summary,
    quotes,
    clock,
  }: { handle: string; title?: string; summary?: string; quotes?: Blog['quotes']; clock: Clock },
): Promise<Blog> {
  if (title !== undefined) checkTitle(title);
  return await inTransaction(db, async (db) => {
    const standing = await blogOrRefuse(db, { handle });
    // Each entry's document says who may quote it.
    if (quotes !== undefined && quotes !== standing.quotes) await bumpEntries(db, standing.id);
    const changes = {
      title: title?.trim() ?? standing.title,
      summary: summary?.trim() ?? standing.summary,
      quotes: quotes ?? standing.quotes,
    };
    return await changeBlog(db, { id: standing.id, changes, clock });
  });
}

/** Changes what others see of a blog's actor, and has its followers' servers look again. */
export async function changeBlog(
  db: Db,
  { id, changes, clock }: { id: string; changes: Partial<Blog>; clock: Clock },
): Promise<Blog> {
  return await inTransaction(db, async (db) => {
    const blog = await db
      .updateTable('blogs')
      .set((e) => ({ ...changes, version: e('version', '+', 1) }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await tell(db, { verb: 'actor.revised', actor: id, object: id, revision: blog.version, clock });
    return blog;
  });
}

async function bumpEntries(db: Db, blog: string): Promise<void> {
  await db
    .updateTable('entries')
    .set((e) => ({ version: e('version', '+', 1) }))
    .where('blog', '=', blog)
    .execute();
}

function checkTitle(title: string): void {
  if (title.trim() === '') throw new Refusal('invalid', { th: 'ใส่ชื่อบล็อก', en: 'give the blog a title' }, 'title');
}

/** A blog by handle, whatever the case it was asked in; null when there is none. */
export async function blogByHandle(db: Db, { handle }: { handle: string }): Promise<Blog | null> {
  const row = await db.selectFrom('blogs').selectAll().where('handle', '=', handle.toLowerCase()).executeTakeFirst();
  return row ?? null;
}

/** A blog by id, or null. */
export async function blogById(db: Db, { id }: { id: string }): Promise<Blog | null> {
  return (await blogsWithId(db, { id }))[0] ?? null;
}

const blogsWithId = prepared((db, { id }: { id: string }) => db.selectFrom('blogs').selectAll().where('id', '=', id));

/** @throws Refusal `not-found` that names the next step. */
export async function blogOrRefuse(db: Db, { handle }: { handle: string }): Promise<Blog> {
  const blog = await blogByHandle(db, { handle });
  if (blog !== null) return blog;
  throw new Refusal(
    'not-found',
    {
      th: `ไม่มีบล็อก @${handle} ดูรายชื่อด้วย wethi blog list`,
      en: `there is no blog @${handle}; see wethi blog list`,
    },
    'blog',
  );
}

/** Whom others may follow under this handle, a blog or the organisation, by its id. @throws Refusal `not-found`. */
export async function followableNamed(
  db: Db,
  { handle }: { handle: string },
): Promise<{ id: string; handle: string; closed: string | null }> {
  const wanted = handle.replace(/^@/, '').toLowerCase();
  if ((await organisation(db))?.handle === wanted) return { id: ORGANISATION, handle: wanted, closed: null };
  return await blogOrRefuse(db, { handle: wanted });
}

/** Every open blog, oldest first. */
export async function openBlogs(db: Db): Promise<Blog[]> {
  return await db.selectFrom('blogs').selectAll().where('closed', 'is', null).orderBy('created').limit(1_000).execute();
}

/** @throws Refusal `invalid` with the licences there are. */
export function unknownLicence(licence: string): Refusal {
  return new Refusal(
    'invalid',
    {
      th: `ไม่รู้จักสัญญาอนุญาต "${licence}" ใช้ได้: ${LICENCES.join(', ')}`,
      en: `the licence "${licence}" is not known; use one of ${LICENCES.join(', ')}`,
    },
    'licence',
  );
}

function policyOr(text: string): CommentPolicy {
  return COMMENT_POLICIES.find((policy) => policy === text) ?? 'hold-first';
}
