// The first run: one form makes the organisation, its administrator and the first blog, or nothing at all.
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { addBlog } from './blogs.ts';
import type { Clock } from './clock.ts';
import { setOrganisation } from './organisations.ts';
import { addPerson, anybody, type Person } from './people.ts';
import { setUpLinkGone, useSetUpSecret } from './sessions.ts';

export interface FirstRun {
  organisation: { name: string; handle: string; area: string | null; summary: string };
  administrator: { username: string; name: string; password: string };
  blog: { title: string; handle: string };
}

/**
 * Sets the node up with the one-time secret. Whatever is refused leaves nothing behind and the secret unused.
 * @throws Refusal `gone` for a used link and when somebody can sign in already, `invalid` or `conflict` with the field at fault.
 */
export async function setUpNode(
  db: Db,
  { secret, firstRun, origin, clock }: { secret: string; firstRun: FirstRun; origin: string; clock: Clock },
): Promise<Person> {
  const { organisation, administrator, blog } = firstRun;
  return await inTransaction(db, async (db) => {
    // Whoever set the node up at the command line meanwhile is not to meet a second administrator.
    if (await anybody(db)) throw setUpLinkGone();
    await useSetUpSecret(db, { secret, clock });
    await setOrganisation(db, { ...organisation, origin, clock });
    const person = await addPerson(db, { ...administrator, role: 'administrator', clock });
    await addBlog(db, { ...blog, author: person.username, clock });
    return person;
  });
}
