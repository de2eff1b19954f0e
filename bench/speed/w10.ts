// W10: pages and collections for the first reader after a change, with ten times and with a hundred times as many entries.
import { absolute, pageAfter, path } from '../../src/urls.ts';
import { coldly, openEditor, type Wanted } from './cold.ts';
import { BLOGS, COMMON, grow, RARE } from './growth.ts';
import { openTarget } from './target.ts';
import { type Bench, type Figure, type Limit, medianOf, noneOf, peakOf, shownOnly, type Workload } from './workload.ts';

const REQUESTS = { whole: 100, short: 30 };
const SETTLING = { whole: 300, short: 60 };
const ENTRIES = { whole: [10_000, 100_000], short: [2_000, 20_000] } as const;
const HALFWAY = '2016-01-01T00:00:00.000Z_0';
const LIMIT: Limit = { ratio: 1.5 };
const MOONSHOT: Limit = { ratio: 1.3 };

type Costs = Map<string, number>;

export const contentGrowth: Workload = {
  name: 'W10',
  what: 'ten times as many entries: what the same pages and collections cost, beside what they cost before',
  async run(bench) {
    const [few, many] = ENTRIES[bench.size];
    const small = await measured(bench, few);
    const large = await measured(bench, bench.entries ?? many);
    const figures = [...large.costs].map(
      ([name, value]): Figure => ({
        ...shownOnly(`${name}: CPU`, value, 'µs'),
        floor: small.costs.get(name) ?? null,
        limit: LIMIT,
        moonshot: MOONSHOT,
      }),
    );
    return {
      figures: [...figures, noneOf('wrong answers', small.wrong + large.wrong), large.peak],
      remarks: { entries: `${few} and ${bench.entries ?? many}` },
    };
  },
};

/** What everything costs in a world with so many entries. */
async function measured(bench: Bench, entries: number): Promise<{ costs: Costs; wrong: number; peak: Figure }> {
  let blog = '';
  const node = await openTarget({
    async furnish(world) {
      blog = world.blog.id;
      await grow(world, entries);
    },
  });
  const editor = openEditor(node);
  try {
    const costs: Costs = new Map();
    let wrong = 0;
    for (const [name, wanted] of Object.entries(readings(node.origin, { blog, entries }))) {
      const ask = (requests: number) => coldly(node, { wanted, requests, before: editor.edit });
      await ask(SETTLING[bench.size]);
      const rounds = [];
      for (let n = 0; n < bench.rounds; n++) rounds.push(await ask(REQUESTS[bench.size]));
      costs.set(
        name,
        medianOf(rounds, ({ cpuUsEach }) => cpuUsEach),
      );
      wrong += rounds.reduce((sum, round) => sum + round.wrong, 0);
    }
    return { costs, wrong, peak: await peakOf(node) };
  } finally {
    editor.close();
    await node.close();
  }
}

function readings(origin: string, { blog, entries }: { blog: string; entries: number }): Record<string, Wanted> {
  const page = (at: string, mark: string): Wanted => ({ url: absolute(origin, at), type: 'text/html', mark });
  const middle = Math.floor(entries / 2 / BLOGS) * BLOGS + 1;
  const handle = 'grown_1';
  const title = 'กลับกองปุ๋ยหมักครั้งที่';
  return {
    page: page(path.entry(handle, 1_000 + middle), `${title} ${middle}`),
    newest: page(path.home(), title),
    'newest, halfway': page(pageAfter(path.home(), HALFWAY), title),
    'author list': page(path.blog(handle), title),
    'tag list': page(path.tag(COMMON), title),
    'rare tag': page(path.tag(RARE), title),
    archive: page(path.archive(), 'พ.ศ. 2549'),
    RSS: { url: absolute(origin, path.feed(path.home(), 'xml')), type: 'application/rss+xml', mark: title },
    'outbox page, halfway': {
      url: `${absolute(origin, path.outbox(blog))}?cursor=${encodeURIComponent(HALFWAY)}`,
      type: 'application/activity+json',
      mark: title,
    },
  };
}
