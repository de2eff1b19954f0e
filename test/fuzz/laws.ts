// The laws on text: what must hold of Markdown, sanitiser, Thai folds, excerpts and tags whatever they are given. Each throws
// where it does not hold.
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { excerpt, plainText, shortText, wireHighlight, wireTitle } from '../../src/domain/text/excerpt.ts';
import { hashtagsIn, parseTagField, tagKey, wireTag } from '../../src/domain/text/hashtags.ts';
import { literalMarkdown, renderMarkdown } from '../../src/domain/text/markdown.ts';
import { plainToHtml, sanitiseOwn, sanitiseRemote } from '../../src/domain/text/sanitise.ts';
import { foldText, seriesFromTitle } from '../../src/domain/text/thai.ts';
import { dangersIn } from './judge.ts';
import { anyText, markdownSoup } from './texts.ts';

const origin = 'https://wethi.test';
/** What one text of these lengths may cost, in milliseconds; they take less than one each. */
const PATIENCE_MS = 250;

/** A machine that is busy may hold anybody up once; what is slow of itself is so three times. */
function soon<T>(work: () => T): T {
  for (let tries = 1; ; tries++) {
    const start = performance.now();
    const done = work();
    const took = performance.now() - start;
    if (took < PATIENCE_MS) return done;
    assert.ok(tries < 3, `took ${took} ms`);
  }
}

const graphemes = new Intl.Segmenter('th', { granularity: 'grapheme' });

/** The laws by the names that they are reported under. */
export const LAWS: Record<string, fc.IRawProperty<unknown>> = {
  'Markdown comes out inert, the same when cleaned again, and soon': fc.property(markdownSoup, (source) => {
    const html = soon(() => renderMarkdown(source, { origin }));
    assert.deepEqual(dangersIn(html), []);
    assert.equal(sanitiseOwn(html, { origin }), html);
    assert.ok(html.isWellFormed());
  }),
  'HTML from afar comes out inert, the same when cleaned again, and soon': fc.property(markdownSoup, (html) => {
    const safe = soon(() => sanitiseRemote(html));
    assert.deepEqual(dangersIn(safe), []);
    assert.equal(sanitiseRemote(safe), safe);
    assert.ok(safe.isWellFormed());
  }),
  'plain text stays text': fc.property(markdownSoup, (text) => {
    assert.deepEqual(dangersIn(plainToHtml(text)), []);
    assert.doesNotMatch(plainToHtml(text), /<(?!\/?p>|br \/>)/);
  }),
  'a literal line of Markdown shows no mark that it did not have': fc.property(anyText, (text) => {
    // Trimmed, as the reader of old pages hands lines on.
    const line = text.replace(/[\r\n\u2028\u2029]/g, ' ').trim();
    assert.doesNotMatch(
      renderMarkdown(literalMarkdown(line), { origin }),
      /<(?:h\d|ul|ol|blockquote|em|strong|img|hr|del)\b/,
    );
  }),
  'a fold is its own fold, and one text for all its forms': fc.property(anyText, (text) => {
    assert.equal(foldText(foldText(text)), foldText(text));
    const whole = text.toWellFormed();
    assert.equal(foldText(whole.normalize('NFD')), foldText(whole));
  }),
  'an excerpt keeps its room, whole graphemes and whole characters': fc.property(
    anyText,
    fc.integer({ min: 1, max: 80 }),
    (text, max) => {
      const whole = excerpt(text, { max: 100_000 });
      const short = excerpt(text, { max });
      assert.ok([...graphemes.segment(short)].length <= max);
      assert.ok(short.isWellFormed());
      if (short === whole) return;
      assert.ok(short.endsWith('…'));
      const ends = new Set([0, ...[...graphemes.segment(whole)].map(({ index, segment }) => index + segment.length)]);
      const kept = short.slice(0, -1);
      assert.ok(whole.startsWith(kept) && ends.has(kept.length), `cut inside a grapheme: ${JSON.stringify(short)}`);
    },
  ),
  'what travels keeps its units, and is one line of whole characters': fc.property(anyText, (text) => {
    for (const [wire, max] of [
      [wireHighlight(text), 500],
      [wireTitle(text), 150],
    ] as const) {
      assert.ok(wire.length <= max && wire.isWellFormed());
      assert.doesNotMatch(wire, /[\r\n<>]/);
    }
    assert.ok(shortText(text, { units: 40 }).length <= 40);
  }),
  'the words of any HTML are found without a mark of it': fc.property(markdownSoup, (html) => {
    assert.equal(typeof plainText(html), 'string');
    assert.ok(plainText(html).isWellFormed());
  }),
  'a tag is one key in all its spellings, and sent as it is keyed': fc.property(anyText, (text) => {
    assert.equal(tagKey(tagKey(text)), tagKey(text));
    for (const tag of [...hashtagsIn(text), ...parseTagField(text).tags]) {
      assert.equal(wireTag(tag), tag);
      assert.notEqual(tagKey(tag), '');
      assert.match(tag, /^[\p{L}\p{M}\p{N}_]+$/u);
      assert.ok(tag.isWellFormed());
    }
    const keys = parseTagField(text).tags.map(tagKey);
    assert.equal(new Set(keys).size, keys.length);
  }),
  'a series has a title and a part, whatever the title': fc.property(anyText, (text) => {
    const series = seriesFromTitle(`${text} ตอนที่ 3`);
    assert.ok(series === null || (series.title !== '' && series.part > 0));
  }),
};
