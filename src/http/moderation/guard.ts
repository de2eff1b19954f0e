// The guard before everything in this room: only those who look after the whole node get through.
import { createMiddleware } from 'hono/factory';
import { mayReadReports } from '../../domain/visibility.ts';
import type { Env } from '../door.ts';
import { personOf } from '../session.ts';
import { nothingHere } from '../tellings.ts';

/** Lets administrators and moderators through; to others it looks as if there were no such page (security.md T56). */
export const moderatorsOnly = createMiddleware<Env>(async (c, next) => {
  const { viewer } = await personOf(c);
  if (!mayReadReports(viewer)) throw nothingHere();
  return await next();
});
