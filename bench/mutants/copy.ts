// A copy of the sources in which one thing is broken, to see whether somebody notices.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** One place in the sources, which must be there exactly once, and what stands there instead. */
export interface Mutation {
  file: string;
  line: string;
  instead: string;
}

/**
 * Copies `parts` of the project, breaks what is told, hands the folder to `work` and takes it away again.
 * @throws Error when the line to break is not there exactly once: a mutant that breaks nothing proves nothing.
 */
export async function inCopy<T>(
  { parts, mutation }: { parts: string[]; mutation: Mutation | null },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-mutant-'));
  try {
    for (const part of parts) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    if (mutation !== null) mutate(folder, mutation);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mutate(folder: string, { file, line, instead }: Mutation): void {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  const found = source.split(line).length - 1;
  if (found !== 1) throw new Error(`${file} has ${found} times, not once, what is to be broken: ${line}`);
  writeFileSync(
    path,
    source.replace(line, () => instead),
  );
}
