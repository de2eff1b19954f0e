// Time as the database keeps it.
import { expect, test } from 'vitest';
import { instant, laterThan, standingClock, systemClock } from '../../src/domain/clock.ts';

test('a standing clock moves only when it is told to', () => {
  const clock = standingClock('2006-11-09T09:30:00+07:00');
  expect(instant(clock)).toBe('2006-11-09T02:30:00.000Z');
  clock.pass({ days: 7, milliseconds: 5 });
  expect(instant(clock)).toBe('2006-11-16T02:30:00.005Z');
  expect(clock.now()).toBe(Date.parse('2006-11-16T02:30:00.005Z'));
});

test('the system clock is the machine’s', () => {
  const before = Date.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
});

test('a later time is now, or a second after the last where now is not that late', () => {
  const last = '2026-11-23T03:00:00.500Z';
  expect(laterThan(last, '2026-11-23T04:00:00.000Z')).toBe('2026-11-23T04:00:00.000Z');
  expect(laterThan(last, '2026-11-23T03:00:00.900Z')).toBe('2026-11-23T03:00:01.500Z');
  expect(laterThan(last, '2026-11-22T03:00:00.000Z')).toBe('2026-11-23T03:00:01.500Z');
});
