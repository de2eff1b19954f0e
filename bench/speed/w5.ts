// W5: replies come in from many servers, under each way of signing that is in use, and must stand under the entry, cleaned.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Correspondence, letters, openCorrespondence, taken } from './correspondence.ts';
import type { Given, Thoroughness } from './floors/inbox.ts';
import type { Variant } from './letters.ts';
import { quantile } from './mail.ts';
import { costOf, openProgram, type Program } from './processes.ts';
import { type Bench, type Figure, type Figures, inTurn, type Limit, median, type Workload } from './workload.ts';

const HOSTS = 40;
const EACH = 5;
/** Of every writer, in one round. */
const LETTERS_EACH = { whole: 5, short: 1 };
const AT_ONCE = 16;
const STEADY_PER_SECOND = 50;
const FLOORS: readonly Thoroughness[] = ['bare', 'expand', 'parse'];

/** The moonshot is 0.8 of the floor that reads a letter once into the library's objects, and a third more where two vouch. */
const PLAIN = { limit: { most: 4 }, moonshot: { most: 0.83, ratio: 1.25 } };
const VOUCHED_TWICE = { limit: { most: 7 }, moonshot: { most: 1.08, ratio: 1.63 } };
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
  const sides: Record<string, () => Promise<Sample>> = {};
  for (const variant of Object.keys(VARIANTS) as Variant[]) sides[variant] = () => round(setting, variant);
  for (const [name, floor] of Object.entries(floors)) sides[name] = () => floorRound(setting, floor);
  const samples = await inTurn(bench.rounds, sides);
  const postings = await letters(correspondence, { count, variant: 'cavage' });
  const steady = await taken(correspondence, { postings, pace: { atOnce: AT_ONCE, perSecond: STEADY_PER_SECOND } });
  const { peakRssBytes } = await target.gauge();
  for (const variant of ['cavage', 'ld'] as const) {
    const postings = await letters(correspondence, { count, variant });
    await bench.profiled(target, () => taken(correspondence, { postings, pace: { atOnce: AT_ONCE } }));
  }
  const of = (side: string, what: keyof Sample) => median((samples[side] ?? []).map((sample) => sample[what]));
  const row = (name: string, value: number, unit: Figure['unit']): Figure => {
    return { name, value, unit, floor: null, limit: null, moonshot: null };
  };
  const visible = quantile(
    steady.map(({ visibleMs }) => visibleMs),
    0.99,
  );
  return {
    figures: [
      ...Object.entries(VARIANTS).map(([variant, { name, limit, moonshot }]): Figure => {
        const cost = row(`CPU a reply, ${name}`, of(variant, 'cpuMs'), 'ms');
        return { ...cost, floor: of('parse', 'cpuMs'), limit, moonshot };
      }),
      { ...row('fetches a reply, keys known', of('cavage', 'fetches'), ''), limit: { most: 0.01 } },
      { ...row(`p99 until it stands there, ${STEADY_PER_SECOND}/s`, visible, 'ms'), moonshot: { most: 100 } },
      row('peak memory', peakRssBytes / 1024 ** 2, 'MB'),
    ],
    remarks: {
      'letters a round': count,
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
