// Everything under measurement runs without a word of TypeScript, the node as its package has it and the floors with it: Node's
// own reader of types would stand in the time and the memory that are measured.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
const SOURCES = new URL('src/', ROOT).href;
const IMPORTED = /(\bfrom |\bimport\(|^import )'(\.[^']+\.ts)'/gm;

let built = false;

/** Compiles the sources as the package has them, once, and returns where a file of them is then. */
export function compiled(source: string): URL {
  if (!built) execFileSync('npm', ['run', '-s', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  built = true;
  return new URL(`dist/${source.replace(/\.ts$/, '.js')}`, ROOT);
}

let folder: string | undefined;
const plain = new Map<string, URL>();

/** A program of the bench without its types, and what it imports likewise; what it has of `src` is the compiled one. */
export function stripped(file: URL): URL {
  const before = plain.get(file.href);
  if (before !== undefined) return before;
  folder ??= openFolder();
  const there = pathToFileURL(join(folder, `${plain.size}.mjs`));
  // Kept first: two files may import each other.
  plain.set(file.href, there);
  const source = stripTypeScriptTypes(readFileSync(file, 'utf8'));
  writeFileSync(
    there,
    source.replace(IMPORTED, (_, how: string, name: string) => `${how}'${placeOf(new URL(name, file)).href}'`),
  );
  return there;
}

function placeOf(file: URL): URL {
  return file.href.startsWith(SOURCES) ? compiled(file.href.slice(ROOT.href.length)) : stripped(file);
}

function openFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wethi-bench-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  symlinkSync(new URL('node_modules', ROOT), join(made, 'node_modules'));
  return made;
}
