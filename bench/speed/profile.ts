// From the profiler's samples to who used the time: the ten functions and the packages that they belong to.
import type { Profiler } from 'node:inspector';

export interface Profile {
  /** Share of the busy time, highest first; `where` is a package, `wethi/<room>`, `node` or `gc`. */
  functions: { name: string; where: string; share: number }[];
  packages: { where: string; share: number }[];
}

const TOP = 10;

/** Sums the samples by function and by package. Waiting is left out. */
export function profileOf({ nodes, samples = [] }: Profiler.Profile): Profile {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map<string, { name: string; where: string; count: number }>();
  const packages = new Map<string, { where: string; count: number }>();
  let busy = 0;
  for (const sample of samples) {
    const frame = byId.get(sample);
    if (frame === undefined || ['(idle)', '(root)'].includes(frame.functionName)) continue;
    busy++;
    const where = whereOf(frame);
    const name = frame.functionName || `(anonymous, line ${frame.lineNumber + 1})`;
    count(functions, `${where} ${name}`, { name, where });
    count(packages, where, { where });
  }
  return { functions: topOf(functions, busy), packages: topOf(packages, busy) };
}

function whereOf({ url, functionName }: Profiler.Profile['nodes'][number]['callFrame']): string {
  if (functionName === '(garbage collector)') return 'gc';
  const guest = url.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (guest !== undefined) return guest;
  const room = url.match(/\/src\/([^/]+?)(?:\.[tj]s)?(?:\/|$)/)?.[1];
  return room === undefined ? 'node' : `wethi/${room}`;
}

function count<T>(counts: Map<string, T & { count: number }>, key: string, what: T): void {
  const seen = counts.get(key) ?? { ...what, count: 0 };
  seen.count++;
  counts.set(key, seen);
}

function topOf<T extends { count: number }>(
  counts: Map<string, T>,
  all: number,
): (Omit<T, 'count'> & { share: number })[] {
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, TOP)
    .map(({ count, ...what }) => ({ ...what, share: count / all }));
}
