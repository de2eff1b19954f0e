// The forged corpus (R14): over a thousand letters, each an honest one changed in one thing, dealt by a seed. Accepted must
// be none; every honest one must be taken and have its effect in the same run. `WETHI_SEED=7 npx vitest run
// test/attacks/corpus` deals other hands.
import { afterAll, expect, test } from 'vitest';
import { chanceOf } from '../../../bench/faults/chance.ts';
import { replayed, strangeDates } from './again.ts';
import { foreignId, foreignObject, masquerade, noId, othersThings } from './claims.ts';
import { searched } from './fetched.ts';
import { EACH, type ForgeryClass, judged, type Verdict } from './forgery.ts';
import { address, keyId, mediaType, owner, retiredKey, signer } from './identity.ts';
import { bentContext, brokenLdSignature, changedAfterwards, movedStatements } from './meanings.ts';
import { begged } from './oracle.ts';
import { body, coverage, hour, place } from './signatures.ts';

const SEED = Number(process.env.WETHI_SEED ?? 1);

const CLASSES: readonly ForgeryClass[] = [
  ...[signer, owner, address, foreignId, noId, foreignObject, othersThings, masquerade, body, coverage],
  ...[place, hour, replayed, retiredKey, keyId, mediaType],
  ...[changedAfterwards, brokenLdSignature, movedStatements, bentContext, strangeDates],
];

const verdicts: Verdict[] = [];

function expectHeld(verdict: Verdict): void {
  verdicts.push(verdict);
  expect(verdict.variants).toBeGreaterThanOrEqual(33);
  expect(verdict.accepted.map((line) => line.slice(0, 1_000))).toEqual([]);
  expect(verdict.lostControls).toEqual([]);
  expect(verdict.strayed).toEqual([]);
  expect(verdict.failures).toEqual([]);
}

test.each(CLASSES.map((group) => ({ group, title: `${group.threat} ${group.name}` })))(
  '$title',
  { timeout: 120_000 },
  async ({ group }) => expectHeld(await judged(group, { seed: SEED })),
);

test('T21 a server that asks us to sign less', { timeout: 120_000 }, async () =>
  expectHeld(await begged({ chance: chanceOf(SEED), variants: 36 })),
);

test('T16 the fetch path', { timeout: 120_000 }, async () =>
  expectHeld(await searched({ chance: chanceOf(SEED), variants: EACH })),
);

test('over a thousand forgeries were sent', () => {
  expect(verdicts.reduce((sum, { variants }) => sum + variants, 0)).toBeGreaterThanOrEqual(1_000);
});

afterAll(() => {
  const rows = verdicts.map(({ threat, name, variants, accepted, lostControls }) =>
    [`${threat} ${name}`, variants, accepted.length, variants - lostControls.length].join(' | '),
  );
  process.stdout.write(`class | variants | accepted | controls accepted (seed ${SEED})\n${rows.join('\n')}\n`);
});
