// W6: letters that must not come in. A refusal has to be cheap, must not have the node ask anybody anything, and must not be
// felt by a reader.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './audience.ts';
import { type Correspondence, letters, openCorrespondence, taken } from './correspondence.ts';
import type { Given } from './floors/inbox.ts';
import { KINDS, type Wrong } from './ill-will.ts';
import type { Posting } from './letters.ts';
import { openPost, type Sent, statusesOf } from './mail.ts';
import { costOf, openProgram, type Program } from './processes.ts';
import { openReader } from './reader.ts';
import {
  type Bench,
  type Figure,
  type Figures,
  inTurn,
  type Limit,
  medianOf,
  noneOf,
  peakOf,
  shownOnly,
  type Workload,
} from './workload.ts';

const HOSTS = 40;
const EACH = 5;
/** In one round. Fewer would tell more of a collection of garbage that happens to fall into it than of a refusal. */
const COUNT = { whole: 6_000, short: 1_000 };
/** So many are made for it; each is sent again and again, as whoever floods does. */
const DISTINCT = 400;
/** Of each kind, to node and floor, before the first round: until then the compiler is still at work. */
const SETTLING = 3_000;
/** As many again come before each round and are not counted: who floods does not stop, and the node has met the kind by then. */
const LEAD_IN = 300;
/** Of each kind, while the signatures that are looked at are counted. */
const COUNTED = 200;
/** Of all kinds together, while a reader reads. */
const PER_SECOND = 500;
const AT_ONCE = 16;
const REST_MS = 2_000;
/** Letters from one address in one round: below the gate's 1,200 a minute. */
const SHARE_MAX = 500;
/** One more than the gate takes from one address in a minute. */
const ADDRESS_PER_MINUTE = 1_200;

/** The least that a program must do to refuse, each shown by a letter that the floor refuses for that reason. */
const LEAST = {
  glance: 'unsigned',
  'hang-up': 'too large by its header',
  digest: 'wrong digest',
  verify: 'bad signature',
} as const;
type Least = keyof typeof LEAST;

/** Twice a digest and a verification, which were 42 µs where this was set. */
const CHEAP = 84;
const LIMITS: Record<Wrong | 'duplicate' | 'over the limit', { least: Least; limit: Limit; moonshot: Limit }> = {
  unsigned: { least: 'glance', limit: { most: CHEAP, ratio: 3 }, moonshot: { most: 30 } },
  'too large by its header': { least: 'hang-up', limit: { most: CHEAP, ratio: 3 }, moonshot: { most: 30 } },
  'over the limit': { least: 'glance', limit: { most: CHEAP, ratio: 3 }, moonshot: { most: 30 } },
  'wrong digest': { least: 'digest', limit: { most: CHEAP, ratio: 4 }, moonshot: { most: CHEAP } },
  'deep JSON': { least: 'digest', limit: { most: CHEAP, ratio: 4 }, moonshot: { most: CHEAP } },
  'id on another origin': { least: 'digest', limit: { most: CHEAP, ratio: 4 }, moonshot: { most: CHEAP } },
  'bad signature': { least: 'verify', limit: { most: 1_000, ratio: 15 }, moonshot: { most: CHEAP } },
  'Delete of an unknown actor': { least: 'digest', limit: { most: 200, ratio: 6 }, moonshot: { most: CHEAP } },
  duplicate: { least: 'digest', limit: { most: 250, ratio: 7 }, moonshot: { most: 100 } },
};

type Refusal = keyof typeof LIMITS;
const REFUSALS = Object.keys(LIMITS) as Refusal[];

interface Sample {
  cpuUs: number;
  fetches: number;
  /** Letters that were answered in another way than was meant. */
  otherwise: number;
}

export const hostileInbox: Workload = {
  name: 'W6',
  what: 'letters that are wrong in one thing each: what a refusal costs',
  async run(bench) {
    const folder = await mkdtemp(join(tmpdir(), 'wethi-bench-'));
    const correspondence = await openCorrespondence({ hosts: HOSTS, each: EACH });
    try {
      const pem = correspondence.writers[0]?.keys.rsa.publicKeyPem ?? '';
      const given: Given = { path: join(folder, 'floor.db'), pem, thoroughness: 'refuse' };
      const floor = await openProgram(new URL('./floors/inbox.ts', import.meta.url), given);
      try {
        return await measured(bench, { correspondence, floor, count: COUNT[bench.size] });
      } finally {
        await floor.close();
      }
    } finally {
      await correspondence.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Setting {
  correspondence: Correspondence;
  floor: Program & { origin: string };
  count: number;
}

async function measured(bench: Bench, setting: Setting): Promise<Figures> {
  const { correspondence } = setting;
  const { target, ledger, neighbours } = correspondence;
  const keys = HOSTS * EACH;
  const honest = await letters(correspondence, { count: keys, variant: 'cavage' });
  // From here on every key is known.
  await taken(correspondence, { postings: honest, pace: { atOnce: AT_ONCE } });
  const comments = ledger.comments();
  // The first signature that does not fit has its key asked for anew; for the next ten minutes it is not asked for again.
  await neighbours.report();
  await sent(await hostile(setting, { refusal: 'bad signature', honest }));
  const renewed = (await neighbours.report()).gets / keys;
  for (const refusal of REFUSALS) await round({ ...setting, count: SETTLING }, { refusal, honest });
  for (const least of Object.keys(LEAST) as Least[]) await floorRound({ ...setting, count: SETTLING }, least);
  const sides: Record<string, () => Promise<Sample>> = {};
  for (const refusal of REFUSALS) sides[refusal] = () => round(setting, { refusal, honest });
  for (const least of Object.keys(LEAST) as Least[]) sides[least] = () => floorRound(setting, least);
  const samples = await inTurn(bench.rounds, sides);
  const felt = await feltByReader(setting, { honest });
  const bad = await hostile(setting, { refusal: 'bad signature', honest });
  await bench.profiled(target, { of: 'bad signatures', work: () => sent(bad) });
  const peak = await peakOf(target);
  const verifies = await verifiesOf(setting, { honest });
  await until('what was let in by mistake done', { seconds: 60, look: () => ledger.waiting() === 0 });
  const kept = ledger.comments() - comments;
  // Whoever refuses everybody refuses cheaply, and whoever counts nothing counts no signature twice.
  await taken(correspondence, {
    postings: await letters(correspondence, { count: HOSTS, variant: 'cavage' }),
    pace: { atOnce: 1 },
  });
  const looked = await target.ask<number>('verifies');
  if (looked < HOSTS) throw new Error(`${looked} signatures were looked at for ${HOSTS} honest letters`);
  return {
    figures: [...figuresOf(samples, { kept, felt, verifies, renewed }), peak],
    remarks: { 'letters a round': setting.count, keys, 'letters/s while a reader reads': PER_SECOND },
  };
}

interface Found {
  kept: number;
  felt: { idleMs: number; meanwhileMs: number };
  verifies: Record<Refusal, number>;
  /** Fetches by the first forgeries, for each key that they name. */
  renewed: number;
}

function figuresOf(samples: Record<string, Sample[]>, { kept, felt, verifies, renewed }: Found): Figure[] {
  const of = (side: string, what: keyof Sample) => medianOf(samples[side] ?? [], (sample) => sample[what]);
  const all = REFUSALS.flatMap((refusal) => samples[refusal] ?? []);
  const otherwise = Object.values(samples).flatMap((side) => side.map((one) => one.otherwise));
  const { 'bad signature': once, ...never } = verifies;
  return [
    ...REFUSALS.map((refusal): Figure => {
      const { least, ...limits } = LIMITS[refusal];
      const cost = shownOnly(`CPU a refusal: ${refusal} (${statusOf(refusal)})`, of(refusal, 'cpuUs'), 'µs');
      return { ...cost, floor: of(least, 'cpuUs'), ...limits };
    }),
    { ...shownOnly('signatures looked at for a bad one', once, ''), limit: { most: 1 }, moonshot: { most: 1 } },
    noneOf('signatures looked at for any other', Math.max(...Object.values(never))),
    // A key is asked for anew every five minutes, which a bench that takes longer sees once.
    {
      ...shownOnly('fetches a refusal, the worst kind', Math.max(...REFUSALS.map((one) => of(one, 'fetches'))), ''),
      limit: { most: 0.01 },
      moonshot: { most: 0.01 },
    },
    {
      ...shownOnly('fetches a refusal, all kinds', all.reduce((sum, { fetches }) => sum + fetches, 0) / all.length, ''),
      limit: { most: 0.01 },
      moonshot: { most: 0.01 },
    },
    { ...shownOnly('fetches by the first forgeries, a key', renewed, ''), limit: { most: 1 } },
    // What must never happen is not a matter of medians.
    noneOf('answered in another way', Math.max(...otherwise)),
    noneOf('comments by them', kept),
    {
      ...shownOnly('reader p99 meanwhile', felt.meanwhileMs, 'ms'),
      floor: felt.idleMs,
      limit: { most: 50 },
      moonshot: { ratio: 2 },
    },
  ];
}

/** How many signatures are looked at for a letter of each kind. */
async function verifiesOf(
  setting: Setting,
  { honest }: { honest: readonly Posting[] },
): Promise<Record<Refusal, number>> {
  const { target } = setting.correspondence;
  await target.ask('count-verifies');
  const found: [Refusal, number][] = [];
  for (const refusal of REFUSALS) {
    const postings = await hostile({ ...setting, count: COUNTED }, { refusal, honest });
    if (refusal === 'over the limit') await useUp(postings);
    await target.ask('verifies');
    await sent(postings);
    found.push([refusal, (await target.ask<number>('verifies')) / COUNTED]);
  }
  return Object.fromEntries(found) as Record<Refusal, number>;
}

function statusOf(refusal: Refusal): number {
  if (refusal === 'over the limit') return 429;
  return refusal === 'duplicate' ? 202 : KINDS[refusal].status;
}

let rounds = 0;

/** Letters of one kind, each share of them from an address where nobody has been before. */
async function hostile(
  { correspondence, count }: Setting,
  { refusal, honest }: { refusal: Refusal; honest: readonly Posting[] },
): Promise<Posting[]> {
  const { make } = KINDS[refusal === 'over the limit' || refusal === 'duplicate' ? 'unsigned' : refusal];
  const made = refusal === 'duplicate' ? honest : distinct(count, () => make(correspondence));
  const round = ++rounds;
  const shares = refusal === 'over the limit' ? 1 : Math.ceil(count / SHARE_MAX);
  return repeated(made, count).map((posting, n) => {
    return { ...posting, from: `127.${2 + (round >> 8)}.${round & 255}.${1 + (n % shares)}` };
  });
}

function distinct(count: number, make: () => Posting): Posting[] {
  return Array.from({ length: Math.min(count, DISTINCT) }, make);
}

function repeated(made: readonly Posting[], count: number): Posting[] {
  if (made.length === 0) throw new Error('nothing was sent before');
  return Array.from({ length: Math.ceil(count / made.length) }, () => made)
    .flat()
    .slice(0, count);
}

/** Brings them as those do who mean it: over as many connections as there are letters under way. */
async function sent(postings: readonly Posting[]): Promise<Sent[]> {
  const post = openPost({ perAddress: AT_ONCE });
  try {
    return await post.bring(postings, { atOnce: AT_ONCE });
  } finally {
    post.close();
  }
}

async function round(
  setting: Setting,
  { refusal, honest }: { refusal: Refusal; honest: readonly Posting[] },
): Promise<Sample> {
  const { target, neighbours } = setting.correspondence;
  const postings = await hostile(setting, { refusal, honest });
  if (refusal === 'over the limit') await useUp(postings);
  else await sent(await hostile({ ...setting, count: LEAD_IN }, { refusal, honest }));
  await neighbours.report();
  const { done: answered, cost } = await costOf(target, () => sent(postings));
  const { gets } = await neighbours.report();
  const meant = statusesOf(answered)[statusOf(refusal)] ?? 0;
  return { cpuUs: cost.cpuUs / answered.length, fetches: gets / answered.length, otherwise: answered.length - meant };
}

/** Spends what the address of these letters may bring in a minute. */
async function useUp([first]: readonly Posting[]): Promise<void> {
  if (first === undefined) throw new Error('nothing to send');
  await sent(Array.from({ length: ADDRESS_PER_MINUTE }, () => first));
}

/** The same letters as the node gets, at a program that does no more than it must to refuse them. */
async function floorRound({ correspondence, floor, count }: Setting, least: Least): Promise<Sample> {
  const { status, make } = KINDS[LEAST[least]];
  const inbox = `${floor.origin}/ap/inbox`;
  const made = distinct(count, () => ({ ...make(correspondence), url: inbox, from: '127.0.0.1' }));
  await sent(repeated(made, LEAD_IN));
  const postings = repeated(made, count);
  const { done: answered, cost } = await costOf(floor, () => sent(postings));
  const meant = statusesOf(answered)[status] ?? 0;
  return { cpuUs: cost.cpuUs / count, fetches: 0, otherwise: count - meant };
}

/** What a reader feels while all kinds come at once, beside what they feel when nothing comes. */
async function feltByReader(
  setting: Setting,
  { honest }: { honest: readonly Posting[] },
): Promise<{ idleMs: number; meanwhileMs: number }> {
  const { target, post } = setting.correspondence;
  const { url, title } = { url: target.urls.page, title: target.title };
  const kinds = REFUSALS.filter((refusal) => refusal !== 'over the limit');
  const each = { ...setting, count: Math.ceil(setting.count / kinds.length) };
  const piles = await Promise.all(kinds.map((refusal) => hostile(each, { refusal, honest })));
  const mixed = Array.from({ length: each.count }, (_, n) => piles.flatMap((pile) => pile[n] ?? [])).flat();
  const alone = openReader({ url, title });
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const { p99Ms: idleMs } = await alone.stop();
  const meanwhile = openReader({ url, title });
  await post.bring(mixed, { atOnce: AT_ONCE, perSecond: PER_SECOND });
  return { idleMs, meanwhileMs: (await meanwhile.stop()).p99Ms };
}
