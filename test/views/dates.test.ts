import { expect, test } from 'vitest';
import { clockTime, longMoment, monthName, shortDate, shortMoment, yearName } from '../../src/views/dates.ts';

const WRITTEN = '2006-11-09T02:30:00.000Z';

test('a Thai page dates in the Buddhist era and the time of Thailand', () => {
  expect(String(longMoment('th', WRITTEN))).toBe(
    `<time datetime="${WRITTEN}"><span class="nb">9 พฤศจิกายน 2549</span> <span class="nb">09:30 น.</span></time>`,
  );
  expect(String(shortDate('th', WRITTEN))).toContain('>9 พ.ย. 2549<');
  expect(String(shortMoment('th', WRITTEN))).toContain('>9 พ.ย. 2549 · 09:30<');
  expect(clockTime('th', WRITTEN)).toBe('09:30 น.');
});

test('an English page dates in the common era', () => {
  const text = String(longMoment('en', WRITTEN)).replace(/<[^>]*>/g, '');
  expect(text).toBe('9 November 2006, 09:30');
  expect(String(shortDate('en', WRITTEN))).toContain('>9 Nov 2006<');
});

test('an instant late in the evening of UTC is the next day in Thailand, and midnight is 00', () => {
  expect(String(shortMoment('th', '2012-12-31T17:00:00.000Z'))).toContain('>1 ม.ค. 2556 · 00:00<');
});

test('a year stands in its own era on Thai pages, and in both on English ones', () => {
  const newYear = '2005-12-31T17:00:00.000Z';
  expect([yearName('th', newYear), yearName('en', newYear)]).toEqual(['พ.ศ. 2549', '2006 (B.E. 2549)']);
  expect([monthName('th', newYear), monthName('en', newYear)]).toEqual(['มกราคม', 'January']);
});
