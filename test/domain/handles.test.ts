// Names that other servers can say.
import { expect, test } from 'vitest';
import { checkHandle } from '../../src/domain/handles.ts';
import { Refusal } from '../../src/domain/refusal.ts';

test.each(['a', 'bang_chak', 'moo_9', '9', '_', 'x'.repeat(30)])('§15.16 %s will do', (handle) => {
  expect(() => checkHandle(handle)).not.toThrow();
});

test.each([
  '',
  'Bang_Chak',
  'บางจาก',
  'bang-chak',
  'bang.chak',
  '-bang',
  'bang-',
  '.bang',
  'bang.',
  'bang chak',
  '@bang_chak',
  'bang_chak\n',
  'é',
  'x'.repeat(31),
  'admin',
  'administrator',
  'instance',
  'root',
  'support',
  'webmaster',
  'wethi',
  'en',
  'ap',
  'null',
])('§15.16 %j will not, and the refusal says so at its field in both languages', (handle) => {
  let refusal: unknown;
  try {
    checkHandle(handle);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({
    kind: 'invalid',
    field: 'handle',
    telling: { th: expect.stringContaining(handle), en: expect.stringContaining(handle) },
  });
});
