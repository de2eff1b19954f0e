// `wethi demo`: two nodes in two processes on loopback follow, publish, answer, revise, like and withdraw, for all to see.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { furnish, type Neighbour, neighbour } from './demo/nodes.ts';
import { story } from './demo/story.ts';
import { library, office } from './demo/world.ts';
import { EXIT } from './exits.ts';
import { answer, say } from './say.ts';

interface Options {
  keep?: true;
  json?: true;
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
    .action(async (options: Options) => {
      const { language } = readConfig();
      const folder = await mkdtemp(join(tmpdir(), 'wethi-demo-'));
      const a = await neighbour({ folder, name: 'office' });
      const b = await neighbour({ folder, name: 'library' });
      try {
        await furnish(a, office);
        await furnish(b, library);
        await Promise.all([a.serve(), b.serve()]);
        const shown = await told(options, { a, b, folder });
        answer(options, { value: shown, lines: [] });
        if (shown.some((step) => step.failed !== undefined)) process.exitCode = EXIT.failed;
        else if (options.keep === true) await kept({ a, b, language });
      } finally {
        await Promise.all([a.stop(), b.stop()]);
        await rm(folder, { recursive: true, force: true });
      }
    });
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
