// The kill tests in short: a real server process is killed in the middle of telling and of listening, and nothing that
// was promised is lost or done twice. `npm run faults` is the long form.
import { describe, test } from 'vitest';
import { broken, type Round } from '../../bench/faults/findings.ts';
import { inboxAndKill } from '../../bench/faults/inbox.ts';
import { publishAndKill } from '../../bench/faults/publish.ts';
import { slowRecovery } from '../../bench/faults/recovery.ts';

const TIMEOUT_MS = 120_000;
const seeds = [20261123];

async function onlyRound(rounds: AsyncGenerator<Round>): Promise<Round> {
  const all: Round[] = [];
  for await (const round of rounds) all.push(round);
  const [round] = all;
  if (round === undefined) throw new Error('there was no round');
  return round;
}

describe.concurrent('a node that is killed', { timeout: TIMEOUT_MS }, () => {
  test('while telling: every inbox hears of entry, revision and withdrawal in order, under one id each', async ({
    expect,
  }) => {
    const crowd = { scenario: 'publish', servers: 20, inboxesEach: 2, killsEach: 1, seeds };
    expect(broken(await onlyRound(publishAndKill(crowd)))).toEqual([]);
  });

  test('twice while listening: what was acknowledged has its effect, once', async ({ expect }) => {
    const crowd = { scenario: 'inbox', actors: 6, entries: 4, activitiesEach: 15, kills: 2, seeds };
    expect(broken(await onlyRound(inboxAndKill(crowd)))).toEqual([]);
  });

  test('between two refusals: an overwhelmed peer still gets its mail', async ({ expect }) => {
    expect(broken(await onlyRound(slowRecovery({ refusals: 4, withinSeconds: 30, seeds })))).toEqual([]);
  });
});
