// Somebody who reads a page again and again while other work goes on, and notices when it takes long.
import { quantile } from '../figures.ts';
import { askOnce, kindFault } from './exchange.ts';

const EVERY_MS = 20;

/** What it was to read. */
export interface Read {
  pages: number;
  p99Ms: number;
}

/** Begins to read `url`, whose page must hold `title`, on a new connection every 20 ms. `stop` ends it; rejects when a page was wrong. */
export function openReader({ url, title }: { url: string; title: string }): { stop(): Promise<Read> } {
  const times: number[] = [];
  let reading = true;
  const done = (async () => {
    while (reading) {
      const start = performance.now();
      const answer = await askOnce(url, { accept: 'text/html' });
      times.push(performance.now() - start);
      const fault = kindFault(answer, 'text/html');
      if (fault !== null) throw new Error(`the reader met ${fault} at ${url}`);
      if (!answer.body.includes(title)) throw new Error(`the reader met another page at ${url}`);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  // Who stops hears of it; until then it is nobody's.
  done.catch(() => undefined);
  return {
    async stop() {
      reading = false;
      await done;
      return { pages: times.length, p99Ms: quantile(times, 0.99) };
    },
  };
}
