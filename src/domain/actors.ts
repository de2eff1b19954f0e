// Who others are elsewhere: what we keep of actors from afar, as plain data.
import type { Db } from '../storage/database.ts';
import type { ActorRow } from '../storage/tables.ts';
import { type Clock, instant } from './clock.ts';
import { shortText } from './text/excerpt.ts';

/** What the federation ring hands in after it verified and fetched. All URLs absolute, texts plain. */
export type KnownActor = Omit<ActorRow, 'fetched' | 'gone' | 'movedTo' | 'moved'>;

/** Longest texts kept of somebody else's profile, in UTF-16 units (security.md T38). */
const NAME_MAX = 200;
const SUMMARY_MAX = 2_000;

/** Keeps or renews an actor. One that was gone comes back to life: its server vouched for it again. */
export async function rememberActor(db: Db, { actor, clock }: { actor: KnownActor; clock: Clock }): Promise<void> {
  const row = {
    ...actor,
    name: shortText(actor.name, { units: NAME_MAX }),
    summary: shortText(actor.summary, { units: SUMMARY_MAX }),
    fetched: instant(clock),
    gone: null,
  };
  const { id: _, ...renewed } = row;
  await db
    .insertInto('actors')
    .values({ ...row, movedTo: null, moved: null })
    .onConflict((c) => c.column('id').doUpdateSet(renewed))
    .execute();
}

/** An actor by id, or null. */
export async function knownActor(db: Db, { id }: { id: string }): Promise<ActorRow | null> {
  return (await db.selectFrom('actors').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** An actor as who they are now: the account that they moved to, if they did; or null. */
export async function actorNow(db: Db, { id }: { id: string }): Promise<ActorRow | null> {
  const actor = await knownActor(db, { id });
  if (actor === null || actor.movedTo === null) return actor;
  return (await knownActor(db, { id: actor.movedTo })) ?? actor;
}

/** The actors whom `account` may mean: a handle like `@user@host`, an id or a profile's address. */
export async function actorsNamed(
  db: Db,
  { account }: { account: string },
): Promise<Pick<ActorRow, 'id' | 'handle' | 'host'>[]> {
  const [handle = '', host = ''] = account.replace(/^(acct:|@)/, '').split('@');
  return await db
    .selectFrom('actors')
    .select(['id', 'handle', 'host'])
    .where((e) =>
      e.or([
        e('id', '=', account),
        e('url', '=', account),
        e.and([e('handle', '=', handle), e('host', '=', host.toLowerCase())]),
      ]),
    )
    .limit(10)
    .execute();
}

/** Whether anything is kept of this actor. */
export async function knowsActor(db: Db, { id }: { id: string }): Promise<boolean> {
  return (await knownActor(db, { id })) !== null;
}
