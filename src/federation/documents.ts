// What others GET by id: actors, entries, comments and activities, as bytes kept in memory until their version grows (design §4.13).
// The library would build each anew for a hundredfold of the time.
import { Create, type Object as Thing } from '@fedify/vocab';
import { ownBoost } from '../domain/boosts.ts';
import { commentById } from '../domain/comments/find.ts';
import { entryById } from '../domain/entries/find.ts';
import { licenceLine, licenceUrl } from '../domain/licences.ts';
import { quoteById } from '../domain/quotes.ts';
import { replyById } from '../domain/replies.ts';
import { tombstone } from '../domain/tombstones.ts';
import { path } from '../urls.ts';
import { actorDocument } from './actor-documents.ts';
import { localActor } from './actors.ts';
import { articleOf, DOCUMENT_TEXT_MAX, fullnessWithin } from './articles.ts';
import { createOf } from './collections.ts';
import { spellPublic } from './compose.ts';
import { shippedContext } from './contexts.ts';
import { at, type Here } from './here.ts';
import { noteOfComment, noteOfReply } from './notes.ts';
import { announceOf } from './tellings/boosts.ts';
import { stampOf } from './tellings/quotes.ts';

/** Together, in bytes; a long Thai entry takes one MiB. */
const SHELF_BYTES_MAX = 16 * 1024 * 1024;

/** Finished documents by path, each with the version it shows. */
export type Shelf = Map<string, { version: number; bytes: Uint8Array<ArrayBuffer> }>;

export type Found =
  | { status: 200; bytes: Uint8Array<ArrayBuffer> }
  | { status: 410; bytes: Uint8Array<ArrayBuffer> }
  | { status: 404 };

/** Finds the document at one of our ids; null when the path is none that stands here. */
export async function documentAt(
  here: Here,
  { pathname, shelf }: { pathname: string; shelf: Shelf },
): Promise<Found | null> {
  const match = pathname.match(/^\/ap\/(actors|entries|comments|activities|quotes)\/([a-z0-9-]{1,120})$/);
  if (match === null) return null;
  const [, room, id = ''] = match;
  if (room === 'actors') return await actorAt(here, id);
  if (room === 'activities') return await activityAt(here, pathname);
  const grave = await tombstone(here.db, { id: pathname });
  if (grave !== null) {
    return {
      status: 410,
      bytes: encoded({
        '@context': AS,
        id: at(here, pathname).href,
        type: 'Tombstone',
        formerType: grave.formerType,
        deleted: grave.deleted,
      }),
    };
  }
  if (room === 'quotes') return await stampAt(here, id);
  return room === 'entries' ? await articleAt(here, { id, shelf }) : await noteAt(here, { id, shelf });
}

const AS = 'https://www.w3.org/ns/activitystreams';

/** An actor of ours; a closed blog answers 410 with its Tombstone. Kept in memory by the doors, as it changes seldom. */
async function actorAt(here: Here, id: string): Promise<Found> {
  const local = await localActor(here, id);
  if (local === null) return { status: 404 };
  const closed = local.kind === 'blog' && local.blog.closed !== null;
  return { status: closed ? 410 : 200, bytes: encoded(await actorDocument(here, local)) };
}

async function articleAt(here: Here, { id, shelf }: { id: string; shelf: Shelf }): Promise<Found> {
  const entry = await entryById(here.db, { id });
  if (entry === null || entry.state !== 'published') return { status: 404 };
  return await shelved(shelf, { key: path.article(id), version: entry.version }, async () => {
    const fullness = fullnessWithin(entry, { bytes: DOCUMENT_TEXT_MAX });
    return withLicence(await written(await articleOf(here, entry, fullness)), entry.licence);
  });
}

/** The stamp that whoever meets a quoting post asks us for. One that was taken back is a tombstone by now. */
async function stampAt(here: Here, id: string): Promise<Found> {
  const quote = await quoteById(here.db, { id });
  const stamp = quote === null ? null : await stampOf(here, quote);
  return stamp === null ? { status: 404 } : { status: 200, bytes: encoded(await written(stamp)) };
}

async function noteAt(here: Here, { id, shelf }: { id: string; shelf: Shelf }): Promise<Found> {
  const comment = await commentById(here.db, { id });
  if (comment !== null && comment.blog !== null) {
    if (comment.state !== 'shown' || !(await stands(here, comment.entry))) return { status: 404 };
    return await shelved(
      shelf,
      { key: path.note(id), version: comment.version },
      async () => await written(await noteOfComment(here, comment, 'whole')),
    );
  }
  const reply = await replyById(here.db, { id });
  if (reply === null) return { status: 404 };
  return await shelved(
    shelf,
    { key: path.note(id), version: reply.version },
    async () => await written(await noteOfReply(here, reply, 'whole')),
  );
}

/**
 * An activity by its id. A Create carries what stands now, never the words of then; a boost is there as long as it stands, a
 * Delete as it was sent; an Update has nothing to say that its object does not say better.
 */
async function activityAt(here: Here, pathname: string): Promise<Found> {
  const created = pathname.match(/\/create-([a-z0-9]+)-0$/)?.[1];
  if (created !== undefined) {
    const create = (await createOf(here, created, { bytes: DOCUMENT_TEXT_MAX })) ?? (await createOfNote(here, created));
    return create === null ? { status: 404 } : { status: 200, bytes: encoded(await written(create)) };
  }
  const boost = await ownBoost(here.db, { id: pathname });
  if (boost !== null) return { status: 200, bytes: encoded(await written(await announceOf(here, boost))) };
  const row = await here.db
    .selectFrom('activities')
    .select('body')
    .where('id', '=', at(here, pathname).href)
    .where('verb', '=', 'Delete')
    .where('shown', '=', 1)
    .executeTakeFirst();
  return row === undefined ? { status: 404 } : { status: 200, bytes: new Uint8Array(row.body) };
}

async function createOfNote(here: Here, id: string): Promise<Create | null> {
  const comment = await commentById(here.db, { id });
  const reply = await replyById(here.db, { id });
  if (comment !== null && (comment.blog === null || comment.state !== 'shown')) return null;
  if (comment !== null && !(await stands(here, comment.entry))) return null;
  if (comment === null && (reply === null || reply.deleted !== null)) return null;
  const object =
    comment !== null ? await noteOfComment(here, comment, 'whole') : reply && (await noteOfReply(here, reply, 'whole'));
  if (object === null) return null;
  return new Create({
    id: at(here, path.activity(`create-${id}-0`)),
    actor: object.attributionId,
    object,
    published: object.published,
    tos: object.toIds,
    ccs: object.ccIds,
  });
}

/** Whether the entry is published: what was said under it goes with it, for servers as for browsers (T56). */
async function stands(here: Here, entry: string): Promise<boolean> {
  return (await entryById(here.db, { id: entry }))?.state === 'published';
}

async function shelved(
  shelf: Shelf,
  { key, version }: { key: string; version: number },
  write: () => Promise<object>,
): Promise<Found> {
  const standing = shelf.get(key);
  if (standing?.version === version) return { status: 200, bytes: standing.bytes };
  const bytes = encoded(await write());
  shelf.set(key, { version, bytes });
  const together = [...shelf.values()].reduce((sum, kept) => sum + kept.bytes.byteLength, 0);
  if (together > SHELF_BYTES_MAX) shelf.clear();
  return { status: 200, bytes };
}

async function written(thing: Thing): Promise<object> {
  return spellPublic(await thing.toJsonLd({ format: 'compact', contextLoader: shippedContext })) as object;
}

/** No vocabulary class carries a licence out, so it is added here under schema.org's term (federation.md §12). */
function withLicence(document: object, licence: string): object {
  const context = '@context' in document ? document['@context'] : AS;
  const terms = { license: { '@id': 'http://schema.org/license' } };
  const contexts = Array.isArray(context) ? [...context, terms] : [context, terms];
  return { ...document, '@context': contexts, license: licenceUrl(licence) ?? licenceLine(licence) };
}

function encoded(document: object): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(JSON.stringify(document)));
}
