// What a clerk is told whose server does not let the program in: what is wrong, and what to do, in both languages.
import { expect, test } from 'vitest';
import { ready, withDatabase } from '../../src/cli/database.ts';
import { WrongConfiguration } from '../../src/cli/exits.ts';
import { readConfig } from '../../src/config.ts';
import { runsOn } from '../databases.ts';

async function refusal(address: string): Promise<WrongConfiguration> {
  const config = readConfig({ DATABASE_URL: address });
  const refused = await withDatabase(config, async () => 'open').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(WrongConfiguration);
  return refused as WrongConfiguration;
}

test('a server that does not answer is named without the password', async () => {
  const { telling } = await refusal('postgres://wethi:geheim@127.0.0.1:1/wethi');
  expect(telling.en).toBe(
    'PostgreSQL at 127.0.0.1:1 does not answer (postgres://wethi@127.0.0.1:1/wethi); start that server, or mend DATABASE_URL',
  );
  expect(telling.th).toContain('PostgreSQL ที่ 127.0.0.1:1 ไม่ตอบ');
});

test('a machine that nobody knows is named', async () => {
  const { telling } = await refusal('postgres://wethi@nowhere.invalid/wethi');
  expect(telling.en).toContain('there is no machine nowhere.invalid');
});

test.runIf(runsOn('postgres', 'a database that is missing on a server'))(
  'a database that is not there is made with the command that is told',
  async () => {
    const address = new URL(process.env.TEST_POSTGRES_URL ?? '');
    address.pathname = '/not_there';
    const { telling } = await refusal(address.href);
    expect(telling.en).toContain(
      `createdb --encoding=UTF8 --template=template0 --owner=${address.username || 'wethi'} not_there`,
    );
  },
);

test.each([
  ['28P01', 'refuses the user wethi'],
  ['42501', 'alter database words owner to wethi'],
])('%s says what to do', async (code, words) => {
  const config = readConfig({ DATABASE_URL: 'postgres://wethi@db.example/words' });
  const opening = ready(config, async () => {
    throw Object.assign(new Error('no'), { code });
  });
  await expect(opening).rejects.toMatchObject({ telling: { en: expect.stringContaining(words) } });
});

test('what goes wrong later is no fault of the configuration', async () => {
  const config = readConfig({ DATABASE_URL: 'sqlite::memory:' });
  const failing = ready(config, async () => {
    throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
  });
  await expect(failing).rejects.not.toBeInstanceOf(WrongConfiguration);
});
