// People who write, revise and withdraw all the time, each at a browser, while the node goes down under their hands. They
// know of each change whether it was acknowledged: the whole of a 303 was here.
import { office } from '../../src/cli/demo/world.ts';
import { path } from '../../src/urls.ts';
import { type Browser, hiddenFields, type Page, signedIn } from './browser.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Trial } from './trial.ts';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;
const TWICE_EVERY = 5;
/** Acknowledged changes of a writer that not everybody has heard of: with more, they rest until the node comes after. */
const UNHEARD_MAX = 5;

/** Something that a writer did to an entry. No two carry one title, save that a Delete names the title that goes. */
export interface Change {
  verb: 'Create' | 'Update' | 'Delete';
  title: string;
  /** `open` from the moment it is sent until its answer is here, and for ever when the writer gave up on it. */
  fate: 'open' | 'acknowledged';
}

/** One entry and what was done to it, in order. */
export interface Piece {
  /** Known once its Create was acknowledged. */
  number: number | null;
  changes: Change[];
}

export interface Writers {
  pieces: Piece[];
  /** How often the connection broke while a form was under way. */
  broken(): number;
  /** Lets everybody finish what they are at. @throws what went wrong for one of them. */
  stop(): Promise<void>;
}

interface Desk {
  browser: Browser;
  blog: string;
  chance: Chance;
  /** Whether one form in five is sent twice at one time, by a button that is pressed twice. */
  pressing: 'once' | 'sometimes twice';
  name: string;
  pieces: Piece[];
  broke(): void;
}

/**
 * Seats `count` writers, who are signed in when it returns. They take up an entry again only when everybody has `heard` of its last change, so that every
 * acknowledged change has to reach everybody: what is still in the queue may be replaced by what is newer.
 */
export async function seatWriters(
  trial: Trial,
  {
    count,
    seed,
    pressing,
    heard,
  }: { count: number; seed: number; pressing: Desk['pressing']; heard: (change: Change) => boolean },
): Promise<Writers> {
  const pieces: Piece[] = [];
  let broken = 0;
  let stopped = false;
  const browsers = await Promise.all(Array.from({ length: count }, () => signedIn(trial.node.origin, office.person)));
  const work = async (browser: Browser, n: number) => {
    const broke = () => void broken++;
    const desk: Desk = {
      browser,
      pressing,
      blog: trial.blog,
      chance: chanceOf(seed * 100 + n),
      name: `${seed}.${n}`,
      pieces: [],
      broke,
    };
    while (!stopped) await oneMore(desk, { pieces, heard });
  };
  const writing = Promise.all(browsers.map(work));
  // Looked at in `stop`; until then nobody would be told.
  writing.catch(() => undefined);
  return {
    pieces,
    broken: () => broken,
    async stop() {
      stopped = true;
      await writing;
    },
  };
}

async function oneMore(
  desk: Desk,
  { pieces, heard }: { pieces: Piece[]; heard: (change: Change) => boolean },
): Promise<void> {
  const { chance, name } = desk;
  await pause(chance.between(30, 150));
  const own = desk.pieces.filter(({ changes }) => changes.every(({ fate }) => fate === 'acknowledged'));
  const latest = (piece: Piece) => piece.changes.at(-1);
  const heardOf = own.filter((piece) => {
    const last = latest(piece);
    return last !== undefined && heard(last);
  });
  if (own.length - heardOf.length >= UNHEARD_MAX) return;
  const known = heardOf.filter((piece) => latest(piece)?.verb !== 'Delete');
  const piece = known[chance.between(0, Math.max(0, known.length - 1))];
  const die = chance.between(1, 10);
  if (piece === undefined || die <= 5) {
    const fresh: Piece = { number: null, changes: [] };
    desk.pieces.push(fresh);
    pieces.push(fresh);
    await publish(desk, fresh, `กองที่ ${name}.${desk.pieces.length}`);
  } else if (die <= 8) {
    await revise(desk, piece, `กองที่ ${name}.${desk.pieces.indexOf(piece) + 1} ครั้งที่ ${piece.changes.length + 1}`);
  } else {
    await withdraw(desk, piece);
  }
}

async function publish(desk: Desk, piece: Piece, title: string): Promise<void> {
  const form = await hiddenFields(await patiently(() => desk.browser.get(path.write())));
  const answer = await change(desk, piece, {
    verb: 'Create',
    title,
    to: path.write(),
    fields: { ...form, ...words(desk, title) },
  });
  if (answer !== null) piece.number = Number(answer.location?.match(/\/(\d+)$/)?.[1]);
}

async function revise(desk: Desk, piece: Piece, title: string): Promise<void> {
  const to = path.revise(piece.number ?? 0);
  const form = await hiddenFields(await patiently(() => desk.browser.get(to)));
  await change(desk, piece, { verb: 'Update', title, to, fields: { ...form, ...words(desk, title) } });
}

async function withdraw(desk: Desk, piece: Piece): Promise<void> {
  const title = piece.changes.at(-1)?.title ?? '';
  await change(desk, piece, { verb: 'Delete', title, to: path.withdraw(piece.number ?? 0), fields: {} });
}

function words({ blog }: Desk, title: string): Record<string, string> {
  const rest = { highlight: '', tags: '', series: '', part: '', licence: 'cc-by-4.0', act: 'publish' };
  return { blog, title, source: `วันนี้ครบเก้าวันหลังตั้งกอง ${title}`, ...rest };
}

/**
 * Sends a form until it is acknowledged, as somebody would who presses the button again; or, one time in four that the
 * connection breaks, never again: then only the node knows what became of it. Null in that case.
 */
async function change(
  desk: Desk,
  piece: Piece,
  { verb, title, to, fields }: { verb: Change['verb']; title: string; to: string; fields: Record<string, string> },
): Promise<Page | null> {
  const change: Change = { verb, title, fate: 'open' };
  piece.changes.push(change);
  const until = performance.now() + PATIENCE_MS;
  const copies = desk.pressing !== 'once' && verb !== 'Delete' && desk.chance.between(1, TWICE_EVERY) === 1 ? 2 : 1;
  for (let tries = 1; ; tries++) {
    const sendings = Array.from({ length: copies }, () => desk.browser.post(to, fields).catch(notBroken));
    const answer = (await Promise.all(sendings)).find((answer) => answer !== null) ?? null;
    // Whoever presses again after a withdrawal hears that the entry is gone.
    const done = answer?.status === 303 || (answer?.status === 410 && verb === 'Delete' && tries > 1);
    if (answer !== null && done) {
      change.fate = 'acknowledged';
      return answer;
    }
    if (answer !== null && answer.status < 500)
      throw new Error(`${verb} of ${title} was answered with ${answer.status}`);
    if (answer === null && tries === 1) {
      desk.broke();
      if (desk.chance.between(1, 4) === 1) return null;
    }
    if (performance.now() > until) throw new Error(`${verb} of ${title} was not taken in time`);
    await pause(PAUSE_MS);
  }
}

/** Asks for a page again and again while the node is down. */
async function patiently(ask: () => Promise<Page>): Promise<Page> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const page = await ask().catch(notBroken);
    if (page?.status === 200) return page;
    if (page !== null && page.status < 500) throw new Error(`a form was answered with ${page.status}`);
    if (performance.now() > until) throw new Error('the form did not come in time');
    await pause(PAUSE_MS);
  }
}

/** Null for a connection that was refused, cut or silent; anything else is a mistake of ours. */
function notBroken(error: unknown): null {
  const isNetwork = error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
  if (!isNetwork) throw error;
  return null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
