import { expect, test } from 'vitest';
import { LICENCES, licenceUrl } from '../../src/domain/licences.ts';
import { licenceChoices, licenceNamed } from '../../src/views/licences.ts';
import { en } from '../../src/views/messages/en.ts';
import { th } from '../../src/views/messages/th.ts';

/** Every key with its kind, as `entry.part: function`. */
function keys(node: object, prefix = ''): string[] {
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? keys(value, `${prefix}${key}.`)
      : [`${prefix}${key}: ${typeof value}`],
  );
}

test('English says everything that Thai says', () => {
  expect(keys(en)).toEqual(keys(th));
  expect(keys(en).length).toBeGreaterThan(150);
});

test('every phrase on a Thai page is Thai, and none on an English page but the way back', () => {
  const texts = (node: object): string[] =>
    Object.values(node).flatMap((value) =>
      typeof value === 'object' && value !== null ? texts(value) : typeof value === 'string' ? [value] : [],
    );
  const thai = /[\u0e01-\u0e5b]/;
  expect(texts(th).filter((text) => !thai.test(text))).toEqual(['English', '@you@your.server']);
  expect(texts(en).filter((text) => thai.test(text))).toEqual([en.shell.otherLanguage, en.tag.foldedHow]);
});

test('English counts one and many', () => {
  expect(en.count.comments(0)).toBe('No comments yet');
  expect(en.count.comments(1)).toBe('1 comment');
  expect(en.count.comments(7)).toBe('7 comments');
  expect(en.count.entries(1)).toBe('1 entry');
  expect(en.count.held(2)).toBe('2 comments held');
  expect(en.tag.lead(1, 1)).toBe('1 entry in this forum, and 1 post from other servers that we follow');
});

test('every licence of the domain has a name in both languages and the domain’s own address', () => {
  expect(licenceChoices('th').map(({ value }) => value)).toEqual([...LICENCES]);
  for (const licence of LICENCES) {
    expect(licenceNamed(licence, 'th').url).toBe(licenceUrl(licence));
    expect(licenceNamed(licence, 'en').name).not.toBe(licenceNamed(licence, 'th').name);
  }
});
