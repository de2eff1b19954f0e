// W8: a third of the servers are sick in one way or another. Those that are well must get their entry as if nobody were.
import { chanceOf } from '../faults/chance.ts';
import { quantile } from '../figures.ts';
import type { Manner } from './neighbours.ts';
import { megabytes } from './processes.ts';
import { type Audience, openAudience, tell } from './telling.ts';
import { type Figure, medianOf, peakOf, shownOnly, type Workload } from './workload.ts';

const HOSTS = 200;
const EACH = 5;
const SERVED_SHARE = 0.99;
const SECONDS_MAX = 120;
const RATIO_MAX = 1.2;
/** How many of a hundred servers are so: performance.md, W8. */
const SICK: [Manner, number][] = [
  ['hangs', 10],
  ['fails', 10],
  ['refuses', 5],
  ['slow', 5],
];

interface Sample {
  /** From the first letter until 99 of 100 inboxes on healthy servers were served. */
  seconds: number;
  /** The most letters that came to one server that answers 500. */
  knocks: number;
  rssGrowthMb: number;
  peak: Figure;
}

export const sickPeers: Workload = {
  name: 'W8',
  what: '1,000 inboxes, 30 % of the servers sick: hanging, failing, closed, slow',
  async run({ rounds, seed, size }) {
    const well: Sample[] = [];
    const sick: Sample[] = [];
    // Every round has a node of its own and warms it up itself; each draws its sick ones anew.
    for (let n = 0; n < (size === 'short' ? 1 : rounds); n++) {
      well.push(await round({ sickness: 'nobody', seed: seed + n }));
      sick.push(await round({ sickness: 'some', seed: seed + n }));
    }
    const seconds = (samples: Sample[]) => medianOf(samples, (sample) => sample.seconds);
    const ratio = seconds(sick) / seconds(well);
    const peak = sick.map((sample) => sample.peak).reduce((a, b) => (b.value > a.value ? b : a));
    return {
      figures: [
        {
          ...shownOnly('time of the healthy ÷ with none sick', ratio, '×'),
          limit: { most: RATIO_MAX },
          moonshot: { most: RATIO_MAX },
        },
        { ...shownOnly('until 99 % of the healthy are served', seconds(sick), 's'), floor: seconds(well) },
        {
          ...shownOnly('letters to a server that fails', Math.max(...sick.map(({ knocks }) => knocks)), ''),
          limit: { most: 3 },
        },
        shownOnly(
          'memory grew by',
          medianOf(sick, ({ rssGrowthMb }) => rssGrowthMb),
          'MB',
        ),
        peak,
      ],
      remarks: {
        inboxes: HOSTS * EACH,
        'of them healthy': HOSTS * EACH * (1 - SICK.reduce((n, [, share]) => n + share, 0) / 100),
      },
    };
  },
};

/** A fresh node each time: a server that was once sick is not asked like one that never was. */
async function round({ sickness, seed }: { sickness: 'nobody' | 'some'; seed: number }): Promise<Sample> {
  const audience = await openAudience({ hosts: HOSTS, each: EACH });
  try {
    // Everybody gets the first entry, so that connections are open and the code is warm.
    await tell(audience, { title: 'ก่อนป่วย', seconds: SECONDS_MAX });
    return await measured(audience, { sickness, seed });
  } finally {
    await audience.close();
  }
}

async function measured(
  audience: Audience,
  { sickness, seed }: { sickness: 'nobody' | 'some'; seed: number },
): Promise<Sample> {
  const { neighbours } = audience;
  const shuffled = chanceOf(seed).shuffled(neighbours.origins);
  const wards = SICK.map(([manner, share]) => ({ manner, origins: shuffled.splice(0, (HOSTS * share) / 100) }));
  const well = new Set(shuffled);
  if (sickness === 'some') for (const ward of wards) await neighbours.behave(ward);
  const enough = sickness === 'some' ? well.size * EACH : audience.inboxes;
  const { seen, served, cost } = await tell(audience, { title: 'ระหว่างป่วย', enough, seconds: SECONDS_MAX });
  const times = [...served].filter(([inbox]) => well.has(new URL(inbox).origin)).map(([, seconds]) => seconds);
  if (times.length < well.size * EACH * SERVED_SHARE)
    throw new Error(`only ${times.length} of the healthy were served`);
  const failing = wards.find(({ manner }) => manner === 'fails')?.origins ?? [];
  return {
    seconds: quantile(times, SERVED_SHARE),
    knocks: Math.max(...failing.map((origin) => seen.knocks[origin] ?? 0)),
    rssGrowthMb: megabytes(cost.rssGrowthBytes),
    peak: await peakOf(audience.target),
  };
}
