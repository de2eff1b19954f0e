// Publish and kill: while an entry, its revision and its withdrawal go out to many inboxes, the server is killed. Whether
// everybody heard of each, once and in order, is read from the log of those who received them.
import { type Chance, chanceOf } from './chance.ts';
import { atMost, exactly, type Finding, none, type Round } from './findings.ts';
import { type Letter, openServers, type Servers } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial, within } from './trial.ts';

/** Deliveries that a node has in flight at most, when none of them is slow: what one kill may have sent again. */
const WORKERS = 16;
const PATIENCE_MS = 60_000;
const VERBS = ['Create', 'Update', 'Delete'];
const RESENT = 'letters sent again after a kill';

export interface Crowd {
  scenario: string;
  servers: number;
  inboxesEach: number;
  seeds: readonly number[];
}

interface Setting {
  trial: Trial;
  servers: Servers;
  inboxes: string[];
  chance: Chance;
}

interface Fall {
  verb: string;
  /** Letters of the verb that were answered when the server was killed. */
  killedAt: number;
  /** How many letters of all kinds had come by then. */
  letters: number;
}

/**
 * Three kills: while the Create goes out; while Updates, made in between, follow the Creates that are left; while the
 * Delete goes out.
 */
export async function* publishAndKill(crowd: Crowd): AsyncGenerator<Round> {
  yield* inSetting(crowd, async (setting, seed) => {
    const { trial, servers, inboxes } = setting;
    const since = servers.letters.length;
    const everybodyHeard = (verb: string) =>
      comesTrue(PATIENCE_MS, () => hearers(servers.letters.slice(since), verb).size >= inboxes.length);

    const title = `กองที่ ${seed}`;
    const [first, entry] = await Promise.all([killedWhen(setting, 'Create'), trial.publish(title)]);
    await trial.revise(entry, `${title} กลับแล้ว`);
    const second = await restartedAndKilled(setting, { verb: 'Update', meanwhile: async () => undefined });
    await everybodyHeard('Update');
    const [third] = await Promise.all([killedWhen(setting, 'Delete'), trial.withdraw(entry)]);
    const restartMs = await trial.restart();
    await everybodyHeard('Delete');
    const { outgoing } = await trial.drained();

    const falls = [first, second, third];
    const letters = servers.letters.slice(since).filter(({ object }) => object === entry.id);
    const resent = resentAfter(falls, servers.letters);
    return {
      findings: [
        ...falls.map((fall) => inTheMiddle(fall, inboxes)),
        ...VERBS.map((verb) => exactly(inboxes.length, `inboxes that got the ${verb}`, hearers(letters, verb).size)),
        ...alwaysTrue(letters, inboxes),
        ...resent.map((count) => atMost(WORKERS, RESENT, count)),
        none('deliveries left waiting or dead', outgoing.waiting + outgoing.dead),
      ],
      remarks: { 'killed at': heardAt(falls), resent: resent.join('/'), 'restart ms': restartMs },
    };
  });
}

/**
 * Somebody changes their mind while the server lies dead. One entry is withdrawn after the first kill, another is revised
 * after the first and withdrawn after the second. What nobody heard of needs no telling any more; whoever heard of the
 * entry must hear that it is gone.
 */
export async function* withdrawWhileDown(crowd: Crowd): AsyncGenerator<Round> {
  yield* inSetting(crowd, async (setting, seed) => {
    const soon = await withdrawn(setting, { title: `กองที่ถอนเลย ${seed}`, kills: 1 });
    const later = await withdrawn(setting, { title: `กองที่แก้แล้วถอน ${seed}`, kills: 2 });
    return {
      findings: [...soon.findings, ...later.findings],
      remarks: { 'killed at': `${soon.killedAt}; ${later.killedAt}`, 'heard C/U/D': `${soon.heard}; ${later.heard}` },
    };
  });
}

/** An entry that is withdrawn after a kill, or revised after it and withdrawn after another. */
async function withdrawn(
  setting: Setting,
  { title, kills }: { title: string; kills: 1 | 2 },
): Promise<{ findings: Finding[]; killedAt: string; heard: string }> {
  const { trial, servers, inboxes } = setting;
  const since = servers.letters.length;
  const [first, entry] = await Promise.all([killedWhen(setting, 'Create'), trial.publish(title)]);
  const falls = [first];
  if (kills === 2) {
    await trial.revise(entry, `${title} กลับแล้ว`);
    falls.push(await restartedAndKilled(setting, { verb: 'Update', meanwhile: () => trial.withdraw(entry) }));
  } else {
    await trial.withdraw(entry);
    await trial.restart();
  }
  const letters = () => servers.letters.slice(since).filter(({ object }) => object === entry.id);
  const left = () => {
    const last = new Map(letters().map(({ inbox, type }) => [inbox, type]));
    return [...last.values()].filter((type) => type !== 'Delete').length;
  };
  await comesTrue(PATIENCE_MS, () => left() === 0);
  const { outgoing } = await trial.drained();
  return {
    findings: [
      ...falls.map((fall) => inTheMiddle(fall, inboxes)),
      none('inboxes left with the withdrawn entry', left()),
      ...alwaysTrue(letters(), inboxes),
      ...resentAfter(falls, servers.letters).map((count) => atMost(WORKERS, RESENT, count)),
      none('deliveries left waiting or dead', outgoing.waiting + outgoing.dead),
    ],
    killedAt: heardAt(falls),
    heard: VERBS.map((verb) => hearers(letters(), verb).size).join('/'),
  };
}

/** One node and one crowd of followers for all seeds; the last round also says how the node ended. */
async function* inSetting(
  { scenario, servers: count, inboxesEach, seeds }: Crowd,
  work: (setting: Setting, seed: number) => Promise<Pick<Round, 'findings' | 'remarks'>>,
): AsyncGenerator<Round> {
  const servers = await openServers({ count, chance: chanceOf(0) });
  const trial = await openTrial();
  try {
    const inboxes = await gatherFollowers(trial, { servers, each: inboxesEach });
    for (const [i, seed] of seeds.entries()) {
      const start = performance.now();
      const { findings, remarks } = await work({ trial, servers, inboxes, chance: chanceOf(seed) }, seed);
      if (i === seeds.length - 1) findings.push(...(await trial.end()));
      yield { scenario, seed, seconds: (performance.now() - start) / 1_000, findings, remarks };
    }
  } finally {
    await trial.close();
    await servers.close();
  }
}

/** Kills the server as soon as a number of letters of this verb, which chance chooses, was answered. */
async function killedWhen({ trial, servers, inboxes, chance }: Setting, verb: string): Promise<Fall> {
  const since = servers.letters.length;
  const { least, most } = middleOf(inboxes);
  const moment = chance.between(least, most);
  await within(PATIENCE_MS, servers.answered(verb, moment), `the kill at ${verb} ${moment}`);
  const killed = trial.kill();
  const killedAt = servers.letters.slice(since).filter(({ type, taken }) => type === verb && taken).length;
  await killed;
  return { verb, killedAt, letters: servers.letters.length };
}

/** Starts the server, kills it when it tells on, does what is to be done `meanwhile`, and starts it again. */
async function restartedAndKilled(
  setting: Setting,
  { verb, meanwhile }: { verb: string; meanwhile: () => Promise<void> },
): Promise<Fall> {
  const { trial } = setting;
  const fallen = async () => {
    const fall = await killedWhen(setting, verb);
    await meanwhile();
    await trial.restart();
    return fall;
  };
  // It tells before it listens, so the kill may cut the start short; that start is over when the next one answers.
  const [, fall] = await Promise.all([trial.restart(), fallen()]);
  return fall;
}

/** A kill before a tenth or after nine tenths were served would prove little. */
function middleOf(inboxes: string[]): { least: number; most: number } {
  return { least: Math.ceil(inboxes.length * 0.1), most: Math.floor(inboxes.length * 0.9) };
}

function inTheMiddle({ verb, killedAt }: Fall, inboxes: string[]): Finding {
  return { criterion: `${verb}s answered at the kill`, seen: killedAt, ...middleOf(inboxes) };
}

function heardAt(falls: Fall[]): string {
  return falls.map(({ verb, killedAt }) => `${verb} ${killedAt}`).join(', ');
}

function hearers(letters: Letter[], verb: string): Set<string> {
  return new Set(letters.flatMap(({ type, inbox }) => (type === verb ? [inbox] : [])));
}

function alwaysTrue(letters: Letter[], inboxes: string[]): Finding[] {
  return [
    none('inboxes told one thing under two ids', inboxes.filter((inbox) => toldUnderTwoIds(letters, inbox)).length),
    none('inboxes where the order broke', inboxes.filter((inbox) => outOfOrder(letters, inbox)).length),
  ];
}

/** A peer would take that for two things. */
function toldUnderTwoIds(letters: Letter[], inbox: string): boolean {
  return VERBS.some((verb) => {
    const told = letters.filter((letter) => letter.inbox === inbox && letter.type === verb);
    return new Set(told.map(({ id }) => id)).size > 1;
  });
}

/** Whether the inbox got anything after what must come later. */
function outOfOrder(letters: Letter[], inbox: string): boolean {
  const ranks = letters.filter((letter) => letter.inbox === inbox).map(({ type }) => VERBS.indexOf(type));
  return ranks.some((rank, i) => rank < (ranks[i - 1] ?? 0));
}

/** For each kill, how many letters that were there already came again before the next. */
function resentAfter(falls: Fall[], letters: Letter[]): number[] {
  return falls.map(({ letters: from }, i) => {
    const had = new Set(letters.slice(0, from).map(({ inbox, id }) => `${inbox} ${id}`));
    const came = letters.slice(from, falls[i + 1]?.letters).map(({ inbox, id }) => `${inbox} ${id}`);
    return came.filter((name) => had.has(name)).length;
  });
}
