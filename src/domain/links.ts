// Links from a blog, or from the organisation, to other pages of theirs. A page that links back with rel=me shows that both
// are of the same hand; who looks is the federation ring.
import type { Db } from '../storage/database.ts';
import type { LinkRow } from '../storage/tables-of-neighbours.ts';
import { inTransaction } from '../storage/transaction.ts';
import { followableNamed } from './blogs.ts';
import { type Clock, instant } from './clock.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';
import { ORGANISATION } from './organisations.ts';
import { Refusal } from './refusal.ts';

/** A link as others see it. */
export type ProfileLink = Pick<LinkRow, 'name' | 'url' | 'verified'>;

/** Mastodon reads fifty of others and lets its own people have four; more than these nobody reads. */
const LINKS_MAX = 8;
const NAME_MAX = 60;
const URL_MAX = 500;
/** A mark is looked at again after a week, a missing one after a day: whoever added the link puts up its answer next. */
const VERIFIED_DAYS = 7;
const UNVERIFIED_DAYS = 1;

/**
 * Adds a link to what a blog or the organisation (`handle`) says of itself, or renames it, and tells the followers.
 * @throws Refusal `not-found` for an unknown handle, `gone` for a closed blog, `invalid` for a name or an address that no
 *   server would show, `conflict` when there are too many.
 */
export async function addLink(
  db: Db,
  { handle, name, url, clock }: { handle: string; name: string; url: string; clock: Clock },
): Promise<ProfileLink> {
  const link = { name: checkedName(name), url: checkedUrl(url) };
  return await inTransaction(db, async (db) => {
    const actor = await ownerOf(db, handle);
    const standing = await linksOf(db, { actor });
    if (standing.length >= LINKS_MAX && !standing.some(({ url }) => url === link.url)) throw tooMany();
    const kept = await db
      .insertInto('links')
      .values({ id: newId(), actor, ...link, verified: null, checked: null })
      .onConflict((c) => c.columns(['actor', 'url']).doUpdateSet({ name: link.name }))
      .returning(['name', 'url', 'verified'])
      .executeTakeFirstOrThrow();
    await tellProfile(db, { actor, clock });
    return kept;
  });
}

/** Takes a link away and tells the followers. @throws Refusal `not-found` when there is none to this address. */
export async function removeLink(
  db: Db,
  { handle, url, clock }: { handle: string; url: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const actor = await ownerOf(db, handle);
    const { numDeletedRows } = await db
      .deleteFrom('links')
      .where('actor', '=', actor)
      .where('url', 'in', [url, URL.parse(url)?.href ?? url])
      .executeTakeFirst();
    if (numDeletedRows === 0n) {
      throw new Refusal('not-found', {
        th: `@${handle} ไม่มีลิงก์ ${url} ดูรายการด้วย wethi blog link list ${handle}`,
        en: `@${handle} has no link to ${url}; see wethi blog link list ${handle}`,
      });
    }
    await tellProfile(db, { actor, clock });
  });
}

/** The links of a blog or of the organisation by its handle, oldest first. @throws Refusal `not-found`, `gone`. */
export async function linksNamed(db: Db, { handle }: { handle: string }): Promise<ProfileLink[]> {
  return await linksOf(db, { actor: await ownerOf(db, handle) });
}

/** The links of a local actor, oldest first. */
export async function linksOf(db: Db, { actor }: { actor: string }): Promise<ProfileLink[]> {
  return await db
    .selectFrom('links')
    .select(['name', 'url', 'verified'])
    .where('actor', '=', actor)
    .orderBy('id')
    .limit(LINKS_MAX)
    .execute();
}

/** Links whose other ends are to be looked at now, those that wait longest first. */
export async function linksToCheck(
  db: Db,
  { limit, clock }: { limit: number; clock: Clock },
): Promise<Pick<LinkRow, 'id' | 'actor' | 'url'>[]> {
  const before = (days: number) => new Date(clock.now() - days * 24 * 3_600_000).toISOString();
  return await db
    .selectFrom('links')
    .select(['id', 'actor', 'url'])
    .where((e) =>
      e.or([
        e('checked', 'is', null),
        e('checked', '<', before(VERIFIED_DAYS)),
        e.and([e('verified', 'is', null), e('checked', '<', before(UNVERIFIED_DAYS))]),
      ]),
    )
    .orderBy((e) => e.fn.coalesce('checked', e.val('')))
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Notes what the other end says. A page that could not be read says nothing, so what was known of it stands. */
export async function noteLinkChecked(
  db: Db,
  { id, found, clock }: { id: string; found: 'links back' | 'does not' | 'unread'; clock: Clock },
): Promise<void> {
  const now = instant(clock);
  await db
    .updateTable('links')
    .set((e) => ({
      checked: now,
      ...(found === 'links back' ? { verified: e.fn.coalesce('verified', e.val(now)) } : {}),
      ...(found === 'does not' ? { verified: null } : {}),
    }))
    .where('id', '=', id)
    .execute();
}

async function ownerOf(db: Db, handle: string): Promise<string> {
  const owner = await followableNamed(db, { handle });
  if (owner.closed === null) return owner.id;
  throw new Refusal('gone', {
    th: `บล็อก @${owner.handle} ปิดแล้ว เลือกบล็อกอื่นจาก wethi blog list`,
    en: `the blog @${owner.handle} is closed; choose another from wethi blog list`,
  });
}

/** What an actor says of itself has changed (federation.md item 23): told under a new revision. */
async function tellProfile(db: Db, { actor, clock }: { actor: string; clock: Clock }): Promise<void> {
  const table = actor === ORGANISATION ? 'organisations' : 'blogs';
  const { version } = await db
    .updateTable(table)
    .set((e) => ({ version: e('version', '+', 1) }))
    .where('id', '=', actor)
    .returning('version')
    .executeTakeFirstOrThrow();
  await tell(db, { verb: 'actor.revised', actor, object: actor, revision: version, clock });
}

function checkedName(text: string): string {
  const name = text.replaceAll(/\s+/g, ' ').trim();
  if (name !== '' && name.length <= NAME_MAX) return name;
  throw new Refusal(
    'invalid',
    {
      th: `ตั้งชื่อลิงก์ยาว 1 ถึง ${NAME_MAX} ตัวอักษร เช่น เว็บไซต์`,
      en: `give the link a name of 1 to ${NAME_MAX} characters, such as Website`,
    },
    'name',
  );
}

/** As Mastodon verifies it: https, without a password, spelt as browsers spell it (federation.md §5). */
function checkedUrl(text: string): string {
  const url = URL.parse(text.trim());
  const fits = url?.protocol === 'https:' && url.username === '' && url.password === '' && url.href.length <= URL_MAX;
  if (fits) return url.href;
  throw new Refusal(
    'invalid',
    {
      th: `"${text.slice(0, 100)}" ใช้เป็นลิงก์ไม่ได้ ใส่ที่อยู่ที่ขึ้นต้นด้วย https://`,
      en: `"${text.slice(0, 100)}" cannot be a link; give an address that begins with https://`,
    },
    'url',
  );
}

function tooMany(): Refusal {
  return new Refusal('conflict', {
    th: `มีลิงก์ครบ ${LINKS_MAX} แห่งแล้ว เอาออกก่อนด้วย wethi blog link remove`,
    en: `there are ${LINKS_MAX} links already; first take one away with wethi blog link remove`,
  });
}
