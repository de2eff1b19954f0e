// R6: a peer that is away, for an hour or for eight days. Whatever was written meanwhile comes in order and once, soon after the
// peer is back; one that is away too long is given up, says so to the operator, and is well again when it writes to us.
import { type Chance, chanceOf } from './chance.ts';
import { atLeast, atMost, exactly, type Finding, none, type Round } from './findings.ts';
import { type Door, openDoors } from './hosts-doors.ts';
import { inOffice, type Office } from './lanes-office.ts';
import type { Scenario } from './scenario.ts';
import { likeOf, sendUntilTaken } from './senders.ts';
import { type Letter, openServers, type Servers } from './servers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POSTS = 20;
const PATIENCE_MS = 30_000;

export const scenarios: Scenario[] = [
  { row: 'R6', name: 'away-1-hour', ...lengths({ scenario: 'away-1-hour', away: HOUR }) },
  { row: 'R6', name: 'away-6-hours', ...lengths({ scenario: 'away-6-hours', away: 6 * HOUR }) },
  { row: 'R6', name: 'away-3-days', ...lengths({ scenario: 'away-3-days', away: 3 * DAY }) },
  { row: 'R6', name: 'away-8-days', ...lengths({ scenario: 'away-8-days', away: 8 * DAY }) },
];

function lengths(absence: { scenario: string; away: number }): Pick<Scenario, 'long' | 'short'> {
  return {
    long: (seeds) => awayFor({ ...absence, seeds }),
    short: (seeds) => awayFor({ ...absence, seeds: seeds.slice(0, 1) }),
  };
}

interface Stage {
  office: Office;
  door: Door;
  servers: Servers;
  chance: Chance;
  away: number;
}

/** One peer that is away for `away` milliseconds of the node's clock, once a seed. */
async function* awayFor({
  scenario,
  away,
  seeds,
}: {
  scenario: string;
  away: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: 1, chance });
    const { doors, behind } = await openDoors(servers);
    const [door] = doors;
    if (door === undefined) throw new Error('no door was opened');
    try {
      // The node's clock ends at the present, for what the peer signs then bears the date of the real one.
      const start = Date.now() - away - MINUTE;
      const followers = [`${door.origin}/users/reader`];
      const findings = await inOffice({ start, followers }, (office) =>
        away > 7 * DAY
          ? givenUp({ office, door, servers: behind, chance, away })
          : caughtUp({ office, door, servers: behind, chance, away }),
      );
      yield { scenario, seed, seconds: (performance.now() - began) / 1_000, findings, remarks: {} };
    } finally {
      await door.close();
      await servers.close();
    }
  }
}

/** What came of everything that was written. */
interface Written {
  /** The last title of each entry that still stands. */
  standing: Map<string, string>;
  revised: Set<string>;
  withdrawn: Set<string>;
}

/** Twenty posts, five updates of three entries and three deletes, at moments of chance while the peer is away. */
async function writeMeanwhile({ office, chance, away }: Stage): Promise<Written> {
  const start = office.now();
  const moments = Array.from({ length: POSTS + 8 }, () => chance.between(1, away - 1)).sort((a, b) => a - b);
  const written: Written = { standing: new Map(), revised: new Set(), withdrawn: new Set() };
  const entries: string[] = [];
  const next = async (act: () => Promise<void>) => {
    await office.pass(start + (moments.shift() ?? away));
    await act();
  };
  const publish = async () => {
    const title = `กองที่ ${entries.length + 1}`;
    const entry = await office.publish(title);
    entries.push(entry);
    written.standing.set(entry, title);
  };
  const revise = async (which: number, title: string) => {
    const entry = entries[which] ?? '';
    await office.revise(entry, title);
    written.standing.set(entry, title);
    written.revised.add(entry);
  };
  const withdraw = async (which: number) => {
    const entry = entries[which] ?? '';
    await office.withdraw(entry);
    written.standing.delete(entry);
    written.withdrawn.add(entry);
  };
  for (let i = 0; i < 8; i++) await next(publish);
  // The first one is what the peer was knocked at with, so it is in the middle of being told when it is changed.
  for (const title of ['กลับกองครั้งแรก', 'กลับกองครั้งที่สอง', 'กลับกองครั้งที่สาม']) await next(() => revise(1, title));
  await next(() => revise(2, 'กองที่จะถูกถอน'));
  await next(() => withdraw(2));
  for (let i = 8; i < POSTS; i++) await next(publish);
  await next(() => revise(9, 'กองที่สิบ กลับแล้ว'));
  await next(() => withdraw(0));
  await next(() => withdraw(15));
  await office.pass(start + away);
  return written;
}

async function caughtUp(stage: Stage): Promise<Finding[]> {
  const { office, door, servers } = stage;
  await door.shut();
  const written = await writeMeanwhile(stage);
  await door.open();
  const back = office.now();
  const since = servers.letters.length;
  const first = await firstLetter(stage, since);
  await office.pass(office.now());
  const status = await office.node.queue.status();
  const told = new Map<string, Letter[]>();
  for (const letter of servers.letters.slice(since))
    told.set(letter.object, [...(told.get(letter.object) ?? []), letter]);
  return [
    atMost(30, 'minutes until the first letter after its return', Math.ceil((first - back) / MINUTE)),
    ...reckoned(office, { written, told }),
    none('letters told twice', doubled(servers.letters.slice(since))),
    none('deliveries left waiting', status.outgoing.waiting),
    none('deliveries given up', status.outgoing.dead),
    exactly(3, 'updates that a newer one or a delete made needless', status.outgoing.superseded),
  ];
}

/** Goes from knock to knock until one arrives; returns when that was. */
async function firstLetter({ office, servers }: Stage, since: number): Promise<number> {
  const patience = office.now() + DAY;
  while (servers.letters.length === since) {
    if (office.now() > patience) return Number.POSITIVE_INFINITY;
    await office.pass(office.now() + MINUTE);
  }
  return office.now();
}

function reckoned(office: Office, { written, told }: { written: Written; told: Map<string, Letter[]> }): Finding[] {
  const story = (entry: string) => (told.get(office.article(entry)) ?? []).map(({ type }) => type).join(' ');
  const standing = [...written.standing];
  const right = standing.filter(
    ([entry]) => story(entry) === (written.revised.has(entry) ? 'Create Update' : 'Create'),
  );
  const current = standing.filter(([entry, title]) => told.get(office.article(entry))?.at(-1)?.title === title);
  // What the peer was never told of needs no telling that it is gone.
  const left = [...written.withdrawn].filter((entry) => !['', 'Delete'].includes(story(entry)));
  return [
    exactly(POSTS - 3, 'entries told whole, in order, with one update at most', right.length),
    exactly(POSTS - 3, 'entries whose last letter has the last words', current.length),
    none('withdrawn entries of which more came than a delete', left.length),
  ];
}

function doubled(letters: Letter[]): number {
  return letters.length - new Set(letters.map(({ id }) => id)).size;
}

async function givenUp(stage: Stage): Promise<Finding[]> {
  const { office, door, servers } = stage;
  await door.shut();
  await writeMeanwhile(stage);
  const { host } = new URL(door.origin);
  const gone = await office.node.queue.status();
  const lane = gone.lanes.find((lane) => lane.host === host);
  const reasons = gone.deadLetters.filter(({ reason }) => /ECONNREFUSED/.test(reason));
  await door.open();
  const since = servers.letters.length;
  const unasked = await office.publish('กองที่ยังไม่มีใครขอ');
  const unheard = servers.letters.length - since;
  await wokenBy(stage);
  const woken = await office.node.queue.status();
  const asked = await office.publish('กองแรกหลังกลับมา');
  const heard = servers.letters.slice(since).filter(({ object }) => object === office.article(asked));
  const early = servers.letters.slice(since).filter(({ object }) => object === office.article(unasked));
  return [
    exactly(1, 'suspended hosts that the operator sees', lane?.suspended == null ? 0 : 1),
    exactly(1, 'with the last error beside it', /ECONNREFUSED/.test(lane?.reason ?? '') ? 1 : 0),
    none('deliveries that still wait', gone.outgoing.waiting),
    atLeast(POSTS - 3, 'dead letters', gone.outgoing.dead),
    exactly(gone.outgoing.dead, 'dead letters whose reason names that error', reasons.length),
    none('letters to the suspended host', unheard + early.length),
    none('failing hosts after it wrote to us', woken.lanes.length),
    exactly(1, 'letters about what was written after that', heard.length),
  ];
}

/** The peer likes an entry: a signed request, which says that it lives. */
async function wokenBy({ office, door, servers }: Stage): Promise<void> {
  const peer = servers.resident(door.origin, 'reader');
  const article = office.article(await office.publish('กองที่มีคนชอบ'));
  const activity = likeOf(peer, { article, name: 'like' });
  await sendUntilTaken({ peer, inbox: office.inbox, activity }, { patienceMs: PATIENCE_MS });
  await office.quiet();
}
