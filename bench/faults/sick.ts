// Sick among healthy: some peers take the letter and never answer. The healthy ones must not notice; the sick ones wait
// in their lanes, each for its next knock.
import { chanceOf } from './chance.ts';
import { exactly, none, type Round } from './findings.ts';
import { openServers, takesAll } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial } from './trial.ts';

/** security.md §3, R7: the healthy ones have the entry within five seconds. */
const HEALTHY_SECONDS_MAX = 5;
const PATIENCE_MS = 60_000;
/** The second knock comes a minute after the first failed (security.md §2d: a probe while it fails). */
const NEXT_KNOCK_MS = 75_000;

export async function* sickAmongHealthy({
  scenario,
  healthy,
  sick,
  seeds,
}: {
  scenario: string;
  healthy: number;
  sick: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: healthy + sick, chance });
    const trial = await openTrial();
    try {
      await gatherFollowers(trial, { servers, each: 1 });
      // The first in their order: the node comes to all of them before it comes to anybody healthy.
      const silent = servers.origins.slice(0, sick);
      for (const origin of silent) servers.behave(origin, () => null);
      const since = servers.letters.length;
      await trial.publish('กองที่ถึงทุกคน');
      const start = performance.now();
      const told = (origins: string[]) =>
        servers.letters
          .slice(since)
          .filter(({ type, inbox }) => type === 'Create' && origins.includes(new URL(inbox).origin));
      const well = servers.origins.slice(sick);
      await comesTrue(PATIENCE_MS, () => told(well).length >= healthy);
      const times = told(well).map(({ at }) => Math.max(0, at - start) / 1_000);
      // Each silent attempt is cut after ten seconds; only then does its lane know.
      await comesTrue(PATIENCE_MS, async () => (await trial.queue()).lanes.length >= sick);
      const { lanes, outgoing } = await trial.queue();

      for (const origin of silent) servers.behave(origin, takesAll(chance));
      const before = told(silent).length;
      await comesTrue(NEXT_KNOCK_MS, () => told(silent).length >= before + sick);
      const atNextKnock = told(silent).length - before;
      const status = await trial.drained();
      yield {
        scenario,
        seed,
        seconds: (performance.now() - began) / 1_000,
        findings: [
          exactly(healthy, 'healthy inboxes served', new Set(told(well).map(({ inbox }) => inbox)).size),
          { criterion: 'seconds to the last healthy one', seen: ceil(times), least: 0, most: HEALTHY_SECONDS_MAX },
          exactly(sick, 'sick lanes that wait', lanes.length),
          exactly(sick, 'deliveries that wait for them', outgoing.waiting),
          none('deliveries given up', outgoing.dead),
          exactly(sick, 'sick inboxes served at the next knock', atNextKnock),
          none('deliveries left waiting or dead at the end', status.outgoing.waiting + status.outgoing.dead),
          ...(await trial.end()),
        ],
        remarks: { 'median s': middle(times).toFixed(2), 'last s': Math.max(...times).toFixed(2) },
      };
    } finally {
      await trial.close();
      await servers.close();
    }
  }
}

function ceil(seconds: number[]): number {
  return Math.ceil(Math.max(...seconds) * 10) / 10;
}

function middle(seconds: number[]): number {
  return [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
}
