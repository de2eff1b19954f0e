// R1: people write, revise and withdraw while the server is killed again and again. What was acknowledged stands and was
// told to every follower once; what was not is there with its telling or not at all.
import Sqlite from 'better-sqlite3';
import { path } from '../../src/urls.ts';
import { chanceOf } from './chance.ts';
import { atLeast, atMost, type Finding, none, type Round } from './findings.ts';
import { type Hearsay, openHearsay } from './hearsay.ts';
import type { Scenario } from './scenario.ts';
import { atOnce } from './senders.ts';
import { openServers } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial } from './trial.ts';
import { type Change, type Piece, seatWriters } from './writers.ts';

const WRITERS = 4;
const FOLLOWERS = 4;
const RESTART_MS_MAX = 3_000;
const PATIENCE_MS = 180_000;

export const scenarios: Scenario[] = [
  {
    row: 'R1',
    name: 'writing',
    long: (seeds) => writeAndKill({ kills: 100, seeds: seeds.slice(0, 1) }),
    short: (seeds) => writeAndKill({ kills: 6, seeds: seeds.slice(0, 1) }),
  },
];

/** One node through all kills of a seed. */
async function* writeAndKill({ kills, seeds }: { kills: number; seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const start = performance.now();
    const servers = await openServers({ count: FOLLOWERS, chance: chanceOf(seed) });
    const trial = await openTrial();
    try {
      const inboxes = await gatherFollowers(trial, { servers, each: 1 });
      const hearsay = openHearsay(servers.letters);
      const heard = (change: Change) => hearsay.of(change).size === inboxes.length;
      const writers = await seatWriters(trial, { count: WRITERS, seed, pressing: 'sometimes twice', heard });
      const cutOff = Math.ceil(kills / 4);
      const enough = () => writers.broken() >= cutOff;
      const fell = await killed(trial, { kills, enough, seed, pieces: writers.pieces });
      await writers.stop();
      const changes = writers.pieces.flatMap((piece) => piece.changes);
      const acknowledged = changes.filter(({ fate }) => fate === 'acknowledged');
      await comesTrue(PATIENCE_MS, () => acknowledged.every(heard));
      const { outgoing } = await trial.drained();
      const rows = rowsIn(trial.database);
      const findings = [
        atLeast(kills, 'kills', fell.restarts.length),
        atLeast(kills * 2, 'changes acknowledged', acknowledged.length),
        atLeast(cutOff, 'forms that a kill cut off', writers.broken()),
        none('acknowledged changes lost, at any restart', fell.lost),
        none('entries without their telling or the other way round, at any restart', fell.halves),
        none('pages that show a reader something else', await pagesWrong(trial, { pieces: writers.pieces, rows })),
        ...tellings({ pieces: writers.pieces, rows, hearsay, inboxes }),
        atMost(RESTART_MS_MAX, 'ms from the start until it answered, slowest', Math.max(...fell.restarts)),
        none('deliveries left waiting or dead', outgoing.waiting + outgoing.dead),
        ...(await trial.end()),
      ];
      const remarks = { 'never acknowledged': changes.length - acknowledged.length, letters: servers.letters.length };
      yield { scenario: 'writing', seed, seconds: (performance.now() - start) / 1_000, findings, remarks };
    } finally {
      await trial.close();
      await servers.close();
    }
  }
}

interface Fell {
  restarts: number[];
  lost: number;
  halves: number;
}

/**
 * Kills at moments that chance chooses, starts again, and looks each time whether everything acknowledged is there. Few kills may
 * all fall between two forms and show little, so it goes on until `enough` were cut off, up to four times as many.
 */
async function killed(
  trial: Trial,
  { kills, enough, seed, pieces }: { kills: number; enough: () => boolean; seed: number; pieces: Piece[] },
): Promise<Fell> {
  const chance = chanceOf(seed);
  const fell: Fell = { restarts: [], lost: 0, halves: 0 };
  for (let k = 0; k < kills || (!enough() && k < kills * 4); k++) {
    await new Promise((resolve) => setTimeout(resolve, chance.between(100, 1_500)));
    await trial.kill();
    fell.restarts.push(await trial.restart());
    const rows = rowsIn(trial.database);
    fell.lost += pieces.filter((piece) => isLost(piece, rows)).length;
    fell.halves += halvesIn(trial.database);
  }
  return fell;
}

interface Row {
  number: number;
  title: string;
  state: 'published' | 'withdrawn';
}

/** What stands in the node, by title. */
type Rows = Map<string, Row>;

function rowsIn(database: string): Rows {
  const rows = read<Row>(database, 'select number, title, state from entries');
  return new Map(rows.map((row) => [row.title, row]));
}

/**
 * Entries whose change stands without its happening, and happenings without their entry. Version 1 is the publication, each
 * further one a revision, the last one of a withdrawn entry its withdrawal.
 */
function halvesIn(database: string): number {
  const told = (verb: string) => `(select count(*) from happenings h where h.object = e.id and h.verb = '${verb}')`;
  const halves = `select e.id from entries e where ${told('entry.published')} <> 1
      or ${told('entry.withdrawn')} <> (e.state = 'withdrawn')
      or ${told('entry.revised')} <> e.version - 1 - (e.state = 'withdrawn')
    union all select object from happenings where verb like 'entry.%' and object not in (select id from entries)`;
  return read(database, halves).length;
}

function read<T>(path: string, statement: string): T[] {
  const database = new Sqlite(path, { readonly: true });
  try {
    return database.prepare(statement).all() as T[];
  } finally {
    database.close();
  }
}

/** Whether a change is what the node has now. */
function stands({ verb, title }: Change, rows: Rows): boolean {
  return rows.get(title)?.state === (verb === 'Delete' ? 'withdrawn' : 'published');
}

/** Neither the last acknowledged change stands nor the one after it, whose answer never came. */
function isLost({ changes }: Piece, rows: Rows): boolean {
  const last = changes.findLastIndex(({ fate }) => fate === 'acknowledged');
  return last >= 0 && !changes.slice(last).some((change) => stands(change, rows));
}

/** The changes that took place: what was acknowledged, and of what was not the part that the node has. */
function tookPlace({ changes }: Piece, rows: Rows): Change[] {
  return changes.filter((change) => change.fate === 'acknowledged' || stands(change, rows));
}

/** As a reader asks for them: the entry under its last title, or 410. */
async function pagesWrong(trial: Trial, { pieces, rows }: { pieces: Piece[]; rows: Rows }): Promise<number> {
  let wrong = 0;
  const jobs = pieces.map((piece) => async () => {
    const last = tookPlace(piece, rows).at(-1);
    const number = piece.number ?? (last && rows.get(last.title)?.number);
    if (last === undefined || number == null) return;
    const answer = await fetch(trial.node.origin + path.entry(trial.blog, number), {
      // A connection that is kept may be closed by the node just as it is used again.
      headers: { accept: 'text/html', connection: 'close' },
    });
    const text = await answer.text();
    const right = last.verb === 'Delete' ? answer.status === 410 : answer.status === 200 && text.includes(last.title);
    if (!right) wrong++;
  });
  await atOnce(8, jobs);
  return wrong;
}

function tellings({
  pieces,
  rows,
  hearsay,
  inboxes,
}: {
  pieces: Piece[];
  rows: Rows;
  hearsay: Hearsay;
  inboxes: string[];
}): Finding[] {
  const real = pieces.flatMap((piece) => tookPlace(piece, rows));
  const unreal = pieces.flatMap(({ changes }) => changes).filter((change) => !real.includes(change));
  const ids = real.flatMap((change) => inboxes.map((inbox) => hearsay.of(change).get(inbox)?.size ?? 0));
  return [
    none('changes that a follower never heard of', ids.filter((count) => count === 0).length),
    none('changes told to a follower under two ids', ids.filter((count) => count > 1).length),
    none('followers told what never took place', unreal.filter((change) => hearsay.of(change).size > 0).length),
  ];
}
