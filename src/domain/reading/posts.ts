// Posts from afar as pages show them: the reading list of whom our blogs follow, and under a tag.
import type { Db } from '../../storage/database.ts';
import { type SafeHtml, storedHtml } from '../text/sanitise.ts';
import type { Cursor } from './lists.ts';

export interface PostItem {
  id: string;
  type: 'Article' | 'Note' | 'Page' | 'Question';
  title: string | null;
  summary: string | null;
  html: SafeHtml;
  url: string;
  language: string | null;
  published: string;
  revised: string | null;
  author: { id: string; handle: string; host: string; name: string; url: string };
  tags: string[];
}

/** Posts, newest first; `followers` narrows to whom these blogs follow, `tag` to one tag. */
export async function postsPage(
  db: Db,
  { followers, tag, after, limit }: { followers?: string[]; tag?: string; after: Cursor | null; limit: number },
): Promise<{ items: PostItem[]; next: Cursor | null }> {
  let query = db
    .selectFrom('posts')
    .innerJoin('actors', 'actors.id', 'posts.actor')
    .selectAll('posts')
    .select(['actors.handle', 'actors.host', 'actors.name', 'actors.url as actorUrl']);
  if (followers !== undefined) {
    if (followers.length === 0) return { items: [], next: null };
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom('following')
          .select('following.actor')
          .whereRef('following.actor', '=', 'posts.actor')
          .where('following.follower', 'in', followers)
          .where('following.state', '=', 'accepted'),
      ),
    );
  }
  if (tag !== undefined) {
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom('postTags')
          .select('postTags.post')
          .whereRef('postTags.post', '=', 'posts.id')
          .where('postTags.tag', '=', tag),
      ),
    );
  }
  const key = readCursor(after);
  if (key !== null) {
    query = query.where((e) =>
      e.or([
        e('posts.published', '<', key.published),
        e.and([e('posts.published', '=', key.published), e('posts.id', '<', key.id)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('posts.published', 'desc')
    .orderBy('posts.id', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const tags = await tagsOfPosts(
    db,
    shown.map((row) => row.id),
  );
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      id: row.id,
      type: row.type,
      title: row.title,
      summary: row.summary,
      html: storedHtml(row.html),
      url: row.url,
      language: row.language,
      published: row.published,
      revised: row.revised,
      author: { id: row.actor, handle: row.handle, host: row.host, name: row.name, url: row.actorUrl },
      tags: tags.get(row.id) ?? [],
    })),
    next: rows.length > limit && last !== undefined ? `${last.published}|${last.id}` : null,
  };
}

/** Reads a cursor back, nonsense as none. An id may hold the `|` that parts the two. */
function readCursor(cursor: Cursor | null): { published: string; id: string } | null {
  const match = cursor?.match(/^(\d{4}-\d\d-\d\dT[\d:.]+Z)\|(.+)$/);
  return match ? { published: match[1] ?? '', id: match[2] ?? '' } : null;
}

async function tagsOfPosts(db: Db, posts: string[]): Promise<Map<string, string[]>> {
  const tags = new Map<string, string[]>();
  if (posts.length === 0) return tags;
  const rows = await db.selectFrom('postTags').select(['post', 'shown']).where('post', 'in', posts).execute();
  for (const row of rows) tags.set(row.post, [...(tags.get(row.post) ?? []), row.shown]);
  return tags;
}
