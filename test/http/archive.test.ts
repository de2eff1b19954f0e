// The archive's pages: years and months lead to entries, in both languages, for the node and for each blog.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { path } from '../../src/urls.ts';
import { ORIGIN, published, withSeed } from '../world.ts';
import { openDoors } from './doors.ts';

let at: Awaited<ReturnType<typeof openDoors>>;
beforeEach(async () => {
  at = await openDoors();
  await withSeed(at.world, ORIGIN);
  await published(at.world);
});
afterEach(() => at.close());

const page = async (address: string) => await (await at.doors.browser().get(address)).text();

test('from the front page by year and month to the seed', async () => {
  expect(await page('/')).toContain('href="/archive"');
  expect(await page('/archive')).toContain('href="/archive/2549">พ.ศ. 2549</a>');
  const year = await page('/archive/2549');
  expect(year).toContain('<h1>พ.ศ. 2549</h1>');
  const month = year.match(/href="([^"]*)">พฤศจิกายน</)?.[1] ?? '';
  expect(await page(month)).toContain(`href="${path.entry(at.world.blog.handle, 1)}"`);
});

test('an English page says both eras, and keeps the Buddhist one in its addresses', async () => {
  expect(await page('/en/archive')).toContain('href="/en/archive/2549">2006 (B.E. 2549)</a>');
  expect(await page('/en/archive/2549')).toContain('November');
});

test('a blog has its own, and who is no blog has none', async () => {
  const { handle } = at.world.blog;
  expect(await page(path.blog(handle))).toContain(`href="/@${handle}/archive"`);
  expect(await page(path.blogArchive(handle))).toContain(`href="/@${handle}/archive/2549"`);
  expect(await page(path.blogArchiveYear(handle, 2549))).toContain(path.entry(handle, 1));
  for (const address of ['/@nobody/archive', '/@nobody/archive/2549', '/archive/2006', '/archive/25490']) {
    expect((await at.doors.browser().get(address)).status, address).toBe(404);
  }
});
