// The page of reports: whom it is for, what it shows, and that a report is done with when somebody has looked.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson } from '../../../src/domain/people.ts';
import { reportsReading, reportsWaiting } from '../../../src/domain/reading/reports.ts';
import { markSeen, receiveReport } from '../../../src/domain/reports.ts';
import { plainToHtml } from '../../../src/domain/text/sanitise.ts';
import { ANYONE, viewerOf } from '../../../src/domain/visibility.ts';
import { path } from '../../../src/urls.ts';
import { commented, meet, published, reader } from '../../world.ts';
import { type Browser, openDoors } from '../doors.ts';

const SAID = 'หลอกขายของ <script>alert(1)</script>';
const moderator = { username: 'khunlikhit', name: 'คุณลิขิต', password: 'กองปุ๋ยร้อนหกสิบสององศา' };
const author = { username: 'khunkit', name: 'คุณกิจ', password: 'กองปุ๋ยร้อนหกสิบสององศา' };

let node: Awaited<ReturnType<typeof openDoors>>;
let administrator: Browser;
let looking: Browser;
let writing: Browser;
let nobody: Browser;

beforeAll(async () => {
  node = await openDoors();
  const { db, clock } = node.world;
  await addPerson(db, { ...moderator, role: 'moderator', clock });
  await addPerson(db, { ...author, role: 'author', clock });
  [administrator, looking, writing, nobody] = [1, 2, 3, 4].map(() => node.doors.browser()) as [
    Browser,
    Browser,
    Browser,
    Browser,
  ];
  await administrator.signIn();
  await looking.signIn(moderator.username, moderator.password);
  await writing.signIn(author.username, author.password);
}, 60_000);
afterAll(() => node.close());

let count = 0;

/** A report about an entry, a comment and the blog. */
async function reported(): Promise<string> {
  const { db, clock, blog } = node.world;
  await meet(node.world, reader);
  const entry = await published(node.world, { title: 'บันทึกที่ถูกรายงาน' });
  const uri = `https://example.social/notes/${++count}`;
  const comment = await commented(node.world, { actor: reader, entry, uri, html: plainToHtml('ซื้อเลยวันนี้') });
  const activity = `https://example.social/flags/${count}`;
  const subjects = [
    { kind: 'actor' as const, subject: blog.id },
    { kind: 'entry' as const, subject: entry.id },
    { kind: 'comment' as const, subject: comment.id },
  ];
  await receiveReport(db, { activity, actor: reader.id, content: SAID, subjects, clock });
  return (await db.selectFrom('reports').select('id').where('activity', '=', activity).executeTakeFirstOrThrow()).id;
}

describe('T56: a report', () => {
  test('is shown to administrators and moderators, with what it is about, and nothing in it runs', async () => {
    await reported();
    for (const browser of [administrator, looking]) {
      const page = await browser.get(path.reports());
      const text = await page.text();
      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
      for (const shown of ['หลอกขายของ', 'ถูกรายงาน', 'ซื้อเลยวันนี้', 'example.social']) expect(text).toContain(shown);
      expect(text).not.toContain('<script>alert');
      expect(await (await browser.get(path.desk())).text()).toContain(`href="${path.reports()}"`);
    }
  });

  test('is shown to nobody else, and its page and its button look as if they never were', async () => {
    const id = await reported();
    const asked = await writing.get(path.reports());
    expect([asked.status, (await asked.text()).includes('หลอกขายของ')]).toEqual([404, false]);
    const away = await nobody.get(path.reports());
    expect([away.status, away.headers.get('location')]).toEqual([303, path.signInThen(path.reports())]);
    expect((await nobody.post(path.report(id), {})).status).toBe(401);
    const [there, never] = [await writing.post(path.report(id), {}), await writing.post(path.report('nothing'), {})];
    expect([there.status, await there.text()].map(String).join().replaceAll(id, 'nothing')).toBe(
      [never.status, await never.text()].join(),
    );
    expect(await (await writing.get(path.desk())).text()).not.toContain(path.reports());
    const { db } = node.world;
    const person = await db
      .selectFrom('people')
      .selectAll()
      .where('username', '=', author.username)
      .executeTakeFirstOrThrow();
    for (const viewer of [ANYONE, await viewerOf(db, { person })]) {
      expect(await reportsReading(db, { viewer, which: 'new', limit: 10 })).toEqual([]);
      expect(await reportsWaiting(db, { viewer })).toBeNull();
      await expect(markSeen(db, { id, viewer, clock: node.world.clock })).rejects.toMatchObject({ kind: 'not-found' });
    }
  });

  test('stands in no public answer', async () => {
    await reported();
    const entries = await node.world.db.selectFrom('entries').select(['id', 'number']).execute();
    const places = [path.home(), path.blogs(), path.blog(node.world.blog.handle)];
    places.push(...entries.map(({ number }) => path.entry(node.world.blog.handle, number)));
    for (const place of places) expect(await (await nobody.get(place)).text(), place).not.toContain('หลอกขายของ');
  });
});

test('a report that somebody looked at waits no more, and keeps who looked first', async () => {
  const { db } = node.world;
  const id = await reported();
  const waiting = await db.selectFrom('reports').select('id').where('seen', 'is', null).execute();
  const answer = await looking.post(path.report(id), {});
  expect([answer.status, answer.headers.get('location')]).toEqual([303, path.reports()]);
  expect((await administrator.post(path.report(id), {})).status).toBe(303);
  const row = await db
    .selectFrom('reports')
    .innerJoin('people', 'people.id', 'reports.seenBy')
    .select(['people.username', 'reports.seen'])
    .where('reports.id', '=', id)
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ username: moderator.username, seen: '2026-11-23T03:00:00.000Z' });
  const left = await db.selectFrom('reports').select('id').where('seen', 'is', null).execute();
  expect(left).toHaveLength(waiting.length - 1);
  expect((await administrator.post(path.report('nothing'), {})).status).toBe(404);
});
