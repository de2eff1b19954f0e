// What people elsewhere reported, for administrators and moderators.
import { Hono } from 'hono';
import { type ReportReading, reportsReading } from '../../domain/reading/reports.ts';
import { markSeen } from '../../domain/reports.ts';
import { path, pattern } from '../../urls.ts';
import { type ReportView, reportsPage } from '../../views/reports-page.ts';
import type { Env } from '../door.ts';
import { shellOf, show } from '../pages.ts';
import { goTo } from '../redirects.ts';
import { personOf } from '../session.ts';
import { signedIn } from '../signed-in.ts';
import { moderatorsOnly } from './guard.ts';

const WAITING = 50;
const SEEN = 20;

export const reports = new Hono<Env>()
  .get(path.reports(), signedIn, moderatorsOnly, async (c) => {
    const { pages } = c.var.deps;
    const { viewer } = await personOf(c);
    const waiting = await reportsReading(pages, { viewer, which: 'new', limit: WAITING });
    const seen = await reportsReading(pages, { viewer, which: 'seen', limit: SEEN });
    return await show(c, reportsPage(await shellOf(c), { waiting: waiting.map(viewOf), seen: seen.map(viewOf) }));
  })
  .post(pattern.report, signedIn, moderatorsOnly, async (c) => {
    const { db, clock } = c.var.deps;
    const { viewer } = await personOf(c);
    await markSeen(db, { id: c.req.param('id'), viewer, clock });
    return goTo(c, path.reports());
  });

function viewOf({ actor, ...report }: ReportReading): ReportView {
  const { handle: user, ...rest } = actor;
  return { ...report, by: { user, ...rest } };
}
