// Guessing: who somebody is, what their password is, and how long one may try (T66, T68). Passwords are really hashed here,
// as many times as the node lets an attacker make it.
import { afterAll, beforeAll, expect } from 'vitest';
import { addPerson, checkPassword, disablePerson } from '../../src/domain/people.ts';
import { doorsOf, openDoors } from '../http/doors.ts';
import { ORIGIN, office } from '../world.ts';
import { attack, measured, printLedger } from './ledger.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
beforeAll(async () => {
  node = await openDoors();
  const { db, clock } = node.world;
  const leaver = { username: 'leaver', name: 'ผู้ที่ออกไปแล้ว', role: 'author' as const, password: 'ลาออกไปแล้ววันนี้' };
  await addPerson(db, { ...leaver, clock });
  await disablePerson(db, { username: leaver.username });
});
afterAll(() => node.close());
printLedger();

type Doors = typeof node.doors;

const FORM = {
  Origin: ORIGIN,
  'Sec-Fetch-Site': 'same-origin',
  'Content-Type': 'application/x-www-form-urlencoded',
  Accept: 'text/html',
};

/** A try to sign in over a line from `address`, as the socket or as a header says. */
async function tryAs(
  doors: Doors,
  {
    username,
    password = 'เดาเอา',
    address,
    forwarded,
  }: { username: string; password?: string; address: string; forwarded?: string },
): Promise<{ status: number; retry: number }> {
  const headers: Record<string, string> = { ...FORM };
  if (forwarded !== undefined) headers['X-Forwarded-For'] = forwarded;
  const body = new URLSearchParams({ username, password }).toString();
  const request = new Request(`${ORIGIN}/sign-in`, { method: 'POST', headers, body });
  const answer = await doors.app.fetch(request, { incoming: { socket: { remoteAddress: address } } });
  return { status: answer.status, retry: Number(answer.headers.get('Retry-After') ?? 0) };
}

/** How many of these tries were looked at, with a hash made for each, and how many were turned away unread. */
async function tally(tries: (() => Promise<{ status: number }>)[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  const waiting = [...tries];
  const hand = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { status } = await next();
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all([1, 2, 3, 4].map(hand));
  return counts;
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

attack(
  'T66',
  'guessing from one line at one account: 25 are looked at, then the line waits and the account too',
  async () => {
    const doors = doorsOf(node.world);
    const { username } = office.person;
    const spelt = (n: number) => [username, username.toUpperCase(), ` ${username} `, `${username}\n`][n % 4] ?? '';
    const spoofed = (n: number) =>
      [`198.51.100.${n}`, `unknown, 10.0.0.${n}`, `2001:db8:${n}::1`, `127.0.0.1, ${n}.1.1.1`][n % 4] ?? '';
    const guess = (n: number) => () =>
      tryAs(doors, { username: spelt(n), address: '192.0.2.1', forwarded: spoofed(n) });
    const counts = await tally(times(60).map(guess));
    measured(`60 guesses: ${counts[422]} looked at, ${counts[429]} turned away unread`);
    expect(counts).toEqual({ 422: 25, 429: 35 });
    const line = await tryAs(doors, { username: 'somebody', address: '192.0.2.1' });
    expect([line.status, line.retry > 200, line.retry <= 300]).toEqual([429, true, true]);
    // Even the right password waits, or the answer would tell that it is right.
    const account = await tryAs(doors, { ...office.person, address: '203.0.113.200' });
    expect([account.status, account.retry > 3_000, account.retry <= 3_600]).toEqual([429, true, true]);
    expect((await tryAs(doors, { username: 'somebody', address: '203.0.113.200' })).status).toBe(422);
    await doors.close();
  },
);

/** The door that asks other servers, which is counted by the same address and costs no hash: 30 in five minutes. */
async function ask(doors: Doors, { address, forwarded }: { address: string; forwarded?: string }): Promise<number> {
  const headers: Record<string, string> = { ...FORM };
  if (forwarded !== undefined) headers['X-Forwarded-For'] = forwarded;
  const body = new URLSearchParams({ account: 'reader@example.social' }).toString();
  const request = new Request(`${ORIGIN}/@${office.blog.handle}/follow`, { method: 'POST', headers, body });
  return (await doors.app.fetch(request, { incoming: { socket: { remoteAddress: address } } })).status;
}

attack('T66', 'an IPv6 network is one line, however its addresses are written; the next one is another', async () => {
  const doors = doorsOf(node.world);
  const spelt = (n: number) =>
    [
      `2001:db8:1:2::${n.toString(16)}`,
      `2001:DB8:1:2:aaaa:bbbb:cccc:${n.toString(16)}`,
      `2001:0db8:0001:0002::${n}`,
      `2001:db8:1:2:${n}::1%eth0`,
    ][n % 4] ?? '';
  const counts = await tally(times(60).map((n) => async () => ({ status: await ask(doors, { address: spelt(n) }) })));
  expect(counts).toEqual({ 422: 30, 429: 30 });
  expect(await ask(doors, { address: '2001:db8:1:3::1' })).toBe(422);
  // An IPv4 address written as IPv6 is itself, not one of a network that everybody is in.
  const mapped = await tally(
    times(60).map((n) => async () => ({ status: await ask(doors, { address: `::ffff:192.0.2.${n}` }) })),
  );
  expect(mapped).toEqual({ 422: 60 });
  await doors.close();
});

attack(
  'T66',
  'X-Forwarded-For is believed from a proxy that we trust only, and of it what that proxy wrote',
  async () => {
    const plain = doorsOf(node.world);
    const trusting = doorsOf(node.world, { trustProxy: true });
    const from = (doors: Doors, forwarded: (n: number) => string) =>
      tally(
        times(40).map((n) => async () => ({
          status: await ask(doors, { address: '127.0.0.1', forwarded: forwarded(n) }),
        })),
      );
    expect(await from(plain, (n) => `192.0.2.${n}`)).toEqual({ 422: 30, 429: 10 });
    expect(await from(trusting, (n) => `10.9.8.${n}, spoofed, 192.0.2.77`)).toEqual({ 422: 30, 429: 10 });
    // Some proxies write the port too, which is another for each request.
    expect(await from(trusting, (n) => `192.0.2.78:${5_000 + n}`)).toEqual({ 422: 30, 429: 10 });
    expect(await from(trusting, (n) => `[2001:db8:9::${n}]:${5_000 + n}`)).toEqual({ 422: 30, 429: 10 });
    expect(await from(trusting, (n) => `192.0.2.${100 + n}`)).toEqual({ 422: 40 });
    await plain.close();
    await trusting.close();
  },
);

attack('T68', 'a name that nobody has, one that is disabled and a wrong password get one answer', async () => {
  const answers: string[] = [];
  for (const username of ['amnuay', 'leaver', 'nobody', 'AMNUAY']) {
    const doors = doorsOf(node.world);
    const response = await doors.browser().signIn(username, 'ไม่ใช่รหัสนี้แน่');
    const { 'set-cookie': cookie, ...headers } = Object.fromEntries(response.headers);
    const text = (await response.text()).replace(`value="${username.toLowerCase()}"`, 'value=""');
    answers.push(JSON.stringify([response.status, headers, cookie, text]));
    await doors.close();
  }
  expect(new Set(answers).size).toBe(1);
  expect((await node.doors.browser().signIn()).status).toBe(303);
});

attack('T68', 'they take equally long: a hash is made whether the name is known or not', async () => {
  const { db } = node.world;
  const kinds = ['amnuay', 'nobody_at_all', 'leaver'] as const;
  const spent: Record<string, number[]> = {};
  for (const round of times(5)) {
    // Each time in another order, so that what else the machine does hits all alike.
    for (const step of times(3)) {
      const username = kinds[(round + step) % 3] ?? 'amnuay';
      const before = process.cpuUsage();
      expect(await checkPassword(db, { username, password: `ไม่ใช่รหัสนี้แน่${round}` })).toEqual({ ok: false });
      const { user, system } = process.cpuUsage(before);
      spent[username] = [...(spent[username] ?? []), (user + system) / 1_000];
    }
  }
  const medians = kinds.map((kind) => median(spent[kind] ?? []));
  measured(
    `processor milliseconds, median of 5: ${kinds.map((kind, at) => `${kind} ${Math.round(medians[at] ?? 0)}`).join(', ')}`,
  );
  // A look-up without a hash takes under a millisecond; one hash takes dozens.
  expect(Math.min(...medians)).toBeGreaterThan(20);
  expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(1.25);
});

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
