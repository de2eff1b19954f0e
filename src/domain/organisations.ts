// The organisation that owns the node: set up once, shown everywhere, followable like a blog.
import type { Db } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { OrganisationRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';
import { checkHandle } from './handles.ts';
import { tell } from './happenings.ts';
import { keepKeys, newKeys } from './keys.ts';
import { checkLanguage } from './language.ts';
import { Refusal } from './refusal.ts';
import { fixOrigin } from './settings.ts';

export type Organisation = OrganisationRow;

/** Local actor ids that are not blogs. The instance actor signs what nobody in particular asks for. */
export const ORGANISATION = 'organisation';
export const INSTANCE = 'instance';

/** The organisation, or null before set-up. */
export async function organisation(db: Db): Promise<Organisation | null> {
  return (await owners(db, { id: ORGANISATION }))[0] ?? null;
}

const owners = prepared((db, { id }: { id: string }) =>
  db.selectFrom('organisations').selectAll().where('id', '=', id),
);

/**
 * Names the organisation, or renames it later; the handle is fixed by the first call, as is the node's origin.
 * @throws Refusal `invalid` for a bad handle or an empty name, `conflict` when the handle would change.
 */
export async function setOrganisation(
  db: Db,
  {
    name,
    handle,
    area,
    summary,
    language,
    origin,
    clock,
  }: {
    name: string;
    handle: string;
    area: string | null;
    summary?: string;
    language?: string;
    origin: string;
    clock: Clock;
  },
): Promise<void> {
  checkHandle(handle);
  if (language !== undefined) checkLanguage(language);
  if (name.trim() === '') {
    throw new Refusal('invalid', { th: 'ใส่ชื่อองค์กร', en: 'give the organisation a name' }, 'name');
  }
  const keys = [await newKeys(), await newKeys()] as const;
  await inTransaction(db, async (db) => {
    await fixOrigin(db, { origin });
    const standing = await organisation(db);
    if (standing === null) {
      await checkHandleFree(db, { handle });
      await db
        .insertInto('organisations')
        .values({
          id: ORGANISATION,
          name: name.trim(),
          handle,
          summary: summary?.trim() ?? '',
          area,
          language: language ?? 'th',
          created: instant(clock),
          version: 1,
        })
        .execute();
      await keepKeys(db, { owner: ORGANISATION, keys: keys[0], clock });
      await keepKeys(db, { owner: INSTANCE, keys: keys[1], clock });
      return;
    }
    if (standing.handle !== handle) throw handleFixed(standing.handle);
    await changeOrganisation(db, {
      changes: {
        name: name.trim(),
        area,
        summary: summary?.trim() ?? standing.summary,
        language: language ?? standing.language,
      },
      clock,
    });
  });
}

/** Changes what others see of the organisation's actor, and has its followers' servers look again. */
export async function changeOrganisation(
  db: Db,
  { changes, clock }: { changes: Partial<Organisation>; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const { version } = await db
      .updateTable('organisations')
      .set((e) => ({ ...changes, version: e('version', '+', 1) }))
      .where('id', '=', ORGANISATION)
      .returning('version')
      .executeTakeFirstOrThrow();
    await tell(db, { verb: 'actor.revised', actor: ORGANISATION, object: ORGANISATION, revision: version, clock });
  });
}

function handleFixed(handle: string): Refusal {
  return new Refusal(
    'conflict',
    {
      th: `ชื่อผู้ใช้ขององค์กรคือ @${handle} และเปลี่ยนไม่ได้ เพราะเซิร์ฟเวอร์อื่นจำชื่อนี้ไว้แล้ว`,
      en: `the organisation's handle is @${handle} and cannot change, because other servers remember it`,
    },
    'handle',
  );
}

/** @throws Refusal `conflict` when a blog or the organisation has this handle. */
export async function checkHandleFree(db: Db, { handle }: { handle: string }): Promise<void> {
  const blog = await db.selectFrom('blogs').select('id').where('handle', '=', handle).executeTakeFirst();
  const owner = await db.selectFrom('organisations').select('id').where('handle', '=', handle).executeTakeFirst();
  if (blog !== undefined || owner !== undefined) {
    throw new Refusal(
      'conflict',
      { th: `ชื่อผู้ใช้ "${handle}" มีแล้ว เลือกชื่ออื่น`, en: `the handle "${handle}" is taken; choose another` },
      'handle',
    );
  }
}
