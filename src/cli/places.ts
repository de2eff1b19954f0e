// What an address names in this node's own database, asked before anybody else is: our entries, and comments in our threads.
import { type Place, placeOf } from '../domain/comments/receive.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Db } from '../storage/database.ts';
import { absolute, path } from '../urls.ts';

/**
 * The entry or comment here that `url` names; null when it is another server's business.
 * @throws Refusal `not-found` for an address of this node that names neither.
 */
export async function placeHere(db: Db, { origin, url }: { origin: string; url: string }): Promise<Place | null> {
  const place = await placeOf(db, { origin, inReplyTo: commentAddress(url, origin) });
  if (place !== null || !isOurs(url, origin)) return place;
  throw new Refusal('not-found', {
    th: `ไม่พบ ${url} ในเวทีนี้ ดูรายการด้วย wethi entry list`,
    en: `${url} is not an entry of this node; see wethi entry list`,
  });
}

/** Whether a web address or a handle such as `@blog@host` belongs to this node. */
export function isOurs(text: string, origin: string): boolean {
  if (/^https?:/i.test(text)) return URL.canParse(text) && new URL(text).origin === origin;
  return text.toLowerCase().endsWith(`@${new URL(origin).host}`);
}

/** The browser shows a comment as `/@handle/7#c-ID`; others know it by its ActivityPub id. */
function commentAddress(url: string, origin: string): string {
  const comment = isOurs(url, origin) ? url.match(/#c-([a-z0-9]+)$/)?.[1] : undefined;
  return comment === undefined ? url : absolute(origin, path.note(comment));
}
