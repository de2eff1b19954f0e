// What an address given to `comment add` and `like` names in this node's own database.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isOurs, placeHere } from '../../src/cli/places.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { ORIGIN, openWorld, published, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => await world.close());

describe('an address', () => {
  test('of a page and of an object name the same entry', async () => {
    const { db, blog } = world;
    const entry = await published(world);
    const place = { entry: entry.id, parent: null };
    for (const way of [path.entry(blog.handle, entry.number), path.article(entry.id)]) {
      expect(await placeHere(db, { origin: ORIGIN, url: absolute(ORIGIN, way) })).toEqual(place);
    }
  });

  test('as the browser shows a comment names that comment, not the entry above it', async () => {
    const { db, blog, clock } = world;
    const entry = await published(world);
    const place = { entry: entry.id, parent: null };
    const source = 'ถามหน่อย';
    const comment = await writeComment(db, { blog: blog.id, place, source, language: 'th', origin: ORIGIN, clock });
    const url = absolute(ORIGIN, path.comment(blog.handle, entry.number, comment.id));
    expect(await placeHere(db, { origin: ORIGIN, url })).toEqual({ entry: entry.id, parent: comment.id });
  });

  test('of this node that names nothing is refused, and another server is not asked', async () => {
    const { db } = world;
    const nowhere = absolute(ORIGIN, path.entry('nobody', 99));
    await expect(placeHere(db, { origin: ORIGIN, url: nowhere })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await placeHere(db, { origin: ORIGIN, url: 'https://example.social/@reader/1' })).toBeNull();
  });

  test('or a handle is ours only with our host', () => {
    expect(isOurs('@km@wethi.example', ORIGIN)).toBe(true);
    expect(isOurs('acct:km@WETHI.example', ORIGIN)).toBe(true);
    expect(isOurs('@km@not-wethi.example', ORIGIN)).toBe(false);
    expect(isOurs('https://wethi.example.evil.example/@km', ORIGIN)).toBe(false);
  });
});
