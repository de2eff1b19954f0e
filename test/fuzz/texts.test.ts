// The short form of the fuzz of everything that people write or paste.
import { describe, expect, test } from 'vitest';
import { fuzzImporter } from './importer.ts';
import { dangersIn } from './judge.ts';
import { LAWS } from './laws.ts';
import { runOf, tried } from './run.ts';

/** Seconds on a machine of its own; many times that beside others. */
const BUSY_MS = 120_000;

describe('whatever the text:', () => {
  const run = runOf('texts', 1_500);
  test.each(Object.keys(LAWS))(
    '%s',
    async (name) => {
      const law = LAWS[name];
      if (law === undefined) throw new Error(`there is no law "${name}"`);
      expect((await tried(law, run)).fault).toBeNull();
    },
    BUSY_MS,
  );

  test(
    'a pasted page is imported whole or refused with a word',
    async () => {
      const { faults, ...figures } = await fuzzImporter(runOf('importer', 300));
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(faults.slice(0, 5)).toEqual([]);
      expect(figures.refused).toBeGreaterThan(30);
      expect(figures.imported).toBeGreaterThan(30);
    },
    BUSY_MS,
  );
});

test.each([
  '<script>x</script>',
  '<img src="https://a.example/" onerror="x">',
  '<a href="javascript:x">x</a>',
  '<a href="java&#9;script:x">x</a>',
  '<a href=" //evil.example">x</a>',
  '<p style="x">x</p>',
  '<svg><a xlink:href="x">x</a></svg>',
  '<!-- x -->',
  '<b>x',
  '<iframe srcdoc="x"></iframe>',
])('the judge sees the danger in %s', (html) => {
  expect(dangersIn(html)).not.toEqual([]);
});
