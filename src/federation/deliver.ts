// Turns happenings into outgoing activities: read in order, composed outside any transaction, then handed to the queue and
// marked as told in one. Whoever tells it first has told it; told twice after a crash, they keep their ids, so nobody hears twice.
import { getLogger } from '@logtape/logtape';
import { inboxesThatListen } from '../domain/blocks.ts';
import { type Happening, holdUntold, markTold, noteUntold, untold } from '../domain/happenings.ts';
import { inLockingTransaction } from '../storage/transaction.ts';
import { seal, WIRE_BYTES_MAX } from './compose.ts';
import type { Here } from './here.ts';
import { enqueueActivity } from './queue/deliveries.ts';
import { forgetWords, takeBack } from './queue/told.ts';
import type { Telling } from './tellings/telling.ts';
import { tellingOf } from './tellings.ts';

const logger = getLogger(['wethi', 'deliver']);
const AT_ONCE = 50;

/**
 * Tells everything that waits, in order. `mouth` is `closed` in practice mode: happenings are noted as told and stay at
 * home. One that cannot be told holds the others back for a while, then is set aside with its reason.
 * @returns how many happenings were handled, and whether one holds up the rest.
 */
export async function deliverHappenings(
  here: Here,
  { mouth }: { mouth: 'open' | 'closed' },
): Promise<{ handled: number; stuck: boolean }> {
  let handled = 0;
  for (;;) {
    const waiting = await untold(here.db, { limit: AT_ONCE });
    for (const happening of waiting) {
      if (!(await deliverOrNote(here, happening, mouth))) return { handled, stuck: true };
      handled++;
    }
    if (waiting.length < AT_ONCE) return { handled, stuck: false };
  }
}

/** @returns whether the next happening may be told. */
async function deliverOrNote(here: Here, happening: Happening, mouth: 'open' | 'closed'): Promise<boolean> {
  const { number, verb } = happening;
  try {
    await deliverOne(here, happening, mouth);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const aside = await noteUntold(here.db, { number, reason });
    const fate = aside ? 'was set aside' : 'will be tried again';
    logger.error('happening {number} ({verb}) could not be told and {fate}: {error}', { number, verb, fate, error });
    return aside;
  }
}

async function deliverOne(here: Here, happening: Happening, mouth: 'open' | 'closed'): Promise<void> {
  const { db, clock } = here;
  const telling = mouth === 'closed' ? null : await tellingOf(here, happening);
  if (telling === null) return await markTold(db, { number: happening.number, clock });
  const body = await composed(here, happening, telling);
  await inLockingTransaction(db, async (db) => {
    if (!(await holdUntold(db, { number: happening.number }))) return;
    const { id, verb, object, shown } = telling;
    const { unreadable } = await enqueueActivity(db, {
      clock,
      activity: { id, actor: happening.actor, verb, object, shown, body },
      inboxes: await inboxesThatListen(db, { speaker: happening.actor, inboxes: telling.inboxes }),
    });
    for (const inbox of unreadable) logger.warn('{id} cannot go to {inbox}: not an address', { id, inbox });
    if (verb === 'Delete') await forgetWords(db, { object, actor: happening.actor, clock });
    if (telling.takesBack !== undefined) await takeBack(db, { activity: telling.takesBack, clock });
    await markTold(db, { number: happening.number, clock });
  });
}

/**
 * The sealed bytes, with as much of the text as fits on the wire; a GET always has all of it.
 * @throws Error for what has no text to shorten and is too long all the same, which Misskey would not read.
 */
async function composed(here: Here, happening: Happening, telling: Telling): Promise<Uint8Array> {
  let bytes = 0;
  for (const fullness of ['whole', 'once', 'excerpt'] as const) {
    const body = await seal(here, { actor: happening.actor, activity: await telling.activity(fullness) });
    if (body.byteLength <= WIRE_BYTES_MAX) return body;
    bytes = body.byteLength;
  }
  throw new Error(`${telling.id} is ${bytes} bytes long, and ${WIRE_BYTES_MAX} are the most that every server reads`);
}
