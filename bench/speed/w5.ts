// W5: replies come in from many servers, under each way of signing that is in use, and must stand under the entry, cleaned.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../figures.ts';
import { amongStrangers, type Correspondence, letters, openCorrespondence, taken } from './correspondence.ts';
import type { Given, Thoroughness } from './floors/inbox.ts';
import type { Variant } from './letters.ts';
import { costOf, openProgram, type Program } from './processes.ts';
import {
  type Bench,
  type Figure,
  type Figures,
  inTurn,
  type Limit,
  medianOf,
  peakOf,
  shownOnly,
  type Workload,
} from './workload.ts';

const HOSTS = 40;
const EACH = 5;
/**
 * Of every writer, to the node and to each floor, before anything is looked at. A fresh process takes 20 ms for each of its first two hundred letters, which is
 * the compiler's work; after six hundred the cost stays where it is for thousands.
 */
const SETTLING_EACH = 3;
/** Of every writer, in one round of one variant. */
const LETTERS_EACH = { whole: 5, short: 1 };
/** In one round, by writers who were never heard of. */
const STRANGERS = 100;
const AT_ONCE = 16;
const STEADY_PER_SECOND = 50;
const FLOORS: readonly Thoroughness[] = ['bare', 'expand', 'parse'];

/** The moonshot is 0.8 of the floor that reads a letter once into the library's objects, and a third more where two vouch. */
const PLAIN = { limit: { most: 4, ratio: 4 }, moonshot: { most: 0.83, ratio: 1.25 } };
const VOUCHED_TWICE = { limit: { most: 7, ratio: 6 }, moonshot: { most: 1.08, ratio: 1.63 } };
const VARIANTS: Record<Variant, { name: string; limit: Limit; moonshot: Limit }> = {
  cavage: { name: 'cavage', ...PLAIN },
  rfc9421: { name: 'RFC 9421', ...PLAIN },
  ld: { name: 'LD-signed', ...VOUCHED_TWICE },
  oip: { name: 'FEP-8b32', ...VOUCHED_TWICE },
};

interface Sample {
  /** For each letter. */
  cpuMs: number;
  fetches: number;
  wallMs: number;
}

interface Setting {
  correspondence: Correspondence;
  floors: Record<string, Floor>;
  count: number;
}

type Floor = Program & { origin: string };

export const inbox: Workload = {
  name: 'W5',
  what: 'signed replies, each a comment in the end',
  async run(bench) {
    const folder = await mkdtemp(join(tmpdir(), 'wethi-bench-'));
    const correspondence = await openCorrespondence({ hosts: HOSTS, each: EACH });
    const floors: Setting['floors'] = {};
    try {
      for (const thoroughness of FLOORS) {
        const pem = correspondence.writers[0]?.keys.rsa.publicKeyPem ?? '';
        const given: Given = { path: join(folder, `${thoroughness}.db`), pem, thoroughness };
        floors[thoroughness] = await openProgram(new URL('./floors/inbox.ts', import.meta.url), given);
      }
      return await measured(bench, { correspondence, floors, count: HOSTS * EACH * LETTERS_EACH[bench.size] });
    } finally {
      for (const floor of Object.values(floors)) await floor.close();
      await correspondence.close();
      await rm(folder, { recursive: true });
    }
  },
};

async function measured(bench: Bench, setting: Setting): Promise<Figures> {
  const { correspondence, floors, count } = setting;
  const { target } = correspondence;
  const settling = HOSTS * EACH * SETTLING_EACH;
  await taken(correspondence, {
    postings: await letters(correspondence, { count: settling, variant: 'cavage' }),
    pace: { atOnce: AT_ONCE },
  });
  for (const floor of Object.values(floors)) await floorRound({ ...setting, count: settling }, floor);
  const sides: Record<string, () => Promise<Sample>> = {};
  for (const variant of Object.keys(VARIANTS) as Variant[]) sides[variant] = () => round(setting, variant);
  sides.strangers = () => {
    const among = amongStrangers(correspondence, { count: STRANGERS });
    return round({ ...setting, correspondence: among, count: STRANGERS }, 'cavage');
  };
  for (const [name, floor] of Object.entries(floors)) sides[name] = () => floorRound(setting, floor);
  const samples = await inTurn(bench.rounds, sides);
  const postings = await letters(correspondence, { count, variant: 'cavage' });
  const steady = await taken(correspondence, { postings, pace: { atOnce: AT_ONCE, perSecond: STEADY_PER_SECOND } });
  const peak = await peakOf(target);
  for (const variant of ['cavage', 'ld'] as const) {
    const postings = await letters(correspondence, { count, variant });
    const work = () => taken(correspondence, { postings, pace: { atOnce: AT_ONCE } });
    await bench.profiled(target, { of: `replies, ${VARIANTS[variant].name}`, work });
  }
  const of = (side: string, what: keyof Sample) => medianOf(samples[side] ?? [], (sample) => sample[what]);
  const visible = quantile(
    steady.map(({ visibleMs }) => visibleMs),
    0.99,
  );
  const cost = (name: string, side: string): Figure => ({
    ...shownOnly(`CPU a reply, ${name}`, of(side, 'cpuMs'), 'ms'),
    floor: of('parse', 'cpuMs'),
  });
  return {
    figures: [
      ...Object.entries(VARIANTS).map(([variant, { name, ...limits }]) => ({ ...cost(name, variant), ...limits })),
      // Its key and its actor have to be asked for, and it waits in the queue.
      cost('cavage, the first of its writer', 'strangers'),
      { ...shownOnly('fetches a reply, keys known', of('cavage', 'fetches'), ''), limit: { most: 0.01 } },
      { ...shownOnly(`p99 until it stands there, ${STEADY_PER_SECOND}/s`, visible, 'ms'), moonshot: { most: 100 } },
      peak,
    ],
    remarks: {
      'letters before the first round': settling,
      'letters a round and variant': count,
      'letters a round by strangers': STRANGERS,
      'floor without JSON-LD, ms': of('bare', 'cpuMs').toFixed(3),
      'floor with one expansion, ms': of('expand', 'cpuMs').toFixed(3),
      'floor with one reading, ms': of('parse', 'cpuMs').toFixed(3),
      [`replies/s, ${AT_ONCE} at once`]: ((count * 1_000) / of('cavage', 'wallMs')).toFixed(0),
    },
  };
}

async function round({ correspondence, count }: Setting, variant: Variant): Promise<Sample> {
  const { target, neighbours } = correspondence;
  const postings = await letters(correspondence, { count, variant });
  await neighbours.report();
  const { cost } = await costOf(target, () => taken(correspondence, { postings, pace: { atOnce: AT_ONCE } }));
  const { gets } = await neighbours.report();
  return { cpuMs: cost.cpuUs / 1_000 / count, fetches: gets / count, wallMs: cost.wallMs };
}

async function floorRound({ correspondence, count }: Setting, floor: Floor): Promise<Sample> {
  const postings = await letters(correspondence, { count, variant: 'cavage', inbox: `${floor.origin}/ap/inbox` });
  const before = await floor.ask<number>('kept');
  const { cost } = await costOf(floor, () => correspondence.post.bring(postings, { atOnce: AT_ONCE }));
  const kept = (await floor.ask<number>('kept')) - before;
  if (kept !== count) throw new Error(`the floor kept ${kept} of ${count}`);
  return { cpuMs: cost.cpuUs / 1_000 / count, fetches: 0, wallMs: cost.wallMs };
}
