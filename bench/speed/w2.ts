// W2: the article page for the first reader after a change: asked of the database, rendered, given.
import { join } from 'node:path';
import { entryReading } from '../../src/domain/reading/entry.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { named } from '../../src/urls.ts';
import { comment, entryProps, shellFor } from '../../test/views/samples.ts';
import { coldly, openEditor, type Wanted } from './cold.ts';
import type { Given } from './floors/rendered.ts';
import { openProgram } from './processes.ts';
import { openTarget, type Target } from './target.ts';
import { inTurn, type Limit, medianOf, noneOf, peakOf, shownOnly, type Workload } from './workload.ts';

const REQUESTS = { whole: 2_000, short: 400 };
/** Until the compiler is through with it. */
const SETTLING = { whole: 6_000, short: 1_500 };
/** Beyond ten times its floor something new is in the way; the first step, 200 µs, is not made yet. */
const LIMIT: Limit = { ratio: 10 };
const MOONSHOT: Limit = { most: 135, ratio: 1.5 };

export const coldPage: Workload = {
  name: 'W2',
  what: 'the article page for the first reader after a change, and the page alone as its floor',
  async run(bench) {
    const node = await openTarget();
    const editor = openEditor(node);
    try {
      const floor = await openProgram(new URL('./floors/rendered.ts', import.meta.url), await givenTo(node));
      try {
        const wanted: Wanted = { url: node.urls.page, type: 'text/html', mark: node.title };
        const atFloor: Wanted = { ...wanted, url: `${floor.origin}/` };
        const ask = (requests: number) => coldly(node, { wanted, requests, before: editor.edit });
        const askFloor = (requests: number) => coldly(floor, { wanted: atFloor, requests, before: () => undefined });
        await ask(SETTLING[bench.size]);
        await askFloor(SETTLING[bench.size]);
        const requests = REQUESTS[bench.size];
        const sides = await inTurn(bench.rounds, { node: () => ask(requests), floor: () => askFloor(requests) });
        await bench.profiled(node, { of: 'first requests', work: () => ask(requests) });
        const cpu = shownOnly(
          'CPU',
          medianOf(sides.node, ({ cpuUsEach }) => cpuUsEach),
          'µs',
        );
        const p50 = shownOnly(
          'p50',
          medianOf(sides.node, ({ p50Ms }) => p50Ms),
          'ms',
        );
        const wrong = [...sides.node, ...sides.floor].reduce((sum, sample) => sum + sample.wrong, 0);
        return {
          figures: [
            { ...cpu, floor: medianOf(sides.floor, ({ cpuUsEach }) => cpuUsEach), limit: LIMIT, moonshot: MOONSHOT },
            { ...p50, floor: medianOf(sides.floor, ({ p50Ms }) => p50Ms) },
            noneOf('wrong answers', wrong),
            await peakOf(node),
          ],
          remarks: {},
        };
      } finally {
        await floor.close();
      }
    } finally {
      editor.close();
      await node.close();
    }
  },
};

/** The node's own entry as its template takes it, with as many comments. */
async function givenTo({ folder, origin, urls, comments }: Target): Promise<Given> {
  const place = named(origin, urls.page);
  if (place?.kind !== 'entry') throw new Error(`${urls.page} is no entry`);
  const pages = openDatabase({ path: join(folder, 'wethi.db'), readonly: true });
  try {
    const reading = await entryReading(pages, { ...place, viewer: ANYONE });
    if (typeof reading === 'string') throw new Error(`there is no entry: ${reading}`);
    const props = entryProps();
    const { title, highlight, language } = reading.entry;
    return {
      shell: { ...shellFor('th', new URL(urls.page).pathname), origin },
      props: {
        ...props,
        entry: { ...props.entry, title, highlight, language, body: reading.html, tags: reading.tags },
        comments: Array.from({ length: comments }, (_, n) => comment(`c${n}`)),
      },
    };
  } finally {
    await pages.destroy();
  }
}
