// A button pressed twice, or a form sent again on a poor line, does its act once.
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';
import { hashOf } from './ids.ts';

/** A form as it came: its one-time id, empty when it carried none, and what was written in it. */
export interface SentForm {
  id: string;
  words: string[];
}

/** The act was done; `location` is the path to go to. */
export interface Done {
  ok: true;
  location: string;
}

/** Nobody presses a button twice over more than this. */
const KEPT_MS = 2 * 24 * 3_600_000;

/**
 * Runs `act` unless this person has sent this very form before: then the first sending's path is given again and nothing
 * is done. The same form with other words in it (somebody went back and wrote on) is another act, so no words are lost.
 * The form is remembered in the transaction of the act, and only when that was done.
 */
export async function onceOnly<Refused extends { ok: false }>(
  db: Db,
  { form, person, clock }: { form: SentForm; person: string; clock: Clock },
  act: (db: Db) => Promise<Done | Refused>,
): Promise<Done | Refused> {
  const id = hashOf(JSON.stringify([form.id, person, ...form.words]));
  return await inTransaction(db, async (db) => {
    if (form.id === '') return await act(db);
    const sent = await db.selectFrom('forms').select('location').where('id', '=', id).executeTakeFirst();
    if (sent !== undefined) return { ok: true, location: sent.location };
    const done = await act(db);
    if (!done.ok) return done;
    const oldest = new Date(clock.now() - KEPT_MS).toISOString();
    await db.deleteFrom('forms').where('created', '<', oldest).execute();
    await db
      .insertInto('forms')
      .values({ id, person, location: done.location, created: instant(clock) })
      .execute();
    return done;
  });
}
