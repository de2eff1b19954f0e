// The first request after something was changed: nothing stands in memory, and the database has to be asked again. Somebody
// outside of the node's process says so before each request, as the command line would.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { quantile } from '../figures.ts';
import { type Answer, callOf, exchange, kindFault, opened } from './exchange.ts';
import { costOf, type Program } from './processes.ts';
import type { Target } from './target.ts';

/** What a round of first requests came to. */
export interface Cold {
  cpuUsEach: number;
  p50Ms: number;
  wrong: number;
}

/** What is asked for, and what must stand in each answer. */
export interface Wanted {
  url: string;
  /** The content-type, which is asked for too. */
  type: string;
  mark: string;
}

/** Asks `requests` times, one after the other on one line; `before` each, what was kept is made old. */
export async function coldly(
  program: Program & { origin: string },
  { wanted, requests, before }: { wanted: Wanted; requests: number; before: () => void },
): Promise<Cold> {
  const { url, type, mark } = wanted;
  const right = (answer: Answer) => kindFault(answer, type) === null && answer.body.includes(mark);
  const { bytes } = callOf({ url, headers: { accept: type }, connection: 'kept', check: () => null });
  const socket = await opened(program.origin);
  const times: number[] = [];
  let wrong = 0;
  const { cost } = await costOf(program, async () => {
    for (let n = 0; n < requests; n++) {
      before();
      const start = performance.now();
      const answer = await exchange(socket, bytes);
      times.push(performance.now() - start);
      if (!right(answer)) wrong++;
    }
  });
  socket.destroy();
  return { cpuUsEach: cost.cpuUs / requests, p50Ms: quantile(times, 0.5), wrong };
}

/** Whoever changes something in the node's database that everybody may see. */
export function openEditor({ folder }: Pick<Target, 'folder'>): { edit(): void; close(): void } {
  const database = new Sqlite(join(folder, 'wethi.db'), { timeout: 5_000 });
  // What is measured is the node; the bench's own edits need not survive a power cut.
  database.pragma('synchronous = OFF');
  const edit = database.prepare('update shown set version = version + 1');
  return { edit: () => void edit.run(), close: () => void database.close() };
}
