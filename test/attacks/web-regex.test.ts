// Texts made to tire a regular expression (T35; CVE-2025-68475, mast GHSA-jpxp). All of ours are read out of the sources and
// run over a megabyte of what each repeats; then the acts that strangers' words go through, as a whole.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { expect } from 'vitest';
import { readThaiDate } from '../../src/domain/text/dates.ts';
import { excerpt, plainText, wireTitle } from '../../src/domain/text/excerpt.ts';
import { hashtagsIn, tagKey, wireTag } from '../../src/domain/text/hashtags.ts';
import { renderMarkdown } from '../../src/domain/text/markdown.ts';
import { plainToHtml, sanitiseRemote, stripLeadingMentions } from '../../src/domain/text/sanitise.ts';
import { seriesFromTitle } from '../../src/domain/text/thai.ts';
import { attack, measured, printLedger } from './ledger.ts';

printLedger();

const SRC = join(import.meta.dirname, '../../src');
const MEGABYTE = 1_000_000;
const MS_MAX = 50;

interface Found {
  file: string;
  source: string;
  flags: string;
}

/** Where a division cannot stand, so that a slash begins an expression. */
const LITERAL =
  /(?:^|[=(,:?&|!;{[]|\breturn|=>)\s*\/((?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/gm;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const sourceOf = (file: string) => readFileSync(join(SRC, file), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');

/** Every regular expression that stands in a source as a literal. */
function literals(): Found[] {
  return files.flatMap((file) =>
    [...sourceOf(file).matchAll(LITERAL)].map(([, source = '', flags = '']) => ({ file, source, flags })),
  );
}

/** Those that never meet a long text, with what sees to it. */
const EXCUSED: Record<string, string> = {
  '<[^>]*>': 'the demo reads the pages of its own two nodes',
  '[a-z][a-z0-9+.-]{0,30}:\\/\\/':
    'linear, 0.12 s for a megabyte; a highlight of over 500 characters is refused before',
  '<p>(.*?)<\\/p>': 'the sanitiser closes every paragraph that it opens',
  '[\\s,:;([\\-–—|/]+$': 'titles of over 500 characters are not looked at',
  '[;,]+$': 'one attribute of a header or a tag: 16 KiB and 2 000 characters at most',
};

/** Where the expression of hashtags begins. It is linear, 0.08 s for a megabyte, and an entry has 400 000 bytes at most. */
const HASHTAG = '(?<![\\p{L}\\p{M}\\p{N}_&/=#])[#＃]';

/** What tires: each thing that the expression names and a few that it may not, repeated, then something that fits nothing. */
function tiring({ source }: Pick<Found, 'source'>, units: number): string[] {
  const named = source.replace(/\\[a-zA-Z]\{?[^}]*\}?|[()[\]{}*+?|^$\\.]/g, ' ').match(/\S+/g) ?? [];
  const others = ['a@', '<a ', '<p>', '"x="', 'a.', '1 ', 'ก', '\u0e49', ...' \n\ta19น<>"@#/&._-:=%'];
  const openings = ['', named.join(''), '<a href="', '@', '#', '[', '('];
  return [...new Set([...named, ...others])].map((pump, index) => {
    const body = pump.repeat(Math.ceil(units / pump.length));
    return `${openings[index % openings.length]}${body}\u0001!`;
  });
}

/** Processor milliseconds; what is dear is tried twice more, because the first time also pays for compiling. */
function costOf(act: () => unknown): number {
  const once = () => {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  const first = once();
  return first < MS_MAX ? first : Math.min(once(), once());
}

const sandbox: { expression: RegExp; text: string } = { expression: /x/, text: '' };
const context = createContext(sandbox);
const search = new Script('expression.test(text)');

/** Milliseconds that the expression needs for the text; infinite when it is not through after half a second. */
function costOfExpression({ source, flags }: Pick<Found, 'source' | 'flags'>, text: string): number {
  Object.assign(sandbox, { expression: new RegExp(source, flags.replace('g', '')), text });
  const started = performance.now();
  try {
    search.runInContext(context, { timeout: 500 });
  } catch (error) {
    // The error is of the other context, so it is no Error of this one.
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return Number.POSITIVE_INFINITY;
    throw error;
  }
  return performance.now() - started;
}

/** Milliseconds for the dearest megabyte. A tenth of it is tried first: what is cheap there, by tens, is cheap. */
function dearest(one: Pick<Found, 'source' | 'flags'>): { cost: number; text: string } {
  let worst = { cost: 0, text: '' };
  for (const [index, text] of tiring(one, MEGABYTE / 10).entries()) {
    if (costOfExpression(one, text) < MS_MAX / 20) continue;
    const whole = tiring(one, MEGABYTE)[index] ?? '';
    let cost = costOfExpression(one, whole);
    // A neighbour on this machine may have taken the time; one that tires does so each time.
    for (let again = 0; again < 4 && cost >= MS_MAX && Number.isFinite(cost); again++) {
      cost = Math.min(cost, costOfExpression(one, whole));
    }
    if (cost > worst.cost) worst = { cost, text: whole.slice(0, 30) };
  }
  return worst;
}

attack('T35', 'no regular expression of ours takes more than 50 ms for a megabyte', async () => {
  const found = literals();
  expect(found.length).toBeGreaterThan(80);
  const slow = found.flatMap((one) => {
    if (EXCUSED[one.source] !== undefined || one.source.startsWith(HASHTAG)) return [];
    const { cost, text } = dearest(one);
    return cost < MS_MAX ? [] : [`${one.file} /${one.source}/${one.flags} ${Math.round(cost)} ms: ${text}`];
  });
  measured(
    `${found.length} expressions, each over a megabyte of ${tiring({ source: '' }, 1).length} things and of what it names`,
  );
  expect(slow).toEqual([]);
  // The control: one that is known to tire is found out.
  expect(dearest({ source: '((a+)+)$', flags: '' }).cost).toBe(Number.POSITIVE_INFINITY);
});

attack('T35', 'no expression is made of what somebody sent', async () => {
  const made = files.flatMap((file) =>
    sourceOf(file)
      .split('\n')
      .flatMap((line) => (/\bRegExp\(/.test(line) ? [`${file} ${line.match(/const (\w+)/)?.[1] ?? ''}`] : [])),
  );
  // Each is made of constants of its own file. A new one has to be looked at before it is written down here.
  expect(made.sort()).toEqual([
    'domain/portability/gotoknow-text.ts opening',
    'domain/portability/gotoknow-text.ts written',
    'domain/text/dates.ts NAMED',
    'domain/text/dates.ts NUMBERED',
    'domain/text/sanitise.ts LEADING_MENTION',
    'domain/text/thai-words.ts DOUBLED',
    'domain/text/thai-words.ts LOST_SPACE',
    'federation/gate/rfc9421.ts ',
    'federation/gate/rfc9421.ts INPUT',
  ]);
});

const texts: [string, string][] = [
  ['<a and spaces', `<a ${' '.repeat(MEGABYTE)}`],
  ...[
    '<',
    '<a ',
    '<b>',
    '<p>',
    '<a href=x>',
    '&',
    '&lt;',
    '>',
    '<!--',
    '</b',
    'a',
    ' ',
    '\n',
    '#',
    '#ก',
    '@a',
    '\u0e49',
    '((a+)+)$',
    'กข ',
  ].map((piece): [string, string] => [piece, piece.repeat(MEGABYTE / piece.length)]),
  ['tags that end elsewhere', '<b>'.repeat(MEGABYTE / 8) + '</i>'.repeat(MEGABYTE / 8)],
  ['as many as are read', '<b>'.repeat(4_900) + '</i>'.repeat(4_900)],
  ['mentions', '<a href="https://a.test/" class="mention">@a</a> '.repeat(MEGABYTE / 50)],
];

attack('T35', 'no megabyte of a stranger’s holds the node up in name, summary, title, tag or comment', async () => {
  const acts: [string, (text: string) => unknown][] = [
    ['sanitiseRemote', sanitiseRemote],
    ['plainText', plainText],
    ['mentions', (text) => stripLeadingMentions(sanitiseRemote(text))],
    ['plainToHtml', plainToHtml],
    ['wireTitle', wireTitle],
    ['excerpt', (text) => excerpt(text, { max: 200 })],
    ['hashtagsIn', hashtagsIn],
    ['tag', (text) => tagKey(wireTag(text) ?? '')],
    ['seriesFromTitle', seriesFromTitle],
    ['readThaiDate', readThaiDate],
  ];
  const slow: string[] = [];
  let worst = 0;
  for (const [what, text] of texts) {
    for (const [name, act] of acts) {
      const cost = costOf(() => act(text));
      worst = Math.max(worst, cost);
      if (cost >= MS_MAX) slow.push(`${name} of ${what}: ${Math.round(cost)} ms`);
    }
  }
  measured(
    `${texts.length * acts.length} megabytes through ${acts.length} acts; the dearest took ${Math.round(worst)} ms`,
  );
  expect(slow).toEqual([]);
  expect(sanitiseRemote('<p>คำ <b>หนา</b></p>')).toBe('<p>คำ <b>หนา</b></p>');
});

attack('T35', 'an author’s longest entry costs what its length costs, not the square of it', async () => {
  const options = { origin: 'https://wethi.example' };
  for (const [what, text] of texts) {
    const [half, whole] = [text.slice(0, 15_000), text.slice(0, 60_000)].map((part) =>
      costOf(() => renderMarkdown(part, options)),
    );
    // Four times the text: sixteen times the cost would be the square.
    expect([what, (whole ?? 0) < Math.max(MS_MAX, 8 * (half ?? 0))]).toEqual([what, true]);
  }
});
