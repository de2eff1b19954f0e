// What holds for every page in both languages: no script or style of its own, one frame, links that keep the language.
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entryPage } from '../../src/views/entry-page.ts';
import { seriesPage } from '../../src/views/series-page.ts';
import { setUpPage } from '../../src/views/set-up-page.ts';
import { signInPage } from '../../src/views/sign-in-page.ts';
import { withoutData } from '../data-blocks.ts';
import { everyPage } from './pages.ts';
import { blogProps, entryProps, item, seed, setUpProps, shellFor } from './samples.ts';

const LANGUAGES = ['th', 'en'] as const;
const every = LANGUAGES.flatMap((language) =>
  Object.entries(everyPage(language)).map(([name, page]) => ({ language, name, page: String(page) })),
);

/** The attributes of every tag; what people wrote stands outside of them. */
function tags(page: string): string[] {
  return page.match(/<[a-z!/][^>]*>/gi) ?? [];
}

test('no page carries a script, a style of its own or a handler', () => {
  for (const { name, page } of every) {
    expect(withoutData(page), name).not.toMatch(/<script|<style|javascript:/i);
    expect(
      tags(page).filter((tag) => /\s(?:style|on[a-z]+)\s*=/i.test(tag)),
      name,
    ).toEqual([]);
  }
});

test('every page has its language, one heading of the first level, a way past the bar and no id twice', () => {
  for (const { language, name, page } of every) {
    expect(page, name).toContain(`<html lang="${language}">`);
    expect(page.match(/<h1\b/g), name).toHaveLength(1);
    expect(page, name).toContain('<a class="skip" href="#main">');
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length, name).toBe(new Set(ids).size);
  }
});

test('every link to a place on the page and every label leads to something', () => {
  for (const { name, page } of every) {
    const targets = [...page.matchAll(/\s(?:href="#|for="|aria-labelledby="|list=")([^"]*)"/g)].map(([, id]) => id);
    const described = [...page.matchAll(/aria-describedby="([^"]*)"/g)].flatMap(([, ids]) => ids?.split(' ') ?? []);
    expect(
      [...targets, ...described].filter((id) => !page.includes(` id="${id}"`)),
      name,
    ).toEqual([]);
  }
});

test('every link and form keeps the language, but for the one that changes it', () => {
  for (const { language, name, page } of every) {
    const inner = tags(page.slice(page.indexOf('<body>')))
      .filter((tag) => !tag.includes('hreflang'))
      .flatMap((tag) => tag.match(/(?:href|action)="(\/[^"]*)"/)?.[1] ?? []);
    expect(inner.length, name).toBeGreaterThan(3);
    expect(
      inner.filter((address) => address.startsWith('/en/') !== (language === 'en')),
      name,
    ).toEqual([]);
    const other = page.match(/<a class="tool" href="([^"]*)" hreflang="(\w+)" lang="(\w+)"/);
    expect(other?.[2], name).toBe(language === 'th' ? 'en' : 'th');
    expect(other?.[1]?.startsWith('/en/'), name).toBe(language === 'th');
  }
});

test('the feeds of a page stand where people see them, the same that its head names', () => {
  for (const wanted of ['home', 'blog', 'tag', 'series']) {
    for (const { name, page } of every.filter(({ name }) => name === wanted)) {
      const inHead = [...page.matchAll(/<link rel="alternate" type="([^"]+)" title="[^"]*" href="([^"]+)">/g)];
      const shown = [...page.matchAll(/<a class="plain" type="([^"]+)" href="([^"]+)">(?:RSS|Atom|JSON Feed)<\/a>/g)];
      const addresses = (links: RegExpMatchArray[]) => links.map(([, type, address]) => `${type} ${address}`);
      expect(addresses(shown), name).toHaveLength(3);
      expect(addresses(shown), name).toEqual(addresses(inHead));
    }
  }
});

test('in practice mode every page says so, and only then', () => {
  const { page = '' } = every.find(({ name }) => name === 'home-empty') ?? {};
  expect(page).toContain('โหมดฝึก: ยังไม่มีอะไรถูกส่งออกไปข้างนอก');
  expect(every.filter(({ name, page }) => name === 'entry' && page.includes('class="practice"'))).toEqual([]);
});

test('Thai words on an English page say that they are Thai', () => {
  const { page = '' } = every.find(({ language, name }) => language === 'en' && name === 'entry') ?? {};
  expect(page).toContain('<h1 lang="th">');
  expect(page).toContain('<div class="prose" lang="th">');
  expect(page).toContain('<div class="text" lang="th">');
});

test('the first view of the entry weighs no more than 150 kB', () => {
  const file = (name: string) => new URL(`../../src/public/${name}`, import.meta.url);
  const { page = '' } = every.find(({ name }) => name === 'entry-author') ?? {};
  const faces = readFileSync(file('wethi.css'), 'utf8').match(/fonts\/[a-z0-9-]+\.woff2/g) ?? [];
  expect(faces).toHaveLength(4);
  const files = [...faces, 'wethi.css', 'mark.svg'].map((name) => statSync(file(name)).size);
  expect(files.reduce((sum, size) => sum + size, Buffer.byteLength(page))).toBeLessThanOrEqual(150_000);
});

test('a field that is wrong says so, is named in the summary and keeps what was typed', () => {
  const page = String(
    setUpPage(shellFor('en', '/set-up', { organisation: null }), {
      ...setUpProps,
      values: { ...setUpProps.values, blogHandle: 'Bang Chak' },
      errors: { blogHandle: 'only a-z' },
    }),
  );
  expect(page).toContain('role="alert"');
  expect(page).toContain('<a href="#blogHandle">Account name of the blog</a>: only a-z');
  expect(page).toMatch(/<input name="blogHandle" value="Bang Chak" id="blogHandle"[^>]* aria-invalid="true"/);
  expect(page).toContain('aria-describedby="blogHandle-hint blogHandle-error"');
  expect(page).toContain('<span class="error" id="blogHandle-error">only a-z</span>');
});

test('a password never comes back', () => {
  const page = String(
    signInPage(shellFor('th', '/sign-in'), {
      values: { username: 'likhit' },
      next: null,
      sent: null,
      problem: { kind: 'wrong' },
    }),
  );
  expect(page).toContain('value="likhit"');
  expect(page).toMatch(/<input name="password" value="" /);
});

test('a series shows the numbers that are not here', () => {
  const page = String(
    seriesPage(shellFor('th', '/series/s'), {
      id: 's',
      title: seed.series,
      blog: blogProps.blog,
      parts: [
        { ...item, part: 6 },
        { ...item, part: 7 },
        { ...item, part: 9 },
      ],
    }),
  );
  const numbers = [...page.matchAll(/<span class="n">([^<]*)</g)].map(([, number]) => number);
  expect(numbers).toEqual(['1–5', '6', '7', '8', '9']);
  expect(page).toContain('อยู่ในเวทีนี้ 3 ตอน จากทั้งหมด 9 ตอน');
});

test('an entry is passed on by LINE with its short address', () => {
  const page = String(entryPage(shellFor('th', '/'), entryProps()));
  expect(page).toContain(
    'href="https://social-plugins.line.me/lineit/share?url=https%3A%2F%2Fwethi.example%2F%40khunamnuay_muang%2F58082"',
  );
});

test('a part of a series names its place, its neighbours in head and foot, and the numbers between that are not here', () => {
  const props = entryProps();
  const series = {
    id: 's',
    title: seed.series,
    part: 9,
    last: 12,
    previous: { number: 57350, part: 7, title: 'ตอนที่7' },
    next: { number: 59001, part: null, title: 'ภาคผนวก' },
  };
  const page = (given: typeof series | { previous: null; next: null }, language: 'th' | 'en' = 'th') =>
    String(entryPage(shellFor(language, '/'), { ...props, series: { ...series, ...given } }));
  const middle = page(series);
  expect(middle).toContain('ตอนที่ 9 จาก 12');
  expect(middle).toContain(
    '<link rel="prev" href="/@khunamnuay_muang/57350"><link rel="next" href="/@khunamnuay_muang/59001">',
  );
  expect(middle).toContain('href="/@khunamnuay_muang/57350" rel="prev"');
  expect(middle).toContain('href="/@khunamnuay_muang/59001" rel="next"');
  expect(middle).toContain('ตอนที่ 8 ยังไม่มีในเวทีนี้');
  expect(middle).toContain('ภาคผนวก');
  const alone = page({ previous: null, next: null }, 'en');
  expect(alone).toContain('Part 9 of 12');
  expect(alone).toContain('Parts 1–8 are not here yet');
  expect(alone).not.toContain('rel="prev"');
});
