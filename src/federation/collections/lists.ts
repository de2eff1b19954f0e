// What stands together: the pinned entries and the tags of a blog, the entries of a tag, the parts of a series.
import { blogById } from '../../domain/blogs.ts';
import { entriesPage, pinnedEntries, seriesCount, seriesPage } from '../../domain/reading/lists.ts';
import { tagReading, topTags } from '../../domain/reading/node.ts';
import { seriesById } from '../../domain/series.ts';
import { path } from '../../urls.ts';
import { localActor } from '../actors.ts';
import { at, type Here } from '../here.ts';
import { AS, listed, PAGE } from './addresses.ts';

/** Mastodon features no more (federation.md item 20). */
const FEATURED_TAGS_MAX = 10;

interface Asked {
  id: string;
  after: string | null;
}

/** What a blog pinned, newest first, as addresses (federation.md item 20). */
export async function featured(here: Here, { id }: Asked): Promise<object | null> {
  if ((await localActor(here, id)) === null) return null;
  const pinned = await pinnedEntries(here.db, { blog: id });
  return {
    '@context': AS,
    id: at(here, path.featured(id)).href,
    type: 'OrderedCollection',
    totalItems: pinned.length,
    orderedItems: pinned.map((entry) => at(here, path.article(entry.id)).href),
  };
}

/** The tags that a blog writes about most (the organisation: all its blogs), as Hashtags (federation.md item 20). */
export async function featuredTags(here: Here, { id }: Asked): Promise<object | null> {
  const local = await localActor(here, id);
  if (local === null || local.kind === 'instance') return null;
  const whose = local.kind === 'blog' ? { blog: id } : {};
  const tags = await topTags(here.db, { ...whose, limit: FEATURED_TAGS_MAX });
  return {
    '@context': [AS, { Hashtag: 'as:Hashtag' }],
    id: at(here, path.featuredTags(id)).href,
    type: 'Collection',
    totalItems: tags.length,
    items: tags.map(({ shown }) => ({ type: 'Hashtag', name: `#${shown}`, href: at(here, path.tag(shown)).href })),
  };
}

/** The parts of a series in their order; null while only drafts belong to it. */
export async function seriesEntries(here: Here, { id, after }: Asked): Promise<object | null> {
  const series = await seriesById(here.db, { id });
  const blog = series === null ? null : await blogById(here.db, { id: series.blog });
  const total = await seriesCount(here.db, { series: id });
  if (series === null || blog === null || total === 0) return null;
  const list = {
    path: path.series(id),
    type: 'OrderedCollection',
    about: { name: series.title, attributedTo: at(here, path.actor(blog.id)).href },
    total: async () => total,
    async page(key: string) {
      const { ids, next } = await seriesPage(here.db, { series: id, after: key, limit: PAGE });
      return { items: ids.map((entry) => at(here, path.article(entry)).href), next };
    },
  } as const;
  return await listed(here, list, after);
}

/** The entries of a tag, newest first (federation.md item 43), at the one address of all its spellings. */
export async function tagEntries(here: Here, { id, after }: Asked): Promise<object | null> {
  const tag = await tagReading(here.db, { name: unescapedOr(id) });
  if (tag === null || path.tag(tag.shown) !== `/t/${id}`) return null;
  const list = {
    path: path.tag(tag.shown),
    type: 'OrderedCollection',
    about: { name: `#${tag.shown}` },
    total: async () => tag.entries,
    async page(key: string) {
      const { items, next } = await entriesPage(here.db, { tag: tag.key, after: key, limit: PAGE });
      return { items: items.map((entry) => at(here, path.article(entry.id)).href), next };
    },
  } as const;
  return await listed(here, list, after);
}

/** The text behind percent signs; as it is where they make no sense. */
function unescapedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
