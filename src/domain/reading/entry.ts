// Everything that an entry's page shows, read at once.
import { bodyText } from '../../storage/bodies.ts';
import type { Db } from '../../storage/database.ts';
import { prepared } from '../../storage/prepared.ts';
import { path } from '../../urls.ts';
import { type Blog, blogById } from '../blogs.ts';
import { boostCount } from '../boosts.ts';
import { threadOf, type Voice } from '../comments/thread.ts';
import type { Entry } from '../entries/write.ts';
import { likeCount } from '../likes.ts';
import { quoteCount } from '../quotes.ts';
import { tagsOf } from '../tags.ts';
import { picturesNamed, type SafeHtml, storedHtml } from '../text/sanitise.ts';
import { maySeeEntry, type Viewer } from '../visibility.ts';
import { type SeriesPlace, seriesPlace } from './series.ts';

export interface EntryReading {
  /** Without its bodies: what was written is for who revises it. */
  entry: Omit<Entry, 'source' | 'html'>;
  blog: Blog;
  html: SafeHtml;
  tags: string[];
  series: SeriesPlace | null;
  thread: Voice[];
  /** Shown comments in the whole tree. */
  comments: number;
  likes: number;
  boosts: number;
  /** Posts elsewhere that quote it with our stamp. */
  quotes: number;
}

const FACTS = [
  ...(['id', 'number', 'blog', 'author', 'title', 'highlight', 'highlightDerived', 'language', 'licence'] as const),
  ...(['series', 'part', 'state', 'originalSystem', 'originalNumber', 'silent', 'pinned'] as const),
  ...(['created', 'published', 'revised', 'withdrawn', 'version'] as const),
];

/**
 * Reads an entry by its page's address.
 * @returns `gone` for a withdrawn one, `none` for what never was or is not the viewer's business: the two look alike.
 */
export async function entryReading(
  db: Db,
  { handle, number, viewer }: { handle: string; number: number; viewer: Viewer },
): Promise<EntryReading | 'gone' | 'none'> {
  const [found] = await shownEntries(db, { number });
  if (found === undefined) return 'none';
  const { html, ...entry } = found;
  const blog = await blogById(db, { id: entry.blog });
  if (blog?.handle !== handle.toLowerCase()) return 'none';
  if (entry.state === 'withdrawn') return entry.published === null ? 'none' : 'gone';
  if (!maySeeEntry(viewer, entry)) return 'none';
  const thread = await threadOf(db, { entry: entry.id, blog: blog.id, viewer });
  return {
    entry,
    blog,
    html: picturesNamed(storedHtml(html), entry),
    tags: await tagsOf(db, { entry: entry.id }),
    series: await seriesPlace(db, { entry }),
    thread,
    comments: shownIn(thread),
    likes: await likeCount(db, { entry: entry.id }),
    quotes: await quoteCount(db, { entry: entry.id }),
    boosts: await boostCount(db, { object: path.article(entry.id) }),
  };
}

const shownEntries = prepared((db, { number }: { number: number }) =>
  db.selectFrom('entries').select(FACTS).select(bodyText(db, 'html').as('html')).where('number', '=', number),
);

function shownIn(voices: Voice[]): number {
  return voices.reduce((sum, voice) => sum + (voice.state === 'shown' ? 1 : 0) + shownIn(voice.replies), 0);
}
