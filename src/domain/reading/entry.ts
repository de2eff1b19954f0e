// Everything that an entry's page shows, read at once.
import type { Db } from '../../storage/database.ts';
import { path } from '../../urls.ts';
import { type Blog, blogById } from '../blogs.ts';
import { boostCount } from '../boosts.ts';
import { threadOf, type Voice } from '../comments/thread.ts';
import { entryByNumber } from '../entries/find.ts';
import type { Entry } from '../entries/write.ts';
import { likeCount } from '../likes.ts';
import { quoteCount } from '../quotes.ts';
import { tagsOf } from '../tags.ts';
import { picturesNamed, type SafeHtml, storedHtml } from '../text/sanitise.ts';
import { maySeeEntry, type Viewer } from '../visibility.ts';
import { type SeriesPlace, seriesPlace } from './series.ts';

export interface EntryReading {
  entry: Entry;
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

/**
 * Reads an entry by its page's address.
 * @returns `gone` for a withdrawn one, `none` for what never was or is not the viewer's business: the two look alike.
 */
export async function entryReading(
  db: Db,
  { handle, number, viewer }: { handle: string; number: number; viewer: Viewer },
): Promise<EntryReading | 'gone' | 'none'> {
  const entry = await entryByNumber(db, { number });
  if (entry === null) return 'none';
  const blog = await blogById(db, { id: entry.blog });
  if (blog?.handle !== handle.toLowerCase()) return 'none';
  if (entry.state === 'withdrawn') return entry.published === null ? 'none' : 'gone';
  if (!maySeeEntry(viewer, entry)) return 'none';
  const thread = await threadOf(db, { entry: entry.id, blog: blog.id, viewer });
  return {
    entry,
    blog,
    html: picturesNamed(storedHtml(entry.html), entry),
    tags: await tagsOf(db, { entry: entry.id }),
    series: await seriesPlace(db, { entry }),
    thread,
    comments: shownIn(thread),
    likes: await likeCount(db, { entry: entry.id }),
    quotes: await quoteCount(db, { entry: entry.id }),
    boosts: await boostCount(db, { object: path.article(entry.id) }),
  };
}

function shownIn(voices: Voice[]): number {
  return voices.reduce((sum, voice) => sum + (voice.state === 'shown' ? 1 : 0) + shownIn(voice.replies), 0);
}
