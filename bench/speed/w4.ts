// W4: what other servers read: an actor, an Article, a WebFinger answer and a page of the outbox.
import { openStored, profiledReading, readingFigures, settled, type Way } from './reading-load.ts';
import { examined, type Readings } from './readings.ts';
import { openTarget } from './target.ts';
import { type Figure, type Figures, type Limit, peakOf, type Workload } from './workload.ts';

const KEPT: Way = { connection: 'kept', has: 'nothing' };
const FRESH: Way = { connection: 'fresh', has: 'nothing' };

/** At most twice the floor. */
const MOONSHOT: Limit = { most: 40, ratio: 2 };
/** Four times as fast as snac, which closes every connection. */
const MOONSHOT_FRESH: Limit = { most: 75, ratio: 4 / 3 };

/** Beyond these times the floor something is wrong on any machine. */
const KEPT_LIMIT: Limit = { ...MOONSHOT, ratio: 2.5 };
const FRESH_LIMIT: Limit = { ...MOONSHOT_FRESH, ratio: 2 };

const ASKED: { what: keyof Readings; way: Way; limit: Limit; moonshot: Limit }[] = [
  { what: 'actor', way: KEPT, limit: KEPT_LIMIT, moonshot: MOONSHOT },
  { what: 'article', way: KEPT, limit: KEPT_LIMIT, moonshot: MOONSHOT },
  { what: 'webfinger', way: KEPT, limit: { most: 60, ratio: 3 }, moonshot: MOONSHOT },
  { what: 'outbox', way: KEPT, limit: KEPT_LIMIT, moonshot: MOONSHOT },
  { what: 'actor', way: FRESH, limit: FRESH_LIMIT, moonshot: MOONSHOT_FRESH },
  { what: 'article', way: FRESH, limit: FRESH_LIMIT, moonshot: MOONSHOT_FRESH },
];

export const documents: Workload = {
  name: 'W4',
  what: 'actor, Article, WebFinger and a page of the outbox as other servers read them',
  async run(bench): Promise<Figures> {
    const node = await openTarget();
    try {
      const readings = await examined(node);
      const floor = await openStored(Object.values(readings));
      try {
        await settled({ node, floor, reading: readings.actor });
        const figures: Figure[] = [];
        for (const { what, ...how } of ASKED) {
          figures.push(...(await readingFigures(bench, { node, floor, reading: readings[what], ...how })));
        }
        figures.push(await peakOf(node));
        await profiledReading(bench, { node, reading: readings.actor, way: KEPT });
        await profiledReading(bench, { node, reading: readings.article, way: KEPT });
        const sizes = Object.values(readings).map(({ name, answer }) => [
          `${name} KB`,
          (answer.body.length / 1e3).toFixed(1),
        ]);
        return { figures, remarks: Object.fromEntries(sizes) };
      } finally {
        await floor.close();
      }
    } finally {
      await node.close();
    }
  },
};
