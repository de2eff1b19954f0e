// Who may see and do what: every viewer against every state.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPerson } from '../../src/domain/people.ts';
import {
  ANYONE,
  checkMayModerate,
  checkMayWrite,
  mayModerate,
  maySeeComment,
  maySeeEntry,
  mayWrite,
  type Viewer,
  viewerOf,
} from '../../src/domain/visibility.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const person = (role: 'administrator' | 'moderator' | 'author', blogs: string[] = []): Viewer => ({
  kind: 'person',
  id: 'somebody',
  role,
  blogs,
});

const VIEWERS: [string, Viewer, { write: boolean; moderate: boolean }][] = [
  ['anyone', ANYONE, { write: false, moderate: false }],
  ['an author of the blog', person('author', ['mine']), { write: true, moderate: true }],
  ['an author of another blog', person('author', ['another']), { write: false, moderate: false }],
  ['an author of no blog', person('author'), { write: false, moderate: false }],
  ['a moderator', person('moderator'), { write: false, moderate: true }],
  ['a moderator who writes there', person('moderator', ['mine']), { write: true, moderate: true }],
  ['an administrator', person('administrator'), { write: true, moderate: true }],
];

test.each(VIEWERS)('%s', (_, viewer, { write, moderate }) => {
  const entries = ['draft', 'published', 'withdrawn'].map((state) => maySeeEntry(viewer, { blog: 'mine', state }));
  const comments = ['held', 'shown', 'hidden', 'deleted'].map((state) => maySeeComment(viewer, 'mine', state));
  expect({ write: mayWrite(viewer, 'mine'), moderate: mayModerate(viewer, 'mine'), entries, comments }).toEqual({
    write,
    moderate,
    entries: [write, true, false],
    comments: [moderate, true, false, false],
  });
});

test.each(VIEWERS)('%s is let in or refused, with a reason', (_, viewer, { write, moderate }) => {
  const forbidden = expect.objectContaining({ kind: 'forbidden' });
  const refusal = (check: () => void) => {
    try {
      check();
      return 'none';
    } catch (error) {
      return error;
    }
  };
  expect(refusal(() => checkMayWrite(viewer, 'mine'))).toEqual(write ? 'none' : forbidden);
  expect(refusal(() => checkMayModerate(viewer, 'mine'))).toEqual(moderate ? 'none' : forbidden);
});

test('a person comes with the blogs they write in', async () => {
  const { db, author, blog, clock } = world;
  const other = await addPerson(db, {
    username: 'likhit',
    name: 'คุณลิขิต',
    role: 'author',
    password: 'จดไว้ในเวทีทุกวัน',
    clock,
  });
  expect(await viewerOf(db, { person: author })).toEqual({
    kind: 'person',
    id: author.id,
    role: 'administrator',
    blogs: [blog.id],
  });
  expect(await viewerOf(db, { person: other })).toMatchObject({ role: 'author', blogs: [] });
});
