// Slow recovery: a peer that is overwhelmed for a while gets its mail when it is well again, though the node was killed
// meanwhile; one that never recovers ends in dead letters that say why, and gets its mail when somebody asks for it.
import { type Chance, chanceOf } from './chance.ts';
import { atLeast, exactly, type Finding, none, type Round } from './findings.ts';
import { inOffice, type Office } from './lanes-office.ts';
import type { Scenario } from './scenario.ts';
import { openServers, type Servers, takesAll } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, within } from './trial.ts';

const PATIENCE_MS = 90_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nobody listens there. */
const GONE = 'http://127.0.0.1:1';

export const scenarios: Scenario[] = [
  {
    row: 'R6',
    name: 'slow-recovery',
    long: (seeds) => slowRecovery({ refusals: 30, withinSeconds: 60, seeds: seeds.slice(0, 1) }),
    short: (seeds) => slowRecovery({ refusals: 4, withinSeconds: 30, seeds: seeds.slice(0, 1) }),
  },
  {
    row: 'R6',
    name: 'never-recovers',
    long: (seeds) => neverRecovers({ seeds: seeds.slice(0, 1) }),
    short: (seeds) => neverRecovers({ seeds: seeds.slice(0, 1) }),
  },
];

/** In real time: 503 with `Retry-After: 1` so many times, then 202; the node is killed at one of them. */
export async function* slowRecovery({
  refusals,
  withinSeconds,
  seeds,
}: {
  refusals: number;
  withinSeconds: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: 2, chance });
    const trial = await openTrial();
    try {
      await gatherFollowers(trial, { servers, each: 1 });
      const [sick = '', well = ''] = servers.origins;
      const killAt = chance.between(2, refusals - 1);
      const since = servers.letters.length;
      let refused = 0;
      const moment = new Promise<void>((resolve) => {
        servers.behave(sick, () => {
          if (refused === refusals) return { status: 202, after: 0 };
          refused++;
          if (refused === killAt) resolve();
          return { status: 503, after: 0, headers: { 'retry-after': '1' } };
        });
      });
      const start = performance.now();
      await trial.publish('กองที่รอได้');
      await within(PATIENCE_MS, moment, `refusal ${killAt}`);
      await trial.kill();
      const restartMs = await trial.restart();
      const letters = (origin: string) =>
        servers.letters.slice(since).filter(({ inbox, type }) => type === 'Create' && inbox.startsWith(`${origin}/`));
      await comesTrue(PATIENCE_MS, () => letters(sick).length > refusals);
      const seconds = Math.ceil(((letters(sick)[refusals]?.at ?? Number.POSITIVE_INFINITY) - start) / 1_000);
      const status = await trial.drained();
      const findings: Finding[] = [
        exactly(refusals, 'answers 503 before the 202', refused),
        exactly(refusals + 1, 'letters to the sick peer', letters(sick).length),
        exactly(1, 'activity ids among them', new Set(letters(sick).map(({ id }) => id)).size),
        { criterion: 'seconds until it had its mail', seen: seconds, least: 0, most: withinSeconds },
        exactly(1, 'letters to the healthy peer', letters(well).length),
        none('deliveries left waiting or dead', status.outgoing.waiting + status.outgoing.dead),
        ...(await trial.end()),
      ];
      const remarks = { 'killed at refusal': killAt, 'restart ms': restartMs };
      yield { scenario: 'slow-recovery', seed, seconds: (performance.now() - began) / 1_000, findings, remarks };
    } finally {
      await trial.close();
      await servers.close();
    }
  }
}

/** A peer that answers 429 for ever, and one that is gone, on a clock that is moved: a week does not pass in a test. */
async function* neverRecovers({ seeds }: { seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: 1, chance });
    const [busy = ''] = servers.origins;
    const followers = [`${busy}/users/reader`, `${GONE}/users/reader`];
    try {
      const findings = await inOffice({ start: Date.now() - 10 * DAY_MS, followers }, (office) =>
        givenUp({ office, servers, busy, chance }),
      );
      yield { scenario: 'never-recovers', seed, seconds: (performance.now() - began) / 1_000, findings, remarks: {} };
    } finally {
      await servers.close();
    }
  }
}

interface Stage {
  office: Office;
  servers: Servers;
  /** Whose server answers 429. */
  busy: string;
  chance: Chance;
}

async function givenUp({ office, servers, busy, chance }: Stage): Promise<Finding[]> {
  const { queue } = office.node;
  servers.behave(busy, () => ({ status: 429, after: 0 }));
  const began = office.now();
  const days = () => (office.now() - began) / DAY_MS;
  await office.publish('กองที่ไม่มีใครรับ');
  while ((await queue.status()).outgoing.waiting > 0 && days() < 9) await office.pass(office.now() + HOUR_MS);
  const lasted = days();
  await office.publish('กองที่สอง');
  const { deadLetters, outgoing } = await queue.status();
  const reasons = (origin: string) =>
    deadLetters.flatMap(({ inbox, reason }) => (inbox.startsWith(`${origin}/`) ? [reason] : []));
  const knocks = servers.letters.filter(({ type }) => type === 'Create').length;

  servers.behave(busy, takesAll(chance));
  const retried = await queue.retry({ host: new URL(busy).host });
  await office.quiet();
  const after = await queue.status();
  const mail = servers.letters.filter(({ type, taken }) => type === 'Create' && taken);
  return [
    { criterion: 'whole days until it is given up', seen: Math.floor(lasted), least: 7, most: 8 },
    atLeast(7, 'knocks at the busy peer until then', knocks),
    exactly(2, 'dead letters to the busy peer, a later one among them', reasons(busy).length),
    exactly(2, 'whose reason says 429', reasons(busy).filter((reason) => / 429/.test(reason)).length),
    exactly(3, 'dead letters to the peer that is gone', reasons(GONE).length),
    exactly(3, 'whose reason says ECONNREFUSED', reasons(GONE).filter((reason) => /ECONNREFUSED/.test(reason)).length),
    none('deliveries that still wait', outgoing.waiting),
    exactly(2, 'sent once more by queue retry', retried),
    exactly(2, 'letters that the busy peer took then', mail.length),
    none('waiting after the retry', after.outgoing.waiting),
    exactly(3, 'dead letters left, of the peer that is gone', after.outgoing.dead),
  ];
}
