// W1: the article page that everybody reads at this moment, from lines that stay open and from new ones; whole, and for
// those who have it already.
import { openStored, profiledReading, readingFigures, settled, type Way } from './reading-load.ts';
import { examined } from './readings.ts';
import { openTarget } from './target.ts';
import { type Figure, type Figures, type Limit, peakOf, type Workload } from './workload.ts';

/** Beyond two and a half times the floor something is wrong on any machine. */
const KEPT: Limit = { most: 24, ratio: 2.5 };
/** Three times as fast as snac, which closes every connection. */
const FRESH: Limit = { most: 80, ratio: 2 };
/** At least 0.7 of the floor. */
const BEST = 1 / 0.7;

const WAYS: { way: Way; limit: Limit; moonshot: Limit }[] = [
  { way: { connection: 'kept', has: 'nothing' }, limit: KEPT, moonshot: { ...KEPT, ratio: BEST } },
  { way: { connection: 'kept', has: 'again' }, limit: KEPT, moonshot: { ...KEPT, ratio: BEST } },
  { way: { connection: 'fresh', has: 'nothing' }, limit: FRESH, moonshot: { ...FRESH, ratio: BEST } },
  { way: { connection: 'fresh', has: 'again' }, limit: FRESH, moonshot: { ...FRESH, ratio: BEST } },
];

export const hotPage: Workload = {
  name: 'W1',
  what: 'the hot article page with 20 comments, whole and as 304, kept and new connections',
  async run(bench): Promise<Figures> {
    const node = await openTarget();
    try {
      const { page } = await examined(node);
      const floor = await openStored([page]);
      try {
        await settled({ node, floor, reading: page });
        const figures: Figure[] = [];
        for (const { way, ...limits } of WAYS) {
          figures.push(...(await readingFigures(bench, { node, floor, reading: page, way, ...limits })));
        }
        figures.push(await peakOf(node));
        await profiledReading(bench, { node, reading: page, way: { connection: 'kept', has: 'nothing' } });
        return { figures, remarks: { 'page KB': Number((page.answer.body.length / 1e3).toFixed(1)) } };
      } finally {
        await floor.close();
      }
    } finally {
      await node.close();
    }
  },
};
