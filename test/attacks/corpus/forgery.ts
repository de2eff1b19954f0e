// What a forgery is, how a class deals its tricks out over kinds, doors and hands by a seed, and how it is judged: the
// database after all forgeries of the class is the database before, and every control has its effect in the same run.

import { type Chance, chanceOf } from '../../../bench/faults/chance.ts';
import { atOnce } from '../../../bench/faults/senders.ts';
import type { Letter } from '../../federation/peer.ts';
import { drop, type Json } from '../../federation/scripted.ts';
import { HANDS, type Hand, honestly, KINDS, type Kind, type Scene, sealed } from './honest.ts';
import { DOORS, difference, fingerprint, openStage, type Stage, type State, stateOf } from './stage.ts';

/** A letter to be sent, or something that changes elsewhere, such as a document that is served from then on. */
export type Step = Letter | (() => void);

/** What a trick makes of a scene. */
export interface Forged {
  forged: Letter;
  /** The letter that differs from it in one thing; the scene's honest one unless told. */
  control?: Letter;
  /** What happens after the honest letters that stand before, and before the forgery. */
  before?: Step[];
  /** What happens between the forgery and its control. */
  between?: Step[];
  /** Whether the control's effect stands; the honest activity's unless told. */
  effect?: (state: State) => boolean;
  /** What the forgery is after, where its letter may leave an honest trace of its sender; any change at all unless told. */
  harm?: (state: State) => boolean;
}

export interface Trick {
  name: string;
  kinds?: readonly Kind[];
  hands?: readonly Hand[];
  forge(scene: Scene): Forged;
}

export interface ForgeryClass {
  threat: string;
  /** What is forged, in a few words. */
  name: string;
  tricks: readonly Trick[];
  /** Replays come after what they replay. */
  order?: 'control-first';
  /** How many variants are dealt; `EACH` unless told, and never more than there are. */
  variants?: number;
  /** What may be asked of others because of forgeries, beside the documents of the cast: parts of URLs. */
  mayAsk?: RegExp;
}

export interface Verdict {
  threat: string;
  name: string;
  variants: number;
  /** Names of the forgeries that did something. */
  accepted: string[];
  /** Names of the controls that were not taken or had no effect. */
  lostControls: string[];
  /** URLs that should not have been asked. */
  strayed: string[];
  /** Names of the forgeries that were answered with 5xx: somebody stumbled over them. */
  failures: string[];
  /** Statuses of the forgeries, with how often each. */
  statuses: Record<string, number>;
}

/** How many variants a class is dealt. */
export const EACH = 48;

const AT_ONCE = 6;

interface Case extends Required<Omit<Forged, 'harm'>> {
  name: string;
  harm: Forged['harm'];
}

/** Whether the forgeries of a class are sent side by side, or each with a look at the database before and after. */
type Pace = 'together' | 'one by one';

/** Plays a class on a stage of its own. What changed something is found by playing it once more, one by one. */
export async function judged(group: ForgeryClass, { seed }: { seed: number }): Promise<Verdict> {
  const together = await played(group, { seed, pace: 'together' });
  if (together.changes.length === 0) return together.verdict;
  const apart = await played(group, { seed, pace: 'one by one' });
  const { accepted } = apart.verdict;
  return { ...together.verdict, accepted: accepted.length > 0 ? accepted : together.changes };
}

async function played(
  group: ForgeryClass,
  { seed, pace }: { seed: number; pace: Pace },
): Promise<{ verdict: Verdict; changes: string[] }> {
  const stage = await openStage(chanceOf(seed));
  try {
    const cases = casesOf(group, stage);
    await prepare(stage, cases);
    const { threat, name } = group;
    const verdict: Verdict = {
      ...{ threat, name, variants: cases.length },
      ...{ accepted: [], lostControls: [], strayed: [], failures: [], statuses: {} },
    };
    if (group.order === 'control-first') verdict.lostControls.push(...(await sendControls(stage, cases)));
    stage.asked();
    const changes = await sendForgeries(stage, cases, { verdict, pace });
    verdict.strayed.push(...strayed(stage, group));
    if (group.order !== 'control-first') verdict.lostControls.push(...(await sendControls(stage, cases)));
    return { verdict, changes };
  } finally {
    await stage.close();
  }
}

/** The variants of a class: every trick in turn, each time in another setting that it has not been in. */
function casesOf(group: ForgeryClass, stage: Stage): Case[] {
  const { chance } = stage;
  const hands = group.tricks.map((trick) => ({ trick, settings: settingsOf(trick, chance) }));
  const all = hands.reduce((sum, { settings }) => sum + settings.length, 0);
  const wanted = Math.min(all, Math.max(group.variants ?? EACH, group.tricks.length));
  const cases: Case[] = [];
  while (cases.length < wanted) {
    for (const { trick, settings } of hands) {
      const setting = settings.pop();
      if (setting !== undefined && cases.length < wanted) cases.push(caseOf(stage, trick, setting));
    }
  }
  return cases;
}

type Setting = Pick<Scene, 'kind' | 'door' | 'hand'>;

function settingsOf({ kinds = KINDS, hands = HANDS }: Trick, chance: Chance): Setting[] {
  const all = kinds.flatMap((kind) => hands.flatMap((hand) => DOORS.map((door) => ({ kind, door, hand }))));
  return chance.shuffled(all);
}

function caseOf(stage: Stage, trick: Trick, setting: Setting): Case {
  const cast = stage.cast();
  const honest = honestly(stage, cast.author, setting.kind);
  const scene: Scene = { stage, ...setting, ...cast, honest };
  const { forged, control, before = [], between = [], effect, harm } = trick.forge(scene);
  return {
    name: `${trick.name} (${setting.kind}, ${setting.hand}, ${setting.door} inbox)`,
    before: [...honest.before.map((activity: Json) => sealed(scene, cast.author, activity)), ...before],
    forged,
    between,
    control: control ?? sealed(scene, cast.author, honest.activity),
    effect: effect ?? honest.effect,
    harm,
  };
}

/** Sends what stands before. @throws Error when an honest letter is not taken: the case would prove nothing. */
async function prepare(stage: Stage, cases: Case[]): Promise<void> {
  const rounds = Math.max(...cases.map(({ before }) => before.length));
  for (let round = 0; round < rounds; round++) {
    const jobs = cases.map(({ before, name }) => async () => {
      const step = before[round];
      const status = step === undefined ? null : await take(step);
      if (status !== null && status !== 202) throw new Error(`${name}: what stands before was answered ${status}`);
    });
    await atOnce(AT_ONCE, jobs);
    await stage.arena.node.settled();
  }
}

async function take(step: Step): Promise<number | null> {
  if (typeof step !== 'function') return (await drop(step)).status;
  step();
  return null;
}

/** Notes in the verdict which forgeries did what they were after; returns the rows that changed where none should. */
async function sendForgeries(
  stage: Stage,
  cases: Case[],
  { verdict, pace }: { verdict: Verdict; pace: Pace },
): Promise<string[]> {
  const silent = cases.filter(({ harm }) => harm === undefined);
  const changes: string[] = [];
  for (const group of pace === 'together' ? [silent] : silent.map((one) => [one])) {
    const before = fingerprint(stage);
    await post(group, verdict);
    await stage.arena.node.settled();
    const rows = difference(before, fingerprint(stage));
    changes.push(...rows);
    if (pace === 'one by one' && rows.length > 0) verdict.accepted.push(`${group[0]?.name}: ${rows.join('; ')}`);
  }
  const harming = cases.filter(({ harm }) => harm !== undefined);
  await post(harming, verdict);
  await stage.arena.node.settled();
  const state = stateOf(stage);
  verdict.accepted.push(...harming.filter(({ harm }) => harm?.(state)).map(({ name }) => name));
  return changes;
}

async function post(cases: Case[], { statuses, failures }: Verdict): Promise<void> {
  const jobs = cases.map(({ name, forged }) => async () => {
    const { status } = await drop(forged);
    if (status >= 500) failures.push(`${name}: ${status}`);
    statuses[status] = (statuses[status] ?? 0) + 1;
  });
  await atOnce(AT_ONCE, jobs);
}

async function sendControls(stage: Stage, cases: Case[]): Promise<string[]> {
  const early = stateOf(stage);
  const answers = new Map<Case, number>();
  const jobs = cases.map((one) => async () => {
    for (const step of one.between) await take(step);
    answers.set(one, (await drop(one.control)).status);
  });
  await atOnce(AT_ONCE, jobs);
  await stage.arena.node.settled();
  const late = stateOf(stage);
  return cases.flatMap((one) => {
    const status = answers.get(one);
    if (one.effect(early)) return [`${one.name}: its effect stood before it came`];
    return status === 202 && one.effect(late) ? [] : [`${one.name}: answered ${status}`];
  });
}

function strayed(stage: Stage, { mayAsk }: ForgeryClass): string[] {
  const cast = /\/users\/(?:author|neighbour|stranger|courier)\d+$/;
  const bystander = stage.bystander.origin;
  return stage.asked().filter((url) => url.startsWith(bystander) || !(cast.test(url) || mayAsk?.test(url)));
}
