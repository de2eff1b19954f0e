// What a like or a boost points at, found in the database first and by asking the other server only where that must be.
import type { Config } from '../config.ts';
import { type Blog, blogOrRefuse } from '../domain/blogs.ts';
import { commentOrRefuse } from '../domain/comments/moderate.ts';
import type { Place } from '../domain/comments/receive.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Db } from '../storage/database.ts';
import { path } from '../urls.ts';
import { withDatabase } from './database.ts';
import { postOrRefuse, withNode } from './network.ts';
import { placeHere } from './places.ts';

export interface Likeable {
  blog: Blog;
  /** The path of an entry of ours, or an ActivityPub id from afar. */
  object: string;
  /** The author's ActivityPub id; null for our own entries. */
  to: string | null;
}

/** Finds what `url` names and hands it to `work` while the database is open. @throws Refusal that says what to do. */
export async function withLikeable(
  { url, handle, config }: { url: string; handle: string; config: Config },
  work: (db: Db, likeable: Likeable) => Promise<void>,
): Promise<void> {
  const here = await withDatabase(config, async (db) => {
    const blog = await blogOrRefuse(db, { handle });
    const place = await placeHere(db, { origin: config.origin, url });
    if (place === null) return false;
    await work(db, { blog, ...(await objectAt(db, place)) });
    return true;
  });
  if (here) return;
  await withNode(config, async (node) => {
    const blog = await blogOrRefuse(node.db, { handle });
    const { post, author } = await postOrRefuse(node, url);
    await work(node.db, { blog, object: post.id, to: author.id });
  });
}

async function objectAt(db: Db, place: Place): Promise<{ object: string; to: string | null }> {
  if (place.parent === null) return { object: path.article(place.entry), to: null };
  const { uri, actor } = await commentOrRefuse(db, { id: place.parent });
  if (uri !== null && actor !== null) return { object: uri, to: actor };
  throw new Refusal('invalid', {
    th: 'ถูกใจหรือส่งต่อได้เฉพาะบันทึก และความเห็นที่มาจากเซิร์ฟเวอร์อื่น ใช้ที่อยู่ของบันทึกแทน',
    en: 'only entries and comments from other servers can be liked or boosted; use the address of the entry',
  });
}
