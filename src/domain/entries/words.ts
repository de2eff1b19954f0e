// The words of an entry as a writer hands them in: checked, rendered and made ready to be kept.
import type { Db } from '../../storage/database.ts';
import type { EntryRow } from '../../storage/tables.ts';
import { unknownLicence } from '../blogs.ts';
import type { Clock } from '../clock.ts';
import { isLanguage } from '../language.ts';
import { isLicence } from '../licences.ts';
import type { Telling } from '../refusal.ts';
import { seriesTitled } from '../series.ts';
import { TAGS_MAX } from '../tags.ts';
import { excerpt, firstParagraph } from '../text/excerpt.ts';
import { tagKey, wireTag } from '../text/hashtags.ts';
import { renderMarkdown } from '../text/markdown.ts';
import { seriesFromTitle } from '../text/thai.ts';

/** What the writer gives. An empty highlight is taken from the first paragraph. */
export interface Words {
  title: string;
  highlight: string;
  /** Markdown. */
  source: string;
  tags: string[];
  series: string | null;
  part: number | null;
  licence: string;
  language: string;
}

export type WordsField = 'title' | 'highlight' | 'source' | 'tags' | 'series' | 'part' | 'licence' | 'language';
/** What keeps words from being taken, all at once. `blog` is where they were to stand. */
export interface Problem {
  field: WordsField | 'blog';
  telling: Telling;
}

const TITLE_MAX = 150;
const HIGHLIGHT_MAX = 500;
/** A GET of the object must stay below 1 MiB with its HTML (federation.md item 29). */
const SOURCE_BYTES_MAX = 400_000;
const HIGHLIGHT_DERIVED_MAX = 200;

/** Every problem with the words; empty when they may be kept as a draft, which may lack its text, or be published. */
export function problemsWith(words: Words, { as }: { as: 'draft' | 'published' }): Problem[] {
  const problems: Problem[] = [];
  const say = (field: WordsField, th: string, en: string) => problems.push({ field, telling: { th, en } });
  if (words.title.trim() === '') say('title', 'ใส่ชื่อบันทึก', 'give the entry a title');
  if ([...words.title.trim()].length > TITLE_MAX) {
    say(
      'title',
      `ชื่อยาวเกิน ${TITLE_MAX} ตัวอักษร ย้ายส่วนที่เหลือไปไว้ในข้อความเด่น`,
      `the title is over ${TITLE_MAX} characters; move the rest into the highlight`,
    );
  }
  if (as === 'published' && words.source.trim() === '')
    say('source', 'เขียนเนื้อหาอย่างน้อยหนึ่งบรรทัด', 'write at least one line of text');
  if (Buffer.byteLength(words.source) > SOURCE_BYTES_MAX) {
    say('source', 'เนื้อหายาวเกินไป แบ่งเป็นหลายตอนในชุดบันทึก', 'the text is too long; split it into parts of a series');
  }
  if ([...words.highlight].length > HIGHLIGHT_MAX) {
    say(
      'highlight',
      `ข้อความเด่นยาวเกิน ${HIGHLIGHT_MAX} ตัวอักษร ตัดให้สั้นลง`,
      `the highlight is over ${HIGHLIGHT_MAX} characters; shorten it`,
    );
  }
  const refused = words.tags.filter((tag) => wireTag(tag) === null);
  if (refused.length > 0) {
    say(
      'tags',
      `คำสำคัญใช้ไม่ได้: ${refused.join(' ')} ต้องมีตัวอักษร และไม่เกิน 34 ตัว`,
      `these tags cannot be used: ${refused.join(' ')}; a tag needs a letter and at most 34 characters`,
    );
  }
  if (new Set(words.tags.map(tagKey)).size > TAGS_MAX) {
    say('tags', `คำสำคัญได้ไม่เกิน ${TAGS_MAX} คำ`, `at most ${TAGS_MAX} tags`);
  }
  if (words.part !== null && !(Number.isInteger(words.part) && words.part >= 0 && words.part <= 99_999)) {
    say('part', 'ตอนที่ต้องเป็นจำนวนเต็ม', 'the part must be a whole number');
  }
  if (words.part !== null && (words.series === null || words.series.trim() === ''))
    say('series', 'ใส่ชื่อชุดของตอนนี้', 'name the series that this is a part of');
  if (!isLicence(words.licence)) problems.push({ field: 'licence', telling: unknownLicence(words.licence).telling });
  if (!isLanguage(words.language)) {
    say('language', 'รหัสภาษาต้องเป็นแบบ th หรือ en', 'the language must be a code like th or en');
  }
  return problems;
}

/** The columns that words become. Makes the series when it is new. */
export async function rowsOf(
  db: Db,
  { words, blog, origin, clock }: { words: Words; blog: string; origin: string; clock: Clock },
): Promise<
  Pick<
    EntryRow,
    'title' | 'highlight' | 'highlightDerived' | 'source' | 'html' | 'language' | 'licence' | 'series' | 'part'
  >
> {
  const html = renderMarkdown(words.source, { origin });
  const given = words.highlight.trim();
  const derived = given === '';
  const series = words.series === null || words.series.trim() === '' ? null : words.series;
  return {
    title: words.title.trim(),
    highlight: derived ? excerpt(firstParagraph(html), { max: HIGHLIGHT_DERIVED_MAX }) : given,
    highlightDerived: derived ? 1 : 0,
    source: Buffer.from(words.source),
    html: Buffer.from(html),
    language: words.language,
    licence: words.licence,
    series: series === null ? null : (await seriesTitled(db, { blog, title: series, clock })).id,
    part: series === null ? null : (words.part ?? seriesFromTitle(words.title)?.part ?? null),
  };
}
