// R2: while an entry, its revision and its withdrawal go out to many inboxes, the server is killed. Whether everybody heard
// of each, once and in order, is read from the log of those who received them.
import { median } from '../figures.ts';
import { type Chance, chanceOf } from './chance.ts';
import { atMost, exactly, type Finding, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';
import { type Letter, openServers, type Servers } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial, within } from './trial.ts';

const PATIENCE_MS = 60_000;
const VERBS = ['Create', 'Update', 'Delete'];
/** What may be under way to peers that answer at once: security.md §2d has sixteen at a time, whatever the postman has. */
const WORKERS = 16;
/** A machine that stands still for a moment makes prompt peers look slow, and the postman then turns to as many others. */
const RESENT_MAX = 2 * WORKERS;
const RESENT = 'letters sent again after a kill';

export interface Crowd {
  scenario: string;
  servers: number;
  inboxesEach: number;
  seeds: readonly number[];
}

/** Thousand inboxes, and a hundred kills over so many rounds. */
const LONG = { servers: 200, inboxesEach: 5, killsEach: 4 };
const LONG_ROUNDS = 9;
const SMALL = { servers: 30, inboxesEach: 5 };

export const scenarios: Scenario[] = [
  {
    row: 'R2',
    name: 'fan-out',
    long: ([first = 1]) =>
      publishAndKill({ scenario: 'fan-out', ...LONG, seeds: Array.from({ length: LONG_ROUNDS }, (_, i) => first + i) }),
    short: (seeds) => publishAndKill({ scenario: 'fan-out', ...SMALL, killsEach: 2, seeds: seeds.slice(0, 1) }),
  },
  {
    row: 'R2',
    name: 'withdraw-while-down',
    long: (seeds) => withdrawWhileDown({ scenario: 'withdraw-while-down', ...SMALL, seeds }),
    short: (seeds) => withdrawWhileDown({ scenario: 'withdraw-while-down', ...SMALL, seeds: seeds.slice(0, 1) }),
  },
];

interface Setting {
  trial: Trial;
  servers: Servers;
  inboxes: string[];
  chance: Chance;
  /** How many letters had come before the entry that all is about. */
  since: number;
}

interface Fall {
  verb: string;
  /** Letters of the verb that were answered when the server was killed. */
  killedAt: number;
  /** How many letters of all kinds had come by then. */
  letters: number;
}

/**
 * So many kills while the Create goes out, while the Update that was made during the last of them follows the Creates that
 * are left, and while the Delete goes out.
 */
export async function* publishAndKill({ killsEach, ...crowd }: Crowd & { killsEach: number }): AsyncGenerator<Round> {
  yield* inSetting(crowd, async (setting, seed) => {
    const { trial, servers, inboxes, since } = setting;
    const everybodyHeard = (verb: string) =>
      comesTrue(PATIENCE_MS, () => hearers(servers.letters.slice(since), verb).size >= inboxes.length);

    const title = `กองที่ ${seed}`;
    const creates = momentsOf(setting, killsEach);
    const [first, entry] = await Promise.all([killedWhen(setting, 'Create', creates[0]), trial.publish(title)]);
    const falls = [first, ...(await fellAgain(setting, 'Create', creates.slice(1)))];
    await trial.revise(entry, `${title} กลับแล้ว`);
    falls.push(...(await fellAgain(setting, 'Update', momentsOf(setting, killsEach))));
    await trial.restart();
    await everybodyHeard('Update');
    const deletes = momentsOf(setting, killsEach);
    const [fall] = await Promise.all([killedWhen(setting, 'Delete', deletes[0]), trial.withdraw(entry)]);
    falls.push(fall, ...(await fellAgain(setting, 'Delete', deletes.slice(1))));
    const restartMs = await trial.restart();
    await everybodyHeard('Delete');
    const { outgoing } = await trial.drained();

    const letters = servers.letters.slice(since).filter(({ object }) => object === entry.id);
    const resent = resentAfter(falls, servers.letters);
    return {
      findings: [
        exactly(killsEach * VERBS.length, 'kills', falls.length),
        ...falls.map((fall) => inTheMiddle(fall, inboxes)),
        ...VERBS.map((verb) => exactly(inboxes.length, `inboxes that got the ${verb}`, hearers(letters, verb).size)),
        ...alwaysTrue(letters, inboxes),
        ...resent.map((count) => atMost(RESENT_MAX, RESENT, count)),
        atMost(WORKERS, `${RESENT}, median of the kills`, median(resent)),
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
async function* withdrawWhileDown(crowd: Crowd): AsyncGenerator<Round> {
  yield* inSetting(crowd, async (setting, seed) => {
    const { letters } = setting.servers;
    const soon = await withdrawn(setting, { title: `กองที่ถอนเลย ${seed}`, kills: 1 });
    const later = await withdrawn({ ...setting, since: letters.length }, { title: `กองที่แก้แล้วถอน ${seed}`, kills: 2 });
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
  const { trial, servers, inboxes, since } = setting;
  const [moment] = momentsOf(setting, 1);
  const [first, entry] = await Promise.all([killedWhen(setting, 'Create', moment), trial.publish(title)]);
  const falls = [first];
  if (kills === 2) {
    await trial.revise(entry, `${title} กลับแล้ว`);
    falls.push(...(await fellAgain(setting, 'Update', momentsOf(setting, 1))));
  }
  await trial.withdraw(entry);
  await trial.restart();
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
      ...resentAfter(falls, servers.letters).map((count) => atMost(RESENT_MAX, RESENT, count)),
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
  const servers = await openServers({ count, chance: chanceOf(seeds[0] ?? 0) });
  const trial = await openTrial();
  try {
    const inboxes = await gatherFollowers(trial, { servers, each: inboxesEach });
    for (const [i, seed] of seeds.entries()) {
      const start = performance.now();
      const { findings, remarks } = await work(
        { trial, servers, inboxes, chance: chanceOf(seed), since: servers.letters.length },
        seed,
      );
      if (i === seeds.length - 1) findings.push(...(await trial.end()));
      yield { scenario, seed, seconds: (performance.now() - start) / 1_000, findings, remarks };
    }
  } finally {
    await trial.close();
    await servers.close();
  }
}

/** One moment in each of `kills` equal parts of the middle, away from their edges, so that each life has work to do. */
function momentsOf({ inboxes, chance }: Setting, kills: number): [number, ...number[]] {
  const { least, most } = middleOf(inboxes);
  const part = (most - least) / kills;
  const moment = (k: number) =>
    chance.between(Math.ceil(least + part * (k + 0.2)), Math.floor(least + part * (k + 0.8)));
  return [moment(0), ...Array.from({ length: kills - 1 }, (_, k) => moment(k + 1))];
}

/** Kills the server as soon as `moment` inboxes have answered a letter of this verb. */
async function killedWhen({ trial, servers, since }: Setting, verb: string, moment: number): Promise<Fall> {
  const answered = () =>
    hearers(
      servers.letters.slice(since).filter(({ taken }) => taken),
      verb,
    ).size;
  await within(PATIENCE_MS, servers.answered(verb, moment - answered()), `the kill at ${verb} ${moment}`);
  const killed = trial.kill();
  const killedAt = answered();
  await killed;
  return { verb, killedAt, letters: servers.letters.length };
}

/** Starts the server and kills it, at each of these moments; leaves it dead. */
async function fellAgain(setting: Setting, verb: string, moments: readonly number[]): Promise<Fall[]> {
  const falls: Fall[] = [];
  for (const moment of moments) {
    // It tells before it listens, so the kill may cut the start short.
    setting.trial.launch();
    falls.push(await killedWhen(setting, verb, moment));
  }
  return falls;
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
