// New keys for a local actor, after somebody may have seen the old ones, or by habit.
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { blogOrRefuse, changeBlog } from './blogs.ts';
import type { Clock } from './clock.ts';
import { newKeys, replaceKeys } from './keys.ts';
import { changeOrganisation, INSTANCE, ORGANISATION, organisation } from './organisations.ts';

/**
 * Makes new keys for a blog, the organisation or `instance`, and has followers' servers fetch them (federation.md items 23, 98).
 * What waits to be posted is signed with the new ones. Nobody follows the instance actor: its key is fetched again by whoever
 * finds that a signature does not fit. @throws Refusal `not-found` when nobody here has this handle.
 */
export async function rotateKeys(db: Db, { handle, clock }: { handle: string; clock: Clock }): Promise<void> {
  const keys = await newKeys();
  await inTransaction(db, async (db) => {
    const owner = await ownerOf(db, handle.toLowerCase());
    await replaceKeys(db, { owner, keys, clock });
    if (owner === ORGANISATION) await changeOrganisation(db, { changes: {}, clock });
    else if (owner !== INSTANCE) await changeBlog(db, { id: owner, changes: {}, clock });
  });
}

async function ownerOf(db: Db, handle: string): Promise<string> {
  const owner = await organisation(db);
  if (owner?.handle === handle) return ORGANISATION;
  return owner !== null && handle === INSTANCE ? INSTANCE : (await blogOrRefuse(db, { handle })).id;
}
