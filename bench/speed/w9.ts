// W9: an entry is published to a thousand followers and to a thousand times as many: what it takes until every letter waits in
// its lane, and whether readers notice. Nobody listens where the letters go. An entry is published from outside, as the command
// line does, so up to a second of the time passes until the node looks.
import type { World } from '../../test/world.ts';
import { openLedger, publish, until } from './audience.ts';
import { followed } from './growth.ts';
import { costOf, megabytes } from './processes.ts';
import { openTarget } from './target.ts';
import { type Bench, type Figure, type Limit, medianOf, peakOf, shownOnly, type Workload } from './workload.ts';

const FEW = { followers: 1_000, hosts: 1_000 };
const MANY = { whole: { followers: 1_000_000, hosts: 5_000 }, short: { followers: 20_000, hosts: 2_000 } };
const SECONDS_MAX = 60;

const MEMORY = { limit: { most: 48 }, moonshot: { most: 32 } };
/** Until the node looks, half a second passes on average, and a whole one at worst. */
const TIME = { limit: { most: 1_500 }, moonshot: { most: 500 } };
const DELAY = { limit: { most: 20 }, moonshot: { most: 20 } };

type Bounds = { limit: Limit; moonshot: Limit };

interface Sample {
  growthMb: number;
  ms: number;
  p99Ms: number;
  mostMs: number;
}

export const audienceGrowth: Workload = {
  name: 'W9',
  what: 'an entry to a thousand followers and to many more, until all its letters wait in their lanes',
  async run(bench) {
    const many = MANY[bench.size];
    const [small, large] = [await measured(bench, FEW), await measured(bench, many)];
    const row = (name: string, what: keyof Sample, unit: Figure['unit'], bounds: Partial<Bounds>): Figure => ({
      ...shownOnly(
        name,
        medianOf(large.samples, (sample) => sample[what]),
        unit,
      ),
      floor: medianOf(small.samples, (sample) => sample[what]),
      ...bounds,
    });
    return {
      figures: [
        row('memory more', 'growthMb', 'MB', MEMORY),
        row('until all wait', 'ms', 'ms', TIME),
        row('the loop was late by, p99', 'p99Ms', 'ms', DELAY),
        row('the loop was late by at most', 'mostMs', 'ms', {}),
        { ...large.peak, floor: small.peak.value },
      ],
      remarks: { followers: `${FEW.followers} and ${many.followers}`, servers: `${FEW.hosts} and ${many.hosts}` },
    };
  },
};

async function measured(bench: Bench, given: typeof FEW): Promise<{ samples: Sample[]; peak: Figure }> {
  let world: World | undefined;
  const node = await openTarget({
    async furnish(furnished) {
      world = furnished;
      await followed(furnished, given);
    },
  });
  const ledger = openLedger(node);
  try {
    if (world === undefined) throw new Error('nothing was furnished');
    const samples: Sample[] = [];
    for (let n = 0; n <= bench.rounds; n++) {
      const here = world;
      await until('nothing waits to be told', { seconds: SECONDS_MAX, look: () => ledger.untold() === 0 });
      await node.ask('start-delay');
      const { cost } = await costOf(node, async () => {
        await publish(here, { origin: node.origin, title: `กองที่ ${n}` });
        await until('every letter waits', { seconds: SECONDS_MAX, look: () => ledger.untold() === 0 });
      });
      const delay = await node.ask<Pick<Sample, 'p99Ms' | 'mostMs'>>('stop-delay');
      const waiting = ledger.unsent();
      if (waiting < given.hosts) throw new Error(`${waiting} letters wait, not one for each of ${given.hosts} servers`);
      // The first warms up.
      if (n > 0) samples.push({ growthMb: megabytes(cost.rssGrowthBytes), ms: cost.wallMs, ...delay });
    }
    return { samples, peak: await peakOf(node) };
  } finally {
    ledger.close();
    await node.close();
  }
}
