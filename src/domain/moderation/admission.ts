// Whether a comment from outside is shown, waits for a decision, or is not taken: asked once, when it arrives.
import type { Db } from '../../storage/database.ts';
import { blogById } from '../blogs.ts';

/** Who speaks: an actor elsewhere, or somebody without an account who gave a name. */
export type Speaker = { kind: 'actor'; id: string } | { kind: 'guest'; name: string };

export type Admission = 'shown' | 'held' | 'closed';

/**
 * Decides about a comment under an entry of `blog`. Open shows it, closed does not take it, and hold-first, the common way, holds
 * what is the first of its author. A guest's name proves nothing, so what guests say always waits.
 */
export async function admit(db: Db, { blog, speaker }: { blog: string; speaker: Speaker }): Promise<Admission> {
  const policy = (await blogById(db, { id: blog }))?.comments ?? 'closed';
  if (policy === 'closed') return 'closed';
  if (speaker.kind === 'guest') return 'held';
  return policy === 'open' || (await spokeBefore(db, speaker.id)) ? 'shown' : 'held';
}

/** Whether something of theirs was shown, also under the account that they moved from. */
async function spokeBefore(db: Db, actor: string): Promise<boolean> {
  const row = await db
    .selectFrom('comments')
    .select('id')
    .where((e) =>
      e.or([
        e('actor', '=', actor),
        e('actor', 'in', e.selectFrom('actors').select('id').where('movedTo', '=', actor)),
      ]),
    )
    .where('state', '=', 'shown')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
