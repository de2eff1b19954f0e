// Behind a TLS proxy that writes a Host of its own: the request is rebuilt on the origin that the world sees.
import { expect, test } from 'vitest';
import { createOf, noteOf } from '../federation/scripted.ts';
import { accepted, letterOf, openArena, refused } from './arena.ts';

test('a letter signed for our origin is taken whatever Host the trusted proxy writes, one signed for another is not', async () => {
  const arena = await openArena({ trustProxy: true });
  try {
    const letter = () => letterOf(arena, arena.victim, createOf(arena.victim, noteOf(arena.victim, arena.entryId)));
    const honest = letter();
    await accepted(arena, { ...honest, headers: { ...honest.headers, host: 'backend.internal:8000' } });
    const foreign = letterOf(arena, arena.victim, createOf(arena.victim, noteOf(arena.victim, arena.entryId)), {
      url: arena.node.inbox.replace(new URL(arena.node.origin).host, 'other.example'),
    });
    expect(await refused(arena, { ...foreign, url: arena.node.inbox })).toBe(401);
  } finally {
    await arena.close();
  }
});

test('without a trusted proxy another Host is refused', async () => {
  const arena = await openArena();
  try {
    const honest = letterOf(arena, arena.victim, createOf(arena.victim, noteOf(arena.victim, arena.entryId)));
    expect(await refused(arena, { ...honest, headers: { ...honest.headers, host: 'backend.internal:8000' } })).toBe(
      401,
    );
    await accepted(arena, honest);
  } finally {
    await arena.close();
  }
});
