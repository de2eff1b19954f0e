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
import { statusesOf } from './mail.ts';
import { costOf, openProgram, type Program } from './processes.ts';
import { openReader } from './reader.ts';
import { type Bench, type Figure, type Figures, inTurn, type Limit, median, type Workload } from './workload.ts';

const HOSTS = 40;
const EACH = 5;
const COUNT = { whole: 2_000, short: 400 };
/** Of all kinds together, while a reader reads. */
const PER_SECOND = 500;
const AT_ONCE = 16;
const REST_MS = 2_000;
/** Letters from one address in one round: below the gate's 1,200 a minute. */
const SHARE_MAX = 500;
/** One more than the gate takes from one address in a minute. */
const ADDRESS_PER_MINUTE = 1_200;

/** Twice a digest and a verification, which were 42 µs where this was set. */
const CHEAP: Limit = { most: 84, ratio: 1.2 };
const LIMITS: Record<Wrong | 'duplicate' | 'over the limit', { limit: Limit | null; moonshot: Limit }> = {
  unsigned: { limit: CHEAP, moonshot: { most: 30 } },
  'too large by its header': { limit: CHEAP, moonshot: { most: 30 } },
  'over the limit': { limit: CHEAP, moonshot: { most: 30 } },
  'wrong digest': { limit: CHEAP, moonshot: CHEAP },
  'deep JSON': { limit: null, moonshot: CHEAP },
  'id on another origin': { limit: CHEAP, moonshot: CHEAP },
  'bad signature': { limit: { most: 500, ratio: 4 }, moonshot: CHEAP },
  'Delete of an unknown actor': { limit: null, moonshot: { most: 100 } },
  duplicate: { limit: null, moonshot: { most: 100 } },
};

type Refusal = keyof typeof LIMITS;

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
  const honest = await letters(correspondence, { count: HOSTS * EACH, variant: 'cavage' });
  // From here on every key is known.
  await taken(correspondence, { postings: honest, pace: { atOnce: AT_ONCE } });
  const comments = correspondence.ledger.comments();
  const sides: Record<string, () => Promise<Sample>> = {};
  for (const refusal of Object.keys(LIMITS) as Refusal[]) {
    sides[refusal] = () => round(setting, { refusal, honest });
  }
  sides.floor = () => floorRound(setting);
  const samples = await inTurn(bench.rounds, sides);
  const felt = await feltByReader(setting, { honest });
  const bad = await hostile(setting, { refusal: 'bad signature', honest });
  await bench.profiled(correspondence.target, () => correspondence.post.bring(bad, { atOnce: AT_ONCE }));
  await until('what was let in by mistake done', { seconds: 60, look: () => correspondence.ledger.waiting() === 0 });
  const kept = correspondence.ledger.comments() - comments;
  // Whoever refuses everybody refuses cheaply.
  await taken(correspondence, {
    postings: await letters(correspondence, { count: HOSTS, variant: 'cavage' }),
    pace: { atOnce: 1 },
  });
  return {
    figures: figuresOf(samples, { kept, felt }),
    remarks: { 'letters a round': setting.count, 'letters/s while a reader reads': PER_SECOND },
  };
}

function figuresOf(
  samples: Record<string, Sample[]>,
  { kept, felt }: { kept: number; felt: { idleMs: number; meanwhileMs: number } },
): Figure[] {
  const of = (side: string, what: keyof Sample) => median((samples[side] ?? []).map((sample) => sample[what]));
  const row = (name: string, value: number, unit: Figure['unit']): Figure => {
    return { name, value, unit, floor: null, limit: null, moonshot: null };
  };
  // What must never happen is not a matter of medians.
  const most = (what: keyof Sample) =>
    Math.max(...Object.values(samples).flatMap((side) => side.map((one) => one[what])));
  return [
    ...Object.entries(LIMITS).map(([refusal, limits]): Figure => {
      const cost = row(`CPU a refusal: ${refusal} (${statusOf(refusal as Refusal)})`, of(refusal, 'cpuUs'), 'µs');
      return { ...cost, floor: of('floor', 'cpuUs'), ...limits };
    }),
    { ...row('fetches a refusal, the most', most('fetches'), ''), limit: { most: 0.01 }, moonshot: { most: 0.01 } },
    { ...row('answered in another way', most('otherwise'), ''), limit: { most: 0 } },
    { ...row('comments by them', kept, ''), limit: { most: 0 } },
    {
      ...row('reader p99 meanwhile', felt.meanwhileMs, 'ms'),
      floor: felt.idleMs,
      limit: { most: 50, ratio: 5 },
      moonshot: { most: 2 * felt.idleMs },
    },
  ];
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
  const make = (n: number) => {
    if (refusal !== 'duplicate') return KINDS[refusal === 'over the limit' ? 'unsigned' : refusal].make(correspondence);
    return honest[n % honest.length];
  };
  const round = ++rounds;
  const postings: Posting[] = [];
  for (let n = 0; n < count; n++) {
    const posting = make(n);
    if (posting === undefined) throw new Error('nothing was sent before');
    const share = refusal === 'over the limit' ? 1 : 1 + Math.floor(n / SHARE_MAX);
    postings.push({ ...posting, from: `127.${2 + (round >> 8)}.${round & 255}.${share}` });
  }
  return postings;
}

async function round(
  setting: Setting,
  { refusal, honest }: { refusal: Refusal; honest: readonly Posting[] },
): Promise<Sample> {
  const { target, neighbours, post } = setting.correspondence;
  const postings = await hostile(setting, { refusal, honest });
  if (refusal === 'over the limit') await useUp(setting, postings);
  await neighbours.report();
  const { done: sent, cost } = await costOf(target, () => post.bring(postings, { atOnce: AT_ONCE }));
  const { gets } = await neighbours.report();
  const meant = statusesOf(sent)[statusOf(refusal)] ?? 0;
  return { cpuUs: cost.cpuUs / sent.length, fetches: gets / sent.length, otherwise: sent.length - meant };
}

/** Spends what the address of these letters may bring in a minute. */
async function useUp({ correspondence }: Setting, postings: readonly Posting[]): Promise<void> {
  const [first] = postings;
  if (first === undefined) throw new Error('nothing to send');
  const many = Array.from({ length: ADDRESS_PER_MINUTE }, () => first);
  await correspondence.post.bring(many, { atOnce: AT_ONCE });
}

/** The least: a digest and a verification under a key that is there, and no. */
async function floorRound({ correspondence, floor, count }: Setting): Promise<Sample> {
  const postings = Array.from({ length: count }, () => KINDS['bad signature'].make(correspondence));
  const inbox = `${floor.origin}/ap/inbox`;
  const addressed = postings.map((posting) => ({ ...posting, url: inbox, from: '127.0.0.1' }));
  const { done: sent, cost } = await costOf(floor, () => correspondence.post.bring(addressed, { atOnce: AT_ONCE }));
  const meant = statusesOf(sent)[401] ?? 0;
  return { cpuUs: cost.cpuUs / count, fetches: 0, otherwise: count - meant };
}

/** What a reader feels while all kinds come at once, beside what they feel when nothing comes. */
async function feltByReader(
  setting: Setting,
  { honest }: { honest: readonly Posting[] },
): Promise<{ idleMs: number; meanwhileMs: number }> {
  const { target, post } = setting.correspondence;
  const { url, title } = { url: target.urls.page, title: target.title };
  const kinds = (Object.keys(LIMITS) as Refusal[]).filter((refusal) => refusal !== 'over the limit');
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
