// The licences that an entry may carry.
import { expect, test } from 'vitest';
import { isLicence, LICENCES, licenceLine, licenceUrl } from '../../src/domain/licences.ts';

test('each has its address and its line', () => {
  expect(LICENCES.map((licence) => [licenceUrl(licence), licenceLine(licence)])).toMatchInlineSnapshot(`
    [
      [
        null,
        "สงวนสิทธิ์ทุกประการ · All rights reserved",
      ],
      [
        "https://creativecommons.org/licenses/by/4.0/",
        "CC BY 4.0",
      ],
      [
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "CC BY-SA 4.0",
      ],
      [
        "https://creativecommons.org/licenses/by-nc/4.0/",
        "CC BY-NC 4.0",
      ],
      [
        "https://creativecommons.org/licenses/by-nd/4.0/",
        "CC BY-ND 4.0",
      ],
      [
        "https://creativecommons.org/licenses/by-nc-sa/4.0/",
        "CC BY-NC-SA 4.0",
      ],
      [
        "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        "CC BY-NC-ND 4.0",
      ],
    ]
  `);
});

test('what is not in the list is no licence, and has no address', () => {
  for (const text of ['', 'cc-by', 'cc-by-3.0', 'CC-BY-4.0', 'cc-by-sa-nd-4.0', 'toString']) {
    expect(isLicence(text)).toBe(false);
    expect(licenceUrl(text)).toBeNull();
    expect(licenceLine(text)).toContain('All rights reserved');
  }
});
