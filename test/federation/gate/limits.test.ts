// What is answered without a look at the signature: what came before, Deletes of strangers (T40), keys that cannot be fetched,
// and whoever brings too much.
import { describe, expect, test } from 'vitest';
import { headersOf } from '../../../src/federation/gate/reply.ts';
import { signCavage } from '../peer.ts';
import { activity, createNote, INBOX, NOW, openDesk, peer, statusOf } from './desk.ts';

const letterOf = (document: unknown) => signCavage(peer, { url: INBOX, activity: document, at: NOW });
const letter = letterOf(createNote());
const KEY = peer.keyId;

describe('202 without further work', () => {
  const goodbye = letterOf(activity('Delete', peer.actor));

  test('an unknown actor that deletes itself is acknowledged (T40)', async () => {
    const unknown: string[] = [];
    const { admit } = openDesk({
      knowsActor: async (actor) => {
        unknown.push(actor);
        return false;
      },
    });
    const admission = await admit(goodbye);
    expect(statusOf(admission)).toBe(202);
    expect(unknown).toEqual([peer.actor]);
  });

  test('so is one that sends itself as an object', async () => {
    const { admit } = openDesk({ knowsActor: async () => false });
    expect(statusOf(await admit(letterOf(activity('Delete', { id: peer.actor, type: 'Person' }))))).toBe(202);
  });

  test('a known actor that deletes itself comes in', async () => {
    expect(statusOf(await openDesk().admit(goodbye))).toBe(200);
  });

  test('an unknown actor that deletes something else comes in', async () => {
    const { admit } = openDesk({ knowsActor: async () => false });
    expect(statusOf(await admit(letterOf(activity('Delete', 'https://peer.example/notes/1'))))).toBe(200);
  });

  test('a storm of such Deletes does not use up its sender’s share', async () => {
    const { admit } = openDesk({ knowsActor: async () => false, limits: { addressPerMinute: 3 } });
    for (let n = 0; n < 10; n++) expect(statusOf(await admit(goodbye))).toBe(202);
    expect(statusOf(await admit(letter))).toBe(200);
  });

  test('an activity that was applied before is acknowledged, by id and actor', async () => {
    const { admit } = openDesk({
      seen: async ({ id, actor }) => id === 'https://peer.example/notes/1/activity' && actor === peer.actor,
    });
    expect(statusOf(await admit(letter))).toBe(202);
    expect(statusOf(await admit(letterOf(createNote({ id: 'https://peer.example/a/2' }))))).toBe(200);
  });
});

describe('429', () => {
  test('§15.97 an address that passes its share waits, another does not', async () => {
    const { admit } = openDesk({ limits: { addressPerMinute: 3 } });
    for (let n = 0; n < 3; n++) expect(statusOf(await admit(letter, '203.0.113.7'))).toBe(200);
    const refused = await admit(letter, '203.0.113.7');
    expect(statusOf(refused)).toBe(429);
    expect(Number(refused.ok || headersOf(refused.reply)['retry-after'])).toBeGreaterThan(0);
    expect(statusOf(await admit(letter, '203.0.113.8'))).toBe(200);
  });

  test('bad requests count as well', async () => {
    const { admit } = openDesk({ limits: { addressPerMinute: 1 } });
    expect(statusOf(await admit(letterOf('nonsense')))).toBe(400);
    expect(statusOf(await admit(letter))).toBe(429);
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', 429],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', 200],
    ['::ffff:203.0.113.7', '203.0.113.7', 429],
    ['::1', '::1', 429],
  ])('after %s, %s is answered %i', async (first, second, status) => {
    const { admit } = openDesk({ limits: { addressPerMinute: 1 } });
    expect(statusOf(await admit(letter, first))).toBe(200);
    expect(statusOf(await admit(letter, second))).toBe(status);
  });

  test('§15.97 a host that passes its share of verified activities waits, whatever its addresses', async () => {
    const { gate, admit } = openDesk({ limits: { hostPerMinute: 2 } });
    for (let n = 0; n < 2; n++) {
      expect(statusOf(await admit(letter, `203.0.113.${n}`))).toBe(200);
      gate.report(KEY, 'good');
    }
    const refused = await admit(letter, '203.0.113.9');
    expect(statusOf(refused)).toBe(429);
    expect(Number(refused.ok || headersOf(refused.reply)['retry-after'])).toBeGreaterThan(0);
  });

  test('requests that merely name a host do not use up its share', async () => {
    const { admit } = openDesk({ limits: { hostPerMinute: 2 } });
    for (let n = 0; n < 5; n++) expect(statusOf(await admit(letter, '198.51.100.1'))).toBe(200);
    expect(statusOf(await admit(letter, '203.0.113.7'))).toBe(200);
  });

  test('500 verified activities a minute from one address pass under the defaults', async () => {
    const { gate, admit } = openDesk();
    for (let n = 0; n < 500; n++) {
      expect(statusOf(await admit(letter, '127.0.0.1'))).toBe(200);
      gate.report(KEY, 'good');
    }
  });
});

describe('keys that cannot be fetched', () => {
  test('are refused for ten minutes, with no other key of the host', async () => {
    const { gate, clock, admit } = openDesk();
    gate.report(KEY, 'bad-key');
    expect(statusOf(await admit(letter))).toBe(401);
    const other = signCavage(peer, { url: INBOX, activity: createNote(), at: NOW, keyId: `${peer.actor}#key-2` });
    expect(statusOf(await admit(other))).toBe(200);
    clock.pass({ minutes: 9, seconds: 59 });
    expect(statusOf(await admit(letter))).toBe(401);
    clock.pass({ seconds: 1 });
    expect(statusOf(await admit(letter))).toBe(200);
  });

  test('are welcome again once one verified', async () => {
    const { gate, admit } = openDesk();
    gate.report(KEY, 'bad-key');
    gate.report(KEY, 'good');
    expect(statusOf(await admit(letter))).toBe(200);
  });

  test('a third party’s bad signature under a genuine key id locks nobody out', async () => {
    const { admit } = openDesk();
    const forged = signCavage(peer, {
      url: INBOX,
      activity: createNote(),
      at: NOW,
      parameters: { signature: 'Zm9yZ2Vk' },
    });
    for (let n = 0; n < 20; n++) expect(statusOf(await admit(forged, '198.51.100.1'))).toBe(200);
    expect(statusOf(await admit(letter, '203.0.113.7'))).toBe(200);
  });

  test('10,001 of them do not grow the memory: the oldest is forgotten', async () => {
    const { gate, admit } = openDesk();
    gate.report(KEY, 'bad-key');
    for (let n = 0; n < 10_000; n++) gate.report(`https://evil.example/${n}`, 'bad-key');
    expect(statusOf(await admit(letter))).toBe(200);
  });
});

describe('a backlog', () => {
  test.each([
    [5_000, 60, 200],
    [5_001, 0, 503],
    [1, 61, 503],
  ])('of %i, the oldest %i s old: %i', async (waiting, oldestSeconds, status) => {
    const { admit } = openDesk({ backlog: async () => ({ waiting, oldestSeconds }) });
    const admission = await admit(letter);
    expect(statusOf(admission)).toBe(status);
    expect(admission.ok ? undefined : headersOf(admission.reply)['retry-after']).toBe(
      status === 503 ? '120' : undefined,
    );
  });
});
