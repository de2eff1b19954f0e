// What Node is given in production. A figure that was measured under other flags would be that of another program.
import { readFileSync } from 'node:fs';

/** The flags of Node in package.json's `start`, in their order. @throws Error when there are none: then nobody set them. */
export function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(' ');
  // What follows the program's file is for the program.
  const file = words.findIndex((word) => /\.[jt]s$/.test(word));
  const flags = words.slice(0, file).filter((word) => word.startsWith('--'));
  if (flags.length === 0) throw new Error(`package.json's start gives Node no flags: ${scripts.start}`);
  return flags;
}
