// The thread under an entry: read as a tree, and the entry's version that grows with whatever shows under it.
import { bodyText } from '../../storage/bodies.ts';
import type { Db } from '../../storage/database.ts';
import { prepared } from '../../storage/prepared.ts';
import type { CommentRow } from '../../storage/tables.ts';
import { plainToHtml, type SafeHtml, storedHtml, stripLeadingMentions } from '../text/sanitise.ts';
import { maySeeComment, type Viewer } from '../visibility.ts';

/** A comment with its author's card, ready for a page. */
export interface Voice {
  id: string;
  parent: string | null;
  state: CommentRow['state'];
  /** The local blog that speaks, or null. */
  blog: { id: string; handle: string; title: string } | null;
  /** The actor from afar that speaks, or null. */
  actor: { id: string; handle: string; host: string; name: string; url: string } | null;
  guest: string | null;
  imported: boolean;
  url: string | null;
  uri: string | null;
  /** Without the mentions that a reply from afar begins with; what came is kept as it came. */
  html: SafeHtml;
  language: string | null;
  published: string | null;
  revised: string | null;
  replies: Voice[];
}

/** More than this under one entry are left for later pages. */
const THREAD_MAX = 1_000;
const NOTHING = plainToHtml('');

/**
 * The comments of an entry that the viewer may see, oldest first, as a tree. A deleted or hidden comment with visible
 * answers keeps its place without its words.
 */
export async function threadOf(
  db: Db,
  { entry, blog, viewer }: { entry: string; blog: string; viewer: Viewer },
): Promise<Voice[]> {
  const rows = await voicesUnder(db, { entry });
  const all = new Map(rows.map((row) => [row.id, voiceOf(row)]));
  const roots: Voice[] = [];
  for (const voice of all.values()) {
    const siblings = voice.parent === null ? roots : (all.get(voice.parent)?.replies ?? roots);
    siblings.push(voice);
  }
  return pruned(roots, (voice) => maySeeComment(viewer, blog, voice.state));
}

const voicesUnder = prepared((db, { entry }: { entry: string }) =>
  voices(db).where('comments.entry', '=', entry).orderBy('comments.received').orderBy('comments.id').limit(THREAD_MAX),
);

/** Comments waiting for a decision under what these blogs published, oldest first, with the entry they stand under. */
export async function heldComments(
  db: Db,
  { blogs, limit }: { blogs: string[] | 'all'; limit: number },
): Promise<(Voice & { entry: { number: number; title: string; language: string; handle: string } })[]> {
  let query = voices(db)
    .innerJoin('entries', 'entries.id', 'comments.entry')
    .innerJoin('blogs as home', 'home.id', 'entries.blog')
    .select([
      'entries.number as entryNumber',
      'entries.title as entryTitle',
      'entries.language as entryLanguage',
      'home.handle as entryHandle',
    ])
    .where('comments.state', '=', 'held')
    .where('entries.state', '=', 'published');
  if (blogs !== 'all') {
    if (blogs.length === 0) return [];
    query = query.where('entries.blog', 'in', blogs);
  }
  const rows = await query.orderBy('comments.received').orderBy('comments.id').limit(limit).execute();
  return rows.map((row) => ({
    ...voiceOf(row),
    entry: {
      number: row.entryNumber,
      title: row.entryTitle,
      language: row.entryLanguage,
      handle: row.entryHandle ?? '',
    },
  }));
}

/** Says that something under the entry changed, so that no cache shows the old page. */
export async function bumpEntry(db: Db, { id }: { id: string }): Promise<void> {
  await db
    .updateTable('entries')
    .set((e) => ({ version: e('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Says that what is shown of a comment itself changed. */
export async function bumpComment(db: Db, { id }: { id: string }): Promise<void> {
  await db
    .updateTable('comments')
    .set((e) => ({ version: e('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

function voices(db: Db) {
  return (
    db
      .selectFrom('comments')
      .leftJoin('actors as spoken', 'spoken.id', 'comments.actor')
      // Whoever moved is shown as who they are now; revising and deleting stays with the account that spoke.
      .leftJoin('actors', (join) => join.on((e) => e('actors.id', '=', e.fn.coalesce('spoken.movedTo', 'spoken.id'))))
      .leftJoin('blogs', 'blogs.id', 'comments.blog')
      .select(bodyText(db, 'comments.html').as('html'))
      .select([
        'comments.id',
        'comments.parent',
        'comments.state',
        'comments.guest',
        'comments.imported',
        'comments.url',
        'comments.uri',
        'comments.language',
        'comments.published',
        'comments.revised',
        'actors.id as actor',
        'comments.blog',
        'actors.handle as actorHandle',
        'actors.host as actorHost',
        'actors.name as actorName',
        'actors.url as actorUrl',
        'blogs.handle as blogHandle',
        'blogs.title as blogTitle',
      ])
  );
}

type VoiceRow = Awaited<ReturnType<ReturnType<typeof voices>['execute']>>[number];

function voiceOf(row: VoiceRow): Voice {
  return {
    id: row.id,
    parent: row.parent,
    state: row.state,
    blog: row.blog === null ? null : { id: row.blog, handle: row.blogHandle ?? '', title: row.blogTitle ?? '' },
    actor:
      row.actor === null
        ? null
        : {
            id: row.actor,
            handle: row.actorHandle ?? '',
            host: row.actorHost ?? '',
            name: row.actorName ?? '',
            url: row.actorUrl ?? '',
          },
    guest: row.guest,
    imported: row.imported === 1,
    url: row.url,
    uri: row.uri,
    html: row.actor === null ? storedHtml(row.html) : stripLeadingMentions(storedHtml(row.html)),
    language: row.language,
    published: row.published,
    revised: row.revised,
    replies: [],
  };
}

function pruned(voices: Voice[], visible: (voice: Voice) => boolean): Voice[] {
  return voices.flatMap((voice) => {
    const replies = pruned(voice.replies, visible);
    if (visible(voice)) return [{ ...voice, replies }];
    return replies.length === 0 ? [] : [{ ...voice, html: NOTHING, replies }];
  });
}
