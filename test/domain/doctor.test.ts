// What the doctor reads in the database: what is well, what waits, and what does not belong together.
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { examineDatabase } from '../../src/domain/doctor.ts';
import { tell } from '../../src/domain/happenings.ts';
import { setSetting } from '../../src/domain/settings.ts';
import { ORIGIN, openWorld, published, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => await world.close());

async function levels(origin = ORIGIN): Promise<Record<string, string>> {
  const findings = await examineDatabase(world.db, { origin, clock: world.clock });
  return Object.fromEntries(findings.map((finding) => [finding.check, finding.level]));
}

async function somethingHappens(): Promise<void> {
  const { db, blog, clock } = world;
  await tell(db, { verb: 'actor.revised', actor: blog.id, object: blog.id, clock });
}

describe('the doctor', () => {
  test('finds nothing wrong with a node that was just set up', async () => {
    expect(await levels()).toEqual({
      integrity: 'ok',
      schema: 'ok',
      origin: 'ok',
      clock: 'ok',
      telling: 'ok',
      queue: 'ok',
    });
  });

  test('finds a hub that does not listen', async () => {
    await setSetting(world.db, { key: 'websub-hub', value: 'https://hub.example/' });
    await published(world);
    expect(await levels()).toMatchObject({ hub: 'ok' });
    await world.db.updateTable('feedChanges').set({ reason: 'answered 404' }).execute();
    expect(await levels()).toMatchObject({ hub: 'warn' });
  });

  test('finds a database of another address', async () => {
    expect(await levels('https://other.example')).toMatchObject({ origin: 'bad' });
  });

  test('gives the running node ten minutes to tell what happened', async () => {
    await somethingHappens();
    expect(await levels()).toMatchObject({ telling: 'ok' });
    world.clock.pass({ minutes: 11 });
    expect(await levels()).toMatchObject({ telling: 'warn' });
  });

  test('finds a clock that runs behind what was written', async () => {
    await somethingHappens();
    world.clock.pass({ hours: -1 });
    expect(await levels()).toMatchObject({ clock: 'bad' });
  });

  test('finds what was given up', async () => {
    const { db, clock } = world;
    const activity = `${ORIGIN}/ap/activities/given-up`;
    await db
      .insertInto('activities')
      .values({
        id: activity,
        actor: world.blog.id,
        verb: 'x',
        object: activity,
        shown: 1,
        body: Buffer.from('{}'),
        created: '',
      })
      .execute();
    await db
      .insertInto('deliveries')
      .values({
        activity,
        inbox: 'https://gone.example/inbox',
        host: 'gone.example',
        state: 'dead',
        attempts: 9,
        reason: 'nobody answers',
        changed: clock.now(),
      })
      .execute();
    expect(await levels()).toMatchObject({ queue: 'warn' });
  });

  test('looks at nothing else when the steps of the database are not those of the program', async () => {
    await sql`delete from migrations where name like '0002%'`.execute(world.db);
    expect(await levels()).toEqual({ integrity: 'ok', schema: 'warn' });
    await sql`insert into migrations values ('9999_later', '2030-01-01T00:00:00.000Z')`.execute(world.db);
    expect(await levels()).toEqual({ integrity: 'ok', schema: 'bad' });
  });
});
