// Fuzz: ten thousand spoilt letters to the inbox, and as many odd requests and texts, by seed (security.md R13). What is
// sent and what must hold is in test/fuzz; here it gets its numbers and its limits.
import { fuzzDoors } from '../../test/fuzz/doors.ts';
import { fuzzImporter } from '../../test/fuzz/importer.ts';
import { fuzzInbox } from '../../test/fuzz/inbox.ts';
import { LAWS } from '../../test/fuzz/laws.ts';
import { type Run, tried } from '../../test/fuzz/run.ts';
import { atLeast, atMost, exactly, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';

const P99_MS_MAX = 50;
/**
 * R13 has one. An honest letter costs one where key and owner are one document, and two where a server keeps them apart, as
 * GoToSocial does; a key that is refused is asked for again under the other signature scheme, as servers that know only one
 * need it. Both go to the key's own server, and a forger can have no third.
 */
const FETCHES_MAX = 2;
const MEMORY_MB_MAX = 256;

/** How much of each; a page costs a hundred times what a text does. */
interface Amounts {
  letters: number;
  requests: number;
  texts: number;
  pages: number;
}

const LONG: Amounts = { letters: 10_000, requests: 10_000, texts: 10_000, pages: 1_000 };
const SHORT: Amounts = { letters: 400, requests: 600, texts: 1_500, pages: 150 };

export const scenarios: Scenario[] = [
  { row: 'R13', name: 'fuzz', long: (seeds) => fuzz(seeds, LONG), short: (seeds) => fuzz(seeds, SHORT) },
];

/** One seed is enough: it is many inputs, not many moments. */
async function* fuzz(seeds: readonly number[], amounts: Amounts): AsyncGenerator<Round> {
  for (const seed of seeds.slice(0, 1)) {
    yield await inboxRound({ seed, count: amounts.letters });
    yield await doorsRound({ seed, count: amounts.requests });
    yield await textsRound({ seed, amounts });
  }
}

async function inboxRound(run: Run): Promise<Round> {
  const start = performance.now();
  const { faults, statuses, kinds, ...figures } = await fuzzInbox(run);
  const sent = Object.values(kinds).reduce((sum, kind) => sum + kind.sent, 0);
  const ours = Object.entries(statuses).filter(([status]) => Number(status) >= 500 || Number(status) < 0);
  return {
    scenario: 'fuzz-inbox',
    seed: run.seed,
    seconds: (performance.now() - start) / 1_000,
    findings: [
      exactly(run.count, 'letters sent', sent),
      none(
        'answers of 5xx, or none at all',
        ours.reduce((sum, [, count]) => sum + count, 0),
      ),
      none('honest letters refused', (kinds.honest?.sent ?? 0) - (kinds.honest?.taken ?? 0)),
      atMost(FETCHES_MAX, 'requests to the key’s server for one letter, at most', figures.fetchesMost),
      none('letters that had somebody else asked than the key’s server', figures.strangersAsked),
      none('faults in all', faults.length),
      atMost(P99_MS_MAX, 'ms to the answer, p99', Math.ceil(figures.p99)),
      atMost(MEMORY_MB_MAX, 'MB of memory at its peak', Math.ceil(figures.peakBytes / 1024 / 1024)),
    ],
    remarks: {
      ...Object.fromEntries(Object.entries(statuses).map(([status, count]) => [`answered ${status}`, count])),
      'p50 ms': figures.p50.toFixed(1),
      ...firstOf(faults),
    },
  };
}

async function doorsRound(run: Run): Promise<Round> {
  const start = performance.now();
  const { faults, statuses, p50, p99 } = await fuzzDoors(run);
  return {
    scenario: 'fuzz-doors',
    seed: run.seed,
    seconds: (performance.now() - start) / 1_000,
    findings: [
      exactly(
        run.count,
        'requests sent',
        Object.values(statuses).reduce((sum, count) => sum + count, 0),
      ),
      atLeast(1, 'requests that found something', statuses[200] ?? 0),
      none('faults in all', faults.length),
      atMost(P99_MS_MAX, 'ms to the answer, p99', Math.ceil(p99)),
    ],
    remarks: { 'p50 ms': p50.toFixed(1), ...firstOf(faults) },
  };
}

async function textsRound({ seed, amounts }: { seed: number; amounts: Amounts }): Promise<Round> {
  const start = performance.now();
  const broken: string[] = [];
  for (const [name, law] of Object.entries(LAWS)) {
    const { fault } = await tried(law, { seed, count: amounts.texts });
    if (fault !== null) broken.push(`${name}: ${fault}`);
  }
  const pages = await fuzzImporter({ seed, count: amounts.pages });
  return {
    scenario: 'fuzz-texts',
    seed,
    seconds: (performance.now() - start) / 1_000,
    findings: [
      none('laws on text broken', broken.length),
      atLeast(1, 'pages imported whole', pages.imported),
      atLeast(1, 'pages refused', pages.refused),
      none('pages imported by halves, or refused without a word', pages.faults.length),
    ],
    remarks: { laws: Object.keys(LAWS).length, 'texts each': amounts.texts, ...firstOf([...broken, ...pages.faults]) },
  };
}

/** The first fault in words; the run can be had again by its seed. */
function firstOf(faults: string[]): Record<string, string> {
  return faults[0] === undefined ? {} : { 'first fault': faults[0].slice(0, 500) };
}
