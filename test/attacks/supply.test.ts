// What we did not write ourselves: T75 of the threat list. Everything is pinned, locked by its checksum, and installs without
// running anything; each library has its reason written down.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { attack, measured, printLedger } from './ledger.ts';

printLedger();

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  overrides: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

attack(
  'T75',
  'every package is pinned exactly, locked by checksum, and may run nothing when it is installed',
  async () => {
    const wanted = JSON.parse(read('package.json')) as Package;
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
    const asked = Object.entries({ ...wanted.dependencies, ...wanted.devDependencies, ...wanted.optionalDependencies });
    for (const [name, version] of asked) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.length).toBeGreaterThan(asked.length);
    for (const [path, { integrity, resolved, link }] of packages) {
      expect(link, path).not.toBe(true);
      expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/=]+$/);
      expect(resolved ?? 'https://', path).toMatch(/^https:\/\//);
    }
    const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    const names = new Set(scripted.map((path) => path.split('node_modules/').at(-1) ?? ''));
    measured(`${packages.length} packages locked; with an install script: ${[...names].join(', ')}`);
    for (const name of names) expect([name, wanted.allowScripts[name] ?? false]).toEqual([name, false]);
  },
);

attack('T75', 'every library that the node needs has its reason in docs/dependencies.md', async () => {
  const { dependencies } = JSON.parse(read('package.json')) as Package;
  const reasons = read('docs/dependencies.md');
  for (const name of Object.keys(dependencies)) expect(reasons, name).toContain(`| \`${name}\` |`);
});
