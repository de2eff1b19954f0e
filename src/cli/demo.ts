// `wethi demo`: two nodes in two processes on loopback follow, publish, answer, revise, like and withdraw, for all to see.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config.ts';
import { isAddress } from '../storage/postgres.ts';
import { makePassing, type Passing } from '../storage/postgres-passing.ts';
import { furnish, type Neighbour, neighbour } from './demo/nodes.ts';
import { story } from './demo/story.ts';
import { library, office } from './demo/world.ts';
import { EXIT } from './exits.ts';
import { answer, say } from './say.ts';

interface Options {
  keep?: true;
  json?: true;
  server?: string;
}

interface Shown {
  step: string;
  /** What the other node showed. */
  seen?: string;
  /** Why the story ended here. */
  failed?: string;
  milliseconds: number;
}

export function register(command: Command): void {
  command
    .option('--keep', 'เปิดทั้งสองเวทีทิ้งไว้ให้ดู · leave both nodes running for a look')
    .option(
      '--server <address>',
      'ใช้ PostgreSQL ตัวนี้ ฐานข้อมูลของเดโมถูกลบเมื่อจบ · on this PostgreSQL server, in databases that are dropped at the end',
      serverIn,
    )
    .action(async (options: Options) => {
      const { language } = readConfig();
      const folder = await mkdtemp(join(tmpdir(), 'wethi-demo-'));
      const passing: Passing[] = [];
      const opened = async (name: string) => {
        if (options.server === undefined) return await neighbour({ folder, name });
        const made = await makePassing(options.server);
        passing.push(made);
        return await neighbour({ folder, name, database: made.address });
      };
      const nodes: Neighbour[] = [];
      try {
        const [a, b] = [await opened('office'), await opened('library')];
        nodes.push(a, b);
        await furnish(a, office);
        await furnish(b, library);
        await Promise.all([a.serve(), b.serve()]);
        const shown = await told(options, { a, b, folder });
        answer(options, { value: shown, lines: [] });
        if (shown.some((step) => step.failed !== undefined)) process.exitCode = EXIT.failed;
        else if (options.keep === true) await kept({ a, b, language });
      } finally {
        await putAway({ nodes, passing, folder });
      }
    });
}

/** Leaves nothing behind, also where something of it would not end. @throws AggregateError of what would not. */
async function putAway({
  nodes,
  passing,
  folder,
}: {
  nodes: Neighbour[];
  passing: Passing[];
  folder: string;
}): Promise<void> {
  const stopped = await Promise.allSettled(nodes.map((node) => node.stop()));
  const dropped = await Promise.allSettled(passing.map(({ drop }) => drop()));
  await rm(folder, { recursive: true, force: true });
  const faults = [...stopped, ...dropped].flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (faults.length > 0) throw new AggregateError(faults, 'not everything of the demo could be put away');
}

/** @throws InvalidArgumentError (exit 64). */
function serverIn(text: string): string {
  if (!isAddress(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must be like postgres://user@host/name.');
  return text;
}

async function told(
  { json }: Options,
  { a, b, folder }: { a: Neighbour; b: Neighbour; folder: string },
): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const { telling, see } of story({ a, b, folder })) {
    const start = performance.now();
    try {
      const seen = await see();
      const milliseconds = Math.round(performance.now() - start);
      shown.push({ step: telling.en, seen, milliseconds });
      if (json !== true) process.stdout.write(`✓ ${telling.th} · ${telling.en} (${milliseconds} ms)\n    ${seen}\n`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      shown.push({ step: telling.en, failed: why, milliseconds: Math.round(performance.now() - start) });
      process.stderr.write(`✗ ${telling.th} · ${telling.en}: ${why}\n${a.said()}${b.said()}`);
      break;
    }
  }
  return shown;
}

/** Waits until somebody has seen enough (Ctrl-C). */
async function kept({ a, b, language }: { a: Neighbour; b: Neighbour; language: 'th' | 'en' }): Promise<void> {
  for (const [node, { person, organisation }] of [
    [a, office],
    [b, library],
  ] as const) {
    say(
      {
        th: `${organisation.name}: ${node.origin} เข้าสู่ระบบด้วย ${person.username} / ${person.password}`,
        en: `${organisation.handle}: ${node.origin}, sign in as ${person.username} / ${person.password}`,
      },
      language,
    );
  }
  say({ th: 'กด Ctrl-C เมื่อดูพอแล้ว', en: 'press Ctrl-C when you have seen enough' }, language);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
