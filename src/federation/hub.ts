// Tells the WebSub hub which feeds changed. The recommendation leaves open how a publisher does that; every hub takes what
// PubSubHubbub 0.4 §7 had: a form with `hub.mode=publish` and the feed's address in `hub.url`.
import { getLogger } from '@logtape/logtape';
import { dueFeedChanges, type FeedChange, forgetFeedChanges, hubOf, markHeard, markUnheard } from '../domain/hub.ts';
import { FEED_FORMATS, path } from '../urls.ts';
import type { Egress } from './egress.ts';
import { at, type Here } from './here.ts';
import { outcomeOfRequest } from './post.ts';
import { pauseAfter } from './queue/lanes.ts';
import type { Outcome } from './queue/outcomes.ts';

const logger = getLogger(['wethi', 'hub']);
const AT_ONCE = 100;
/** One answer without a redirect; milliseconds. */
const BUDGET = { requestsMax: 1, deadline: 20_000 };

/** What telling needs beside the node. */
interface Telling {
  egress: Pick<Egress, 'fetch' | 'scope'>;
  /** `closed` in practice mode: what changed is forgotten. */
  mouth: 'open' | 'closed';
  /** Aborts when the node closes; what was not told then stays for the next start. */
  signal: AbortSignal;
}

/**
 * Tells what is due. A hub that is away has all of it wait, as long as a host's mail would; one that answers but will not
 * hear of a feed holds back only that one. Nothing is given up: a page has one row, and its next change takes its place.
 */
export async function tellHub(here: Here, telling: Telling): Promise<void> {
  const { db, clock } = here;
  const changes = await dueFeedChanges(db, { now: clock.now(), limit: AT_ONCE });
  if (changes.length === 0) return;
  const hub = telling.mouth === 'closed' ? null : await hubOf(db);
  if (hub === null) return await forgetFeedChanges(db);
  for (const [done, change] of changes.entries()) {
    const outcome = await told(here, { hub, change, ...telling });
    if (telling.signal.aborted) return;
    if (outcome.kind === 'delivered') {
      await markHeard(db, change);
      continue;
    }
    const away = outcome.kind === 'failed';
    await markUnheard(db, { changes: away ? changes.slice(done) : [change], ...next(here, change, outcome) });
    logger.warn('{hub} did not hear that {page} changed and will be told again: {reason}', {
      ...{ hub, page: change.page, reason: outcome.reason },
    });
    if (away) return;
  }
}

function next(
  { clock }: Here,
  { failures, failingSince }: FeedChange,
  outcome: Exclude<Outcome, { kind: 'delivered' }>,
): { reason: string; now: number; due: number } {
  const now = clock.now();
  const retryAfter = outcome.kind === 'refused' ? undefined : outcome.retryAfter;
  const pause = pauseAfter({ failures, lasted: now - (failingSince ?? now), retryAfter });
  return { reason: outcome.reason, now, due: now + pause };
}

/** Names each of a page's feeds to the hub; stops at the first that it does not take. */
async function told(
  here: Here,
  { hub, change, egress, signal }: Telling & { hub: string; change: FeedChange },
): Promise<Outcome> {
  let outcome: Outcome = { kind: 'delivered', status: 200 };
  for (const format of FEED_FORMATS) {
    const topic = at(here, path.feed(change.page, format)).href;
    const body = new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': topic });
    outcome = await egress.scope(BUDGET, () =>
      outcomeOfRequest(here, {
        attempts: change.failures + 1,
        send: () => egress.fetch(hub, { method: 'POST', body, redirect: 'manual', signal }),
      }),
    );
    if (outcome.kind !== 'delivered' || signal.aborted) return outcome;
  }
  return outcome;
}
