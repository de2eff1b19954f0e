// Publish and kill: while an entry, its revision and its withdrawal go out to many inboxes, the server is killed. Whether
// everybody heard of each, once and in order, is read from the log of those who received them.
import { type Chance, chanceOf } from './chance.ts';
import { atMost, exactly, type Finding, none, type Round } from './findings.ts';
import { type Letter, openServers, type Servers } from './servers.ts';
import { comesTrue, type Entry, gatherFollowers, openTrial, type Trial, within } from './trial.ts';

/** Deliveries that a node has in flight at most, when none of them is slow: what one kill may have sent again. */
const WORKERS = 16;
const PATIENCE_MS = 60_000;
const VERBS = ['Create', 'Update', 'Delete'];

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

interface Stage {
  verb: string;
  /** Inboxes that were served when the server was killed. */
  killedAt: number;
  /** Letters with an id that its inbox had already. */
  resent: number;
  restartMs: number;
}

/** One kill while the Create goes out, one for the Update, one for the Delete; each may have the next after it arrived. */
export async function* publishAndKill(crowd: Crowd): AsyncGenerator<Round> {
  yield* inSetting(crowd, async (setting, seed) => {
    const { trial, servers, inboxes } = setting;
    const since = servers.letters.length;
    let entry: Entry = { number: 0, id: '' };
    const publish = async () => {
      entry = await trial.publish(`กองที่ ${seed}`);
    };
    const stages = [
      await killedWhile(setting, { verb: 'Create', act: publish }),
      await killedWhile(setting, { verb: 'Update', act: () => trial.revise(entry, `กองที่ ${seed} กลับแล้ว`) }),
      await killedWhile(setting, { verb: 'Delete', act: () => trial.withdraw(entry) }),
    ];
    const { outgoing } = await trial.drained();
    const letters = servers.letters.slice(since).filter(({ object }) => object === entry.id);
    return {
      findings: [
        ...stages.flatMap((stage) => findingsOf(stage, { letters, inboxes })),
        none('inboxes where the order broke', inboxes.filter((inbox) => outOfOrder(letters, inbox)).length),
        none('deliveries left waiting or dead', outgoing.waiting + outgoing.dead),
      ],
      remarks: {
        'killed at': stages.map(({ killedAt }) => killedAt).join('/'),
        resent: stages.map(({ resent }) => resent).join('/'),
        'restart ms': stages.map(({ restartMs }) => restartMs).join('/'),
      },
    };
  });
}

/** The entry is revised and withdrawn while the server lies dead in the middle of telling of it. */
export async function* withdrawWhileDown(crowd: Crowd): AsyncGenerator<Round> {
  yield* inSetting(crowd, async ({ trial, servers, inboxes, chance }, seed) => {
    const since = servers.letters.length;
    const killedAt = momentIn(inboxes, chance);
    const killed = within(PATIENCE_MS, servers.answered('Create', killedAt), 'the kill').then(() => trial.kill());
    const [entry] = await Promise.all([trial.publish(`กองที่ถอน ${seed}`), killed]);
    await trial.revise(entry, `กองที่ถอน ${seed} กลับแล้ว`);
    await trial.withdraw(entry);
    const restartMs = await trial.restart();
    const letters = () => servers.letters.slice(since).filter(({ object }) => object === entry.id);
    const left = () => {
      const last = new Map(letters().map(({ inbox, type }) => [inbox, type]));
      return [...last.values()].filter((type) => type !== 'Delete').length;
    };
    await comesTrue(PATIENCE_MS, () => left() === 0);
    const { outgoing } = await trial.drained();
    return {
      findings: [
        inTheMiddle('inboxes served at the kill', killedAt, inboxes),
        none('inboxes left with the withdrawn entry', left()),
        none('inboxes where the order broke', inboxes.filter((inbox) => outOfOrder(letters(), inbox)).length),
        none('inboxes with two activity ids for one verb', doubled(letters(), inboxes)),
        none('deliveries left waiting or dead', outgoing.waiting + outgoing.dead),
      ],
      remarks: {
        'killed at': killedAt,
        'told of the entry': new Set(letters().flatMap(({ type, inbox }) => (type === 'Create' ? [inbox] : []))).size,
        'restart ms': restartMs,
      },
    };
  });
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

async function killedWhile(
  { trial, servers, inboxes, chance }: Setting,
  { verb, act }: { verb: Stage['verb']; act: () => Promise<void> },
): Promise<Stage> {
  const since = servers.letters.length;
  const killedAt = momentIn(inboxes, chance);
  const killed = within(PATIENCE_MS, servers.answered(verb, killedAt), `the kill at ${verb} ${killedAt}`);
  await Promise.all([act(), killed.then(() => trial.kill())]);
  const restartMs = await trial.restart();
  const letters = () => servers.letters.slice(since).filter(({ type }) => type === verb);
  await comesTrue(PATIENCE_MS, () => new Set(letters().map(({ inbox }) => inbox)).size >= inboxes.length);
  // Whatever is still on its way a second time has come when nothing waits any more.
  await trial.drained();
  const distinct = new Set(letters().map(({ inbox, id }) => `${inbox} ${id}`));
  return { verb, killedAt, resent: letters().length - distinct.size, restartMs };
}

/** A kill before a tenth or after nine tenths were served would prove little. */
function momentIn(inboxes: string[], chance: Chance): number {
  return chance.between(Math.ceil(inboxes.length * 0.1), Math.floor(inboxes.length * 0.9));
}

function inTheMiddle(criterion: string, seen: number, inboxes: string[]): Finding {
  return { criterion, seen, least: Math.ceil(inboxes.length * 0.1), most: Math.floor(inboxes.length * 0.9) };
}

function findingsOf(
  { verb, killedAt, resent }: Stage,
  { letters, inboxes }: { letters: Letter[]; inboxes: string[] },
): Finding[] {
  const told = letters.filter(({ type }) => type === verb);
  return [
    inTheMiddle(`${verb}: inboxes served at the kill`, killedAt, inboxes),
    exactly(inboxes.length, `${verb}: inboxes that got it`, new Set(told.map(({ inbox }) => inbox)).size),
    none(`${verb}: inboxes with two activity ids`, doubled(told, inboxes)),
    atMost(WORKERS, `${verb}: same id sent again`, resent),
  ];
}

/** Inboxes that were told one thing under two ids: a peer would take that for two things. */
function doubled(letters: Letter[], inboxes: string[]): number {
  return inboxes.filter((inbox) =>
    VERBS.some((verb) => {
      const told = letters.filter((letter) => letter.inbox === inbox && letter.type === verb);
      return new Set(told.map(({ id }) => id)).size > 1;
    }),
  ).length;
}

/** Whether the inbox got anything after what must come later. */
function outOfOrder(letters: Letter[], inbox: string): boolean {
  const ranks = letters.filter((letter) => letter.inbox === inbox).map(({ type }) => VERBS.indexOf(type));
  return ranks.some((rank, i) => rank < (ranks[i - 1] ?? 0));
}
