// `--wait SECONDS`: looks at the database until the running node has done its part, or the time is over.
import type { Config } from '../config.ts';
import { followingOf } from '../domain/following.ts';
import { isTold } from '../domain/happenings.ts';
import type { Db } from '../storage/database.ts';
import { EXIT } from './exits.ts';
import { say, sayWaiting } from './say.ts';

const LOOK_EVERY_MS = 250;

/** What `--wait` adds to a JSON result; nothing when it was not asked for. */
export type Told = { told: boolean } | Record<string, never>;

/**
 * Waits as long as `--wait` says until everything about `object` (a local id, or an id from afar) was told. What is not
 * told by then stays recorded and is told later, but the command counts as failed, so that scripts notice.
 */
export async function waitUntilTold(
  db: Db,
  { object, options, config }: { object: string; options: { wait?: number }; config: Config },
): Promise<Told> {
  if (options.wait === undefined) return {};
  sayWaiting({ th: 'รอให้เวทีบอกต่อ', en: 'waiting until it is told' }, config.language);
  const told = await cameTrue(options.wait, async () => await isTold(db, { object }));
  if (!told) {
    notYet(config, {
      th: `บันทึกไว้แล้ว แต่ใน ${options.wait} วินาทียังไม่ได้บอกต่อ`,
      en: `recorded, but not told within ${options.wait} seconds`,
    });
  }
  return { told };
}

/** How a request to follow stands after waiting as long as `--wait` says, or at once without it. */
export async function waitUntilAnswered(
  db: Db,
  { follower, actor, options, config }: { follower: string; actor: string; options: { wait?: number }; config: Config },
): Promise<'requested' | 'accepted' | 'rejected'> {
  const state = async () => (await followingOf(db, { follower, actor }))?.state ?? 'rejected';
  if (options.wait === undefined) return await state();
  sayWaiting({ th: 'รอคำตอบจากอีกฝั่ง', en: 'waiting for the other side to answer' }, config.language);
  await cameTrue(options.wait, async () => (await state()) !== 'requested');
  const answer = await state();
  if (answer === 'requested') {
    notYet(config, {
      th: `ขอติดตามแล้ว แต่ใน ${options.wait} วินาทียังไม่มีคำตอบ`,
      en: `asked to follow, but no answer within ${options.wait} seconds`,
    });
  }
  return answer;
}

function notYet(config: Config, { th, en }: { th: string; en: string }): void {
  process.exitCode = EXIT.failed;
  say(
    {
      th: `${th} ตรวจว่าเปิด wethi serve อยู่ และดู wethi queue status`,
      en: `${en}; check that wethi serve is running, and see wethi queue status`,
    },
    config.language,
  );
}

async function cameTrue(seconds: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + seconds * 1_000;
  while (true) {
    if (await holds()) return true;
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
