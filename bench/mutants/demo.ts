// Shows that the demo can fail: runs it on a copy of the sources in which one thing is broken, and wants it to exit with 1.
// `npm run demo:broken -- delivery|fold|accept`
import { spawn } from 'node:child_process';
import { inCopy, type Mutation } from './copy.ts';

/** One line of the product each, and what stands there instead. */
const MUTANTS: Record<string, Mutation> = {
  delivery: {
    file: 'src/federation/workers.ts',
    line: 'post: (delivery) => egress.scope(BUDGET, () => post(here, { schemes, delivery })),',
    instead: "post: async () => ({ kind: 'failed' as const, reason: 'delivery is switched off' }),",
  },
  fold: {
    file: 'src/domain/text/hashtags.ts',
    line: "return foldText(lettersOf(lettersOf(name).normalize('NFKC')));",
    instead: 'return lettersOf(name);',
  },
  accept: {
    file: 'src/federation/tellings.ts',
    line: "case 'follow.accepted':",
    instead: "case 'follow.accepted':\n      return null;",
  },
};

const kind = process.argv[2] ?? '';
const mutant = Object.hasOwn(MUTANTS, kind) ? MUTANTS[kind] : undefined;
if (mutant === undefined) {
  process.stderr.write(`usage: npm run demo:broken -- ${Object.keys(MUTANTS).join('|')}\n`);
  process.exit(64);
}

const { code, said } = await inCopy(
  { parts: ['src', 'migrations', 'package.json', 'tsconfig.json'], mutation: mutant },
  demoIn,
);
process.stdout.write(`${said.trimEnd()}\n${kind} broken: the demo ended with ${code}\n`);
process.exitCode = code === 1 && said.includes('✗') ? 0 : 1;

async function demoIn(cwd: string): Promise<{ code: number | null; said: string }> {
  const demo = spawn(process.execPath, ['src/cli/wethi.ts', 'demo'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => demo.once('exit', resolve));
  return { code, said };
}
