// The hot page (R17): a fresh entry is linked everywhere, and four hundred servers and their readers come to a node that has
// just been started. Each asks for the representation that it wants and must get that one; who has it already gets 304.
import { receive, type Visit } from '../speed/client.ts';
import { type Answer, askOnce, type Call, callOf, kindFault, sameFault } from '../speed/exchange.ts';
import { type Chance, chanceOf } from './chance.ts';
import { atMost, exactly, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';
import { type Entry, openTrial, type Trial } from './trial.ts';

const P99_MS_MAX = 100;
/** One visit in so many has the thing already and asks whether it is still so. */
const AGAIN_EVERY = 5;

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const ACTIVITY = 'application/activity+json';
const LINKED_DATA = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const ANYTHING = '*/*';

interface Heat {
  scenario: string;
  seconds: number;
  perSecond: number;
  /** On 127.0.0.0/8, each asking from its own. */
  hosts: number;
  seeds: readonly number[];
}

const HEAT = { scenario: 'hot-page', perSecond: 500, hosts: 400 };

export const scenarios: Scenario[] = [
  {
    row: 'R17',
    name: HEAT.scenario,
    long: (seeds) => hotPage({ ...HEAT, seconds: 60, seeds: seeds.slice(0, 1) }),
    short: (seeds) => hotPage({ ...HEAT, seconds: 8, seeds: seeds.slice(0, 1) }),
  },
];

async function* hotPage({ scenario, seconds, perSecond, hosts, seeds }: Heat): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const trial = await openTrial();
    try {
      const wanted = await wantedOf(trial, await trial.publish(`กองที่ทุกคนส่งต่อ ${seed}`));
      await trial.kill();
      const startMs = await trial.restart();
      const { visits, meant, right } = visitsTo(wanted, { seconds, perSecond, hosts, chance: chanceOf(seed) });
      const { wrong, p50Ms, p99Ms } = await receive(trial.node.origin, visits);
      const count = (kind: Fault) =>
        Object.entries(wrong).reduce((sum, [fault, times]) => sum + (fault.startsWith(kind) ? times : 0), 0);
      const known = count('representation') + count('validation');
      const all = Object.values(wrong).reduce((sum, times) => sum + times, 0);
      yield {
        scenario,
        seed,
        seconds: (performance.now() - began) / 1_000,
        findings: [
          exactly(meant.whole, 'answered with the very representation that was asked for', right.whole),
          exactly(meant.unchanged, 'answered 304 by the ETag of an earlier life', right.unchanged),
          atMost(P99_MS_MAX, 'ms to the whole answer, p99', Math.ceil(p99Ms)),
          none('errors', all - known),
          none('wrong representations', count('representation')),
          none('304 that should have been, and was not', count('validation')),
          ...(await trial.end()),
        ],
        remarks: { ...wrong, 'p50 ms': p50Ms.toFixed(1), 'p99 ms': p99Ms.toFixed(1), 'cold start ms': startMs },
      };
    } finally {
      await trial.close();
    }
  }
}

/** What a fault's name begins with; everything else is an error. */
type Fault = 'representation' | 'validation';

/** A thing that is asked for, and what must come. */
interface Wanted {
  url: string;
  accept: string;
  before: Answer;
}

/** Asks for every representation once and looks what it is, so that the hot answers can be held against these. */
async function wantedOf({ node, blog, actor }: Trial, { number, id }: Entry): Promise<Wanted[]> {
  const page = `${node.origin}/@${blog}/${number}`;
  const documents = [ACTIVITY, LINKED_DATA].flatMap((accept) => [
    { url: id, accept, is: document(id) },
    { url: actor.id, accept, is: document(actor.id) },
    { url: page, accept, is: leadingTo(id) },
  ]);
  const pages = [HTML, ANYTHING].flatMap((accept) => [
    { url: page, accept, is: pageOf(id) },
    { url: id, accept, is: leadingTo(page) },
  ]);
  const wanted: Wanted[] = [];
  for (const { url, accept, is } of [...documents, ...pages]) {
    const before = await askOnce(url, { accept });
    const fault = is(before);
    if (fault !== null) throw new Error(`${url} for ${accept}: ${fault}`);
    wanted.push({ url, accept, before });
  }
  return wanted;
}

type Look = (answer: Answer) => string | null;

function document(id: string): Look {
  return (answer) => {
    const fault = kindFault(answer, ACTIVITY);
    if (fault !== null) return fault;
    return (JSON.parse(answer.body.toString()) as { id: string }).id === id ? null : 'another id';
  };
}

function pageOf(id: string): Look {
  return (answer) => kindFault(answer, 'text/html') ?? (answer.body.includes(id) ? null : 'the page of something else');
}

/** To the thing's own address: 302 or 303, and nowhere else. */
function leadingTo(address: string): Look {
  return ({ status, headers }) => {
    if (status !== 302 && status !== 303) return `status ${status}`;
    const location = headers.get('location') ?? '';
    return new URL(location, address).href === address ? null : `leads to ${location}`;
  };
}

interface Visiting extends Omit<Heat, 'scenario' | 'seeds'> {
  chance: Chance;
}

/** Answers by what they have to be. */
interface Counted {
  whole: number;
  unchanged: number;
}

/** Evenly through the time, each from a host that chance chooses; `right` counts the right answers as they come. */
function visitsTo(
  wanted: Wanted[],
  { seconds, perSecond, hosts, chance }: Visiting,
): { visits: Visit[]; meant: Counted; right: Counted } {
  const right: Counted = { whole: 0, unchanged: 0 };
  const first = wanted.map(asked).map((call) => counting(call, () => right.whole++));
  const kept = wanted.filter(({ before }) => before.headers.has('etag'));
  if (!['/ap/', '/@'].every((part) => kept.some(({ url }) => new URL(url).pathname.startsWith(part)))) {
    throw new Error('page and document must both have an ETag');
  }
  const again = kept.map(askedAgain).map((call) => counting(call, () => right.unchanged++));
  const meant: Counted = { whole: 0, unchanged: 0 };
  const visits = Array.from({ length: seconds * perSecond }, (_, n): Visit => {
    const has = n % AGAIN_EVERY === 0;
    meant[has ? 'unchanged' : 'whole']++;
    const calls = has ? again : first;
    const call = calls[chance.between(0, calls.length - 1)];
    if (call === undefined) throw new Error('nothing to ask for');
    const host = chance.between(0, hosts - 1);
    const from = `127.0.${2 + Math.floor(host / 200)}.${1 + (host % 200)}`;
    return { atMs: (n * 1_000) / perSecond, from, calls: [call] };
  });
  return { visits, meant, right };
}

function counting({ bytes, check }: Call, count: () => void): Call {
  return {
    bytes,
    check(answer) {
      const fault = check(answer);
      if (fault === null) count();
      return fault;
    },
  };
}

/** Every answer must be the one that was examined, to the byte, and tell caches what it depends on. */
function asked({ url, accept, before }: Wanted): Call {
  const check = (answer: Answer) => {
    if (answer.status >= 500) return `status ${answer.status}`;
    const fault = (before.status === 200 ? sameFault : placeFault)(answer, before) ?? variesFault(answer);
    return fault === null ? null : (`representation: ${fault}, for ${accept}` satisfies `${Fault}${string}`);
  };
  return callOf({ url, headers: { accept }, connection: 'fresh', check });
}

/** A redirect has no body whose content-type would matter. */
function placeFault({ status, headers }: Answer, before: Answer): string | null {
  if (status !== before.status) return `status ${status}`;
  return headers.get('location') === before.headers.get('location') ? null : 'another location';
}

function variesFault({ headers }: Answer): string | null {
  return /\baccept\b/i.test(headers.get('vary') ?? '') ? null : 'no Vary: Accept';
}

function askedAgain({ url, accept, before }: Wanted): Call {
  const etag = before.headers.get('etag') ?? '';
  const check = ({ status, headers }: Answer) => {
    if (status >= 500) return `status ${status}`;
    const same = status === 304 && headers.get('etag') === etag;
    return same ? null : (`validation: ${status}, for ${accept}` satisfies `${Fault}${string}`);
  };
  return callOf({ url, headers: { accept, 'if-none-match': etag }, connection: 'fresh', check });
}
