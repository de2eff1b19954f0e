// Fuzzes the import of old entries: the seed's page cut, mixed, doubled and spoilt, through the reader and into a database.
// Whatever is pasted is imported whole or refused with a word on what to do, and never half.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { importGotoknow } from '../../src/domain/portability/gotoknow.ts';
import { type GotoknowEntry, readGotoknowBytes } from '../../src/domain/portability/gotoknow-text.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { dump, ORIGIN, openWorld, seed, type World } from '../world.ts';
import type { Run } from './run.ts';
import { anyText } from './texts.ts';

export interface ImporterFigures {
  refused: number;
  imported: number;
  /** Read, but told that its words break a rule. */
  problems: number;
  faults: string[];
}

const LINES = readFileSync(seed.file, 'utf8').split('\n');
const ODD = [
  ...[
    'หมายเลขบันทึก: ๙๙๙',
    'หมายเลขบันทึก: 1',
    'หมายเลขบันทึก: 999999999999',
    'ความเห็น (3)',
    'ความเห็น (999999)',
    'คำสำคัญ (Tags)#ก#ข',
    '<html>',
  ],
  ...[
    '<title>x</title>',
    '<h1>x',
    '<script>',
    'เขียน: 99 XXX 9999 @ 99:99 ()',
    'เขียนเมื่อ 10 Nov 2006 @ 09:12 ()',
    'สัญญาอนุญาต: ?',
    '\f',
    '\0',
  ],
  ...[
    '#'.repeat(3_000),
    'ก'.repeat(20_000),
    '> '.repeat(2_000),
    '['.repeat(5_000),
    'บันทึกนี้เขียนที่ GotoKnow โดย  ใน ',
    '2. x',
    '๒.๔ x',
    '\u202e',
  ],
];

const page = fc
  .tuple(
    fc.array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({
            kind: fc.constant('seed' as const),
            from: fc.nat(LINES.length),
            length: fc.integer({ min: 1, max: 30 }),
          }),
        },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant('odd' as const), line: fc.nat(ODD.length - 1) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('any' as const), text: anyText }) },
      ),
      { minLength: 1, maxLength: 12 },
    ),
    fc.constantFrom('\n', '\n\n', '\r\n', ''),
    fc.constantFrom('whole', 'whole', 'pieces'),
    fc.constantFrom('utf-8', 'utf-8', 'utf-16', 'spoilt'),
    fc.nat(10_000),
  )
  .map(([pieces, glue, body, encoding, number]) => {
    const texts = pieces.map((piece) => {
      if (piece.kind === 'seed') return LINES.slice(piece.from, piece.from + piece.length).join('\n');
      return piece.kind === 'odd' ? (ODD[piece.line] ?? '') : piece.text;
    });
    // Half of them around a whole page, or next to nothing would ever be imported.
    const text = body === 'whole' ? [texts[0], ...LINES, ...texts.slice(1)].join(glue || '\n') : texts.join(glue);
    const named = text.replace(seed.original, String(1 + number));
    if (encoding === 'utf-16') return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(named, 'utf16le')]);
    const bytes = Buffer.from(named);
    if (encoding === 'spoilt' && bytes.length > 0) bytes[number % bytes.length] = number & 255;
    return bytes;
  });

/** Reads and imports `count` pages into one node. */
export async function fuzzImporter({ seed: chance, count }: Run): Promise<ImporterFigures> {
  const world = await openWorld();
  const figures: ImporterFigures = { refused: 0, imported: 0, problems: 0, faults: [] };
  try {
    for (const [number, raw] of fc.sample(page, { seed: chance, numRuns: count }).entries()) {
      const wrong = await tryOne(world, { raw, figures }).catch((error: unknown) =>
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      );
      if (wrong !== null) figures.faults.push(`seed ${chance}, page ${number}: ${wrong}`);
    }
  } finally {
    await world.close();
  }
  return figures;
}

async function tryOne(
  world: World,
  { raw, figures }: { raw: Uint8Array; figures: ImporterFigures },
): Promise<string | null> {
  const read = readOrRefusal(raw);
  if (read instanceof Refusal) {
    figures.refused++;
    return read.telling.th === '' || read.telling.en === '' ? 'refused without a word' : null;
  }
  const before = counts(world);
  const { db, blog, author, clock } = world;
  const imported = await importGotoknow(db, { read, raw, blog, author: author.id, origin: ORIGIN, clock });
  const after = counts(world);
  if (!imported.ok) {
    figures.problems++;
    return JSON.stringify(after) === JSON.stringify(before) ? null : 'refused, but rows were left behind';
  }
  if (imported.outcome === 'unchanged') {
    return JSON.stringify(after) === JSON.stringify(before) ? null : 'a second import changed something';
  }
  figures.imported++;
  const gained = {
    entries: after.entries - before.entries,
    imports: after.imports - before.imports,
    comments: after.comments - before.comments,
  };
  const due = { entries: 1, imports: 1, comments: read.comments.length };
  if (JSON.stringify(gained) !== JSON.stringify(due))
    return `imported by halves: ${JSON.stringify(gained)}, not ${JSON.stringify(due)}`;
  return after.happenings === before.happenings ? null : 'an old entry is about to be told';
}

function readOrRefusal(raw: Uint8Array): GotoknowEntry | Refusal {
  try {
    return readGotoknowBytes(raw);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function counts(world: World): Record<'entries' | 'imports' | 'comments' | 'happenings', number> {
  const tables = dump(world);
  const of = (name: string) => tables[name]?.length ?? 0;
  return { entries: of('entries'), imports: of('imports'), comments: of('comments'), happenings: of('happenings') };
}
