import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readThaiDate } from '../../../src/domain/text/dates.ts';

test.each([
  ['09 Nov 2006 @ 09:30', '2006-11-09T02:30:00.000Z'],
  ['11 Feb 2012 @ 16:17', '2012-02-11T09:17:00.000Z'],
  ['9 November 2006', '2006-11-08T17:00:00.000Z'],
  ['๙ พฤศจิกายน ๒๕๔๙', '2006-11-08T17:00:00.000Z'],
  ['9 พ.ย. 49', '2006-11-08T17:00:00.000Z'],
  ['9 พ.ย. 2549 09:30', '2006-11-09T02:30:00.000Z'],
  ['9\u00a0พ.ย. 2549\u00a0 เวลา 9.30 น.', '2006-11-09T02:30:00.000Z'],
  ['9/11/2549', '2006-11-08T17:00:00.000Z'],
  ['09-11-2006 09:30', '2006-11-09T02:30:00.000Z'],
  ['20 ก.ค.49', '2006-07-19T17:00:00.000Z'],
  ['วันพฤหัสบดีที่ 9 พฤศจิกายน พ.ศ. 2549 เวลา 09:30', '2006-11-09T02:30:00.000Z'],
  ['1 ม.ค. ค.ศ. 2007', '2006-12-31T17:00:00.000Z'],
  ['29 ก.พ. 2551', '2008-02-28T17:00:00.000Z'],
])('%s', (text, instant) => {
  expect(readThaiDate(text)).toBe(instant);
});

test.each([
  '31 ก.พ. 2549',
  '29 ก.พ. 2549',
  '0 พ.ย. 2549',
  '9/13/2549',
  '9 พ.ย. 2549 24:00',
  '9 พ.ย. 2549 09:60',
  '9 ต.ย. 2549',
  '9 พ.ย. 549',
  '9 พ.ย. 2300',
  'May 2006',
  'เมื่อวาน',
  '1',
  '',
  '2006',
])('%j is no date', (text) => {
  expect(readThaiDate(text)).toBeNull();
});

test('every day of a century and a half reads back, in Thai as the browser writes it', () => {
  const shown = new Intl.DateTimeFormat('th-TH-u-nu-thai', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: 'Asia/Bangkok',
  });
  const minute = fc.integer({ min: Date.UTC(1945) / 60_000, max: Date.UTC(2100) / 60_000 });
  fc.assert(
    fc.property(minute, (at) => {
      const date = new Date(at * 60_000);
      expect(readThaiDate(shown.format(date))).toBe(date.toISOString());
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect([null, 'string']).toContain(readThaiDate(text) === null ? null : 'string');
    }),
  );
});
