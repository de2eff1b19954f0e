// Flag: somebody elsewhere asks us to look at what was written here.
import type { Flag } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { applyOnce } from '../../domain/received.ts';
import { receiveReport, subjectsAt } from '../../domain/reports.ts';
import type { Listening } from '../listening.ts';
import { senderOf } from './sender.ts';

const logger = getLogger(['wethi', 'inbox']);

/** An address in running text; Misskey writes there which notes it means (federation.md §8). */
const ADDRESS = /https?:\/\/[^\s<>"']{1,2000}/g;

/**
 * Keeps a report by whoever signed it, a server's own actor among them, to whomever it is addressed (federation.md item 83).
 * One that names nothing of ours is not for us.
 */
export async function onFlag(context: Listening, flag: Flag): Promise<void> {
  const { db, clock, origin } = context.data;
  const content = flag.content?.toString() ?? '';
  const urls = [...flag.objectIds.map(({ href }) => href), ...(content.match(ADDRESS) ?? [])];
  const subjects = await subjectsAt(db, { origin, urls });
  if (subjects.length === 0) {
    logger.info('left out: {id} reports nothing of ours', { id: flag.id?.href });
    return;
  }
  const sent = await senderOf(context, flag);
  if (sent === null) return;
  await applyOnce(db, { activity: sent.id, actor: sent.actor.id, clock }, async (db) => {
    await receiveReport(db, { activity: sent.id, actor: sent.actor.id, content, subjects, clock });
  });
}
