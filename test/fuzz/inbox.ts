// Fuzzes the inbox (security.md R13): whatever comes, the node answers 202 or 4xx, asks nobody but the key's own server, and
// keeps nothing of what it did not take.
import fc from 'fast-check';
import { dump } from '../world.ts';
import { letterOf, recipe, type Spoilt } from './letters.ts';
import { type Answered, openTarget, type Target } from './target.ts';

const PEERS = 12;
/** The key's document, and its owner's where a server keeps them apart as GoToSocial does, or a failed one once more. */
const FETCHES_MAX = 2;

export interface InboxFigures {
  /** How often each status was answered; 0 stands for a connection that was closed without an answer. */
  statuses: Record<string, number>;
  /** Letters sent and letters taken, by what was done to them. */
  kinds: Record<string, { sent: number; taken: number }>;
  /** Milliseconds to the answer, of those that did not wait for the rest of a broken request. */
  p50: number;
  p99: number;
  slowest: number;
  /** Requests to others while a letter was answered: the most for one, and letters that asked anybody but the key's host. */
  fetchesMost: number;
  strangersAsked: number;
  /** The most memory that the node ever held. */
  peakBytes: number;
  /** Each says what should not have been, with what is needed to see it again. */
  faults: string[];
}

/** Sends `count` letters to a node of its own. The same seed sends the same letters. */
export async function fuzzInbox({ seed, count }: { seed: number; count: number }): Promise<InboxFigures> {
  const target = await openTarget({ peers: PEERS });
  try {
    const before = untouched(target);
    const figures = newFigures();
    const times: number[] = [];
    /** Taken, or cut off before the answer came although somebody had signed them. */
    const kept = new Set<string>();
    for (const [number, one] of fc.sample(recipe, { seed, numRuns: count }).entries()) {
      const letter = letterOf(target, one, number);
      const answered = await target.send(letter);
      if (answered.status === 202 || (answered.status === 0 && letter.due === 'either')) kept.add(letter.token);
      if (answered.ms !== null) times.push(answered.ms);
      note(figures, { letter, answered });
      for (const wrong of wrongWith(letter, answered)) {
        figures.faults.push(`seed ${seed}, letter ${number} (${letter.kind}, ${one.verb}): ${wrong}`);
      }
    }
    await target.settled();
    figures.faults.push(...strays(target, { kept, before }), ...(await lastWord(target)));
    const { unhandled, peakBytes } = await target.vitals();
    figures.faults.push(...unhandled);
    times.sort((a, b) => a - b);
    const share = (part: number) => times[Math.floor(times.length * part)] ?? 0;
    return { ...figures, peakBytes, p50: share(0.5), p99: share(0.99), slowest: times.at(-1) ?? 0 };
  } finally {
    await target.close();
  }
}

function newFigures(): InboxFigures {
  const counted = { fetchesMost: 0, strangersAsked: 0, peakBytes: 0, p50: 0, p99: 0, slowest: 0 };
  return { statuses: {}, kinds: {}, ...counted, faults: [] };
}

function note(figures: InboxFigures, { letter, answered }: { letter: Spoilt; answered: Answered }): void {
  const { statuses, kinds } = figures;
  statuses[answered.status] = (statuses[answered.status] ?? 0) + 1;
  const kind = kinds[letter.kind] ?? { sent: 0, taken: 0 };
  kinds[letter.kind] = { sent: kind.sent + 1, taken: kind.taken + (answered.status === 202 ? 1 : 0) };
  figures.fetchesMost = Math.max(figures.fetchesMost, answered.asked.length);
  if (strangersIn(letter, answered).length > 0) figures.strangersAsked++;
}

function strangersIn({ keyHost }: Spoilt, { asked }: Answered): string[] {
  return asked.filter((url) => new URL(url).host !== keyHost);
}

/** What is wrong with the answer to one letter. */
function wrongWith(letter: Spoilt, answered: Answered): string[] {
  const { status, asked, body } = answered;
  const wrong: string[] = [];
  const said = `${status} ${body.slice(0, 120)}`;
  const cut = status === 0 && letter.frame === 'broken';
  if (status !== 202 && !(status >= 400 && status < 500) && !cut) wrong.push(`answered ${said}`);
  if (status === 202 && letter.due === 'refused') wrong.push('taken although nobody signed it as it is');
  if (status !== 202 && letter.due === 'taken') wrong.push(`an honest letter was refused: ${said}`);
  if (asked.length > FETCHES_MAX) wrong.push(`${asked.length} requests to others: ${asked.slice(0, 4).join(', ')}`);
  const strangers = strangersIn(letter, answered);
  if (strangers.length > 0) wrong.push(`asked ${strangers[0]}, but the key is at ${letter.keyHost}`);
  return wrong;
}

/** Tables that no letter may touch. */
const UNTOUCHED = [
  'settings',
  'organisations',
  'people',
  'sessions',
  'forms',
  'invitations',
  'blogs',
  'authors',
  'keys',
];
const ALSO_UNTOUCHED = ['series', 'imports', 'entry_tags', 'following', 'replies'];

function untouched({ world }: Target): string {
  const tables = dump(world);
  return JSON.stringify([...UNTOUCHED, ...ALSO_UNTOUCHED].map((name) => [name, tables[name]]));
}

/** Rows that stem from a letter that was not taken, and rows that changed although no letter may change them. */
function strays(target: Target, { kept, before }: { kept: Set<string>; before: string }): string[] {
  const faults: string[] = [];
  if (untouched(target) !== before) faults.push('a table changed that no letter may change');
  for (const [table, rows] of Object.entries(dump(target.world))) {
    // Keys and contexts that were fetched, each for a while: see `kv.ts`.
    if (table === 'kv') continue;
    for (const row of rows) {
      const text = JSON.stringify(row, (_, value) =>
        value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value,
      );
      const tokens = new Set(text.match(/fuzz-\d+-x/g) ?? []);
      const stray = [...tokens].find((token) => !kept.has(token));
      if (stray !== undefined) faults.push(`${table} keeps something of ${stray}, which was not taken`);
    }
  }
  return faults;
}

/** The node is alive and still takes an honest letter. */
async function lastWord(target: Target): Promise<string[]> {
  const honest = letterOf(target, { how: { kind: 'honest' }, verb: 'Create', by: 0, on: 0 }, 16_000_000);
  const { status, body } = await target.send(honest);
  await target.settled();
  const kept = await target.world.db
    .selectFrom('comments')
    .select('uri')
    .where('uri', 'like', `%${honest.token}%`)
    .execute();
  return status === 202 && kept.length === 1 ? [] : [`at the end an honest comment was answered ${status} ${body}`];
}
