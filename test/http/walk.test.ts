// Walks through every door that the router knows and tries to change what one may not change (security.md T51, T57). What a
// try did is read from the whole database, not from its answer. A door that is new has no entry in walk-doors.ts yet, and the
// first tests say so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../src/urls.ts';
import { dump, ORIGIN } from '../world.ts';
import type { Browser } from './doors.ts';
import { openShell, SECRETS } from './house.ts';
import { ACTS, openWalk, othersEntries, READS, RING, type Walk } from './walk-doors.ts';

const AP = 'application/activity+json';

let at: Walk;
beforeAll(async () => {
  at = await openWalk();
}, 120_000);
afterAll(() => at.close());

const state = () =>
  JSON.stringify(dump(at.house.world), (_, value) => (typeof value === 'bigint' ? String(value) : value));

/** Runs it and proves that not a byte of the database is another than before. */
async function changesNothing<T>(what: string, run: () => Promise<T>): Promise<T> {
  const before = state();
  const done = await run();
  const after = state();
  if (after !== before) expect(tablesOf(after), `${what} changed the database`).toEqual(tablesOf(before));
  expect(after === before).toBe(true);
  return done;
}

const tablesOf = (text: string) => JSON.parse(text) as Record<string, unknown[]>;

const cookieOf = (browser: Browser) => [...browser.cookies].map((pair) => pair.join('=')).join('; ');

/** Sends bytes as a foreign page could, with the cookies that the browser would add. */
async function sendRaw(to: string, headers: Record<string, string>, body: string, method = 'POST'): Promise<Response> {
  return await at.house.app.request(new Request(new URL(to, ORIGIN), { method, headers, body, redirect: 'manual' }));
}

describe('nothing is forgotten:', () => {
  test('every door of the router is walked through', () => {
    const known = [...Object.keys(ACTS), 'POST /set-up', ...Object.keys(READS), ...Object.keys(RING)];
    expect(known.sort()).toEqual(
      at.house.app
        .routes()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    );
  });

  test('doors that the router guards by a session are those that ask for one here', () => {
    const guarded = at.house.app.routes().filter(({ method, session }) => method === 'POST' && session);
    for (const { path } of guarded) expect([path, ACTS[`POST ${path}`]?.alone]).toEqual([path, 401]);
    expect(guarded.length).toBeGreaterThan(4);
  });
});

const FOREIGN: [string, Record<string, string>][] = [
  ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
  ['a sandboxed page', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
  ['a sibling host', { Origin: 'https://evil.wethi.example', 'Sec-Fetch-Site': 'same-site' }],
  ['somebody who does not say', {}],
];
const ENCODINGS: [string, (fields: Record<string, string>) => string][] = [
  ['application/x-www-form-urlencoded', (fields) => new URLSearchParams(fields).toString()],
  ['text/plain', (fields) => new URLSearchParams(fields).toString()],
  [
    'multipart/form-data; boundary=b',
    (fields) =>
      Object.entries(fields)
        .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join('')
        .concat('--b--'),
  ],
  ['application/json', (fields) => JSON.stringify(fields)],
];

describe('T51: a form that another site sends', () => {
  test.each(Object.entries(ACTS))('changes nothing at %s, whatever its encoding', async (_, { honest, by }) => {
    const { to, fields } = await honest(at);
    const browser = by(at);
    for (const [who, headers] of FOREIGN) {
      for (const [type, encode] of ENCODINGS) {
        const sent = { ...headers, Cookie: cookieOf(browser), 'Content-Type': type };
        const what = `${type} from ${who}`;
        const { status } = await changesNothing(what, () => sendRaw(to, sent, encode(fields)));
        expect([what, status]).toEqual([what, type === 'application/json' ? expect.toSatisfy(is400or403) : 403]);
      }
    }
  });

  test('leaves a node that is not set up as it was', async () => {
    const shell = await openShell();
    const before = JSON.stringify(dump(shell.world));
    const fields = {
      key: shell.secret,
      organisationName: 'x',
      organisationHandle: 'evil',
      name: 'x',
      username: 'evil',
      password: 'ยาวพอสมควรแล้วนะ',
    };
    for (const [, headers] of FOREIGN) {
      for (const [type, encode] of ENCODINGS) {
        const request = { method: 'POST', headers: { ...headers, 'Content-Type': type }, body: encode(fields) };
        expect((await shell.app.request(new Request(`${ORIGIN}/set-up`, request))).status).toBeOneOf([400, 403]);
      }
    }
    expect((await shell.browser().post('/set-up', { ...fields, key: 'invented' })).status).toBe(410);
    expect(JSON.stringify(dump(shell.world))).toBe(before);
    const own = { ...fields, blogTitle: 'บล็อก', blogHandle: 'blog' };
    expect((await shell.browser().post('/set-up', own)).status).toBe(303);
    expect(JSON.stringify(dump(shell.world))).not.toBe(before);
    expect((await shell.browser().post('/set-up', own)).status).toBe(410);
    await shell.close();
  });

  test.each(Object.entries(RING))('changes nothing at %s', async (_, places) => {
    for (const place of places(at)) {
      for (const [type, encode] of ENCODINGS) {
        const headers = { Cookie: cookieOf(at.amnuay), 'Content-Type': type, Origin: 'https://evil.example' };
        const form = encode({ actor: 'x', type: 'Follow' });
        const { status } = await changesNothing(`${type} to ${place}`, () => sendRaw(place, headers, form));
        expect([place, type, status]).toEqual([place, type, expect.toSatisfy((n: number) => n >= 400 && n < 500)]);
      }
    }
  });
});

describe('T51: reading changes nothing', () => {
  test('by GET and HEAD at every door, signed in or not, with a form in the query too', async () => {
    const forms = await Promise.all(Object.values(ACTS).map(async ({ honest }) => await honest(at)));
    const places: [place: string, from: string][] = [
      ...Object.values({ ...READS, ...RING }).flatMap((behind) =>
        behind(at).map((at): [string, string] => [at, 'none']),
      ),
      ...forms.map(({ to, fields }): [string, string] => [`${to}?${new URLSearchParams(fields)}`, 'cross-site']),
    ];
    for (const [place, from] of places) {
      for (const browser of [at.nobody, at.khunkit, at.amnuay]) {
        for (const method of ['GET', 'HEAD']) {
          const headers = { Cookie: cookieOf(browser), 'Sec-Fetch-Site': from, Accept: 'text/html' };
          const asked = new Request(new URL(place, ORIGIN), { method, headers, redirect: 'manual' });
          const { status } = await changesNothing(`${method} ${place}`, async () => await at.house.app.request(asked));
          expect([place, status < 500]).toEqual([place, true]);
        }
      }
    }
  });

  test('but for who was found, when somebody signed in looks for them of their own accord', async () => {
    const found = `${path.authorizeInteraction()}?uri=${encodeURIComponent(`${at.elsewhere.origin}/users/reader`)}&act=follow`;
    const before = dump(at.house.world);
    expect((await at.khunkit.get(found)).status).toBe(200);
    const after = dump(at.house.world);
    const changed = Object.keys(after).filter(
      (table) => JSON.stringify(after[table]) !== JSON.stringify(before[table]),
    );
    expect(changed.filter((table) => !['actors', 'kv', 'shown'].includes(table))).toEqual([]);
  });

  test('and no other method opens a door', async () => {
    const forms = await Promise.all(Object.values(ACTS).map(async ({ honest }) => await honest(at)));
    const places = [
      ...Object.values({ ...READS, ...RING }).flatMap((behind) => behind(at)),
      ...forms.map(({ to }) => to),
    ];
    for (const place of places) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
        const headers = { Cookie: cookieOf(at.amnuay), Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin', Accept: AP };
        const sent = { ...headers, 'Content-Type': AP };
        const { status } = await changesNothing(`${method} ${place}`, () => sendRaw(place, sent, '{}', method));
        // Pages refuse what is no form before they look whose it is.
        const refusals = place.startsWith('/ap/') ? [404, 405] : [400, 404, 405];
        expect([method, place, status]).toEqual([method, place, expect.toBeOneOf(refusals)]);
      }
    }
  });
});

describe('T57: what is not one’s own', () => {
  test.each(Object.entries(ACTS))('is not to be had by ids at %s', async (_, { swapped, by }) => {
    // Moderating is tried by somebody who may decide elsewhere, writing by somebody who may write at.elsewhere.
    expect(by(at)).toBeDefined();
    for (const [{ to, fields }, status] of swapped(at)) {
      const what = `${to} ${JSON.stringify(fields).slice(0, 80)}`;
      const answer = await changesNothing(what, () => at.khunkit.post(to, fields));
      expect([what, answer.status]).toEqual([what, status]);
    }
  });

  test.each(Object.entries(ACTS).filter(([, { alone }]) => alone === 401))(
    'needs a session at %s',
    async (_, { honest }) => {
      const { to, fields } = await honest(at);
      const answer = await changesNothing(to, () => at.nobody.post(to, fields));
      expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('/sign-in')]);
    },
  );

  test('cannot be opened for revising', async () => {
    for (const [{ to }, status] of othersEntries(at, (number) => ({ to: path.revise(number), fields: {} }))) {
      expect([to, (await at.khunkit.get(to)).status]).toEqual([to, status]);
      expect([to, (await at.nobody.get(to)).status]).toEqual([to, 303]);
    }
  });

  test('does not stand on the neighbour’s desk', async () => {
    const desk = await (await at.khunkit.get(path.desk())).text();
    expect(desk).toContain(SECRETS[3]);
    for (const secret of SECRETS.filter((words) => words !== SECRETS[3])) expect(desk).not.toContain(secret);
  });
});

// Last, because from here on the house is another: each form, sent by whoever may, does what all the others could not.
describe('the same forms, from here and by whoever may,', () => {
  const order = Object.keys(ACTS).sort((a, b) => Number(a === 'POST /sign-out') - Number(b === 'POST /sign-out'));
  test.each(order)('are taken at %s', async (door) => {
    const act = ACTS[door];
    if (act === undefined) throw new Error(`no act at ${door}`);
    const { to, fields } = await act.honest(at);
    const before = state();
    const { status } = await act.by(at).post(to, fields);
    expect([door, status]).toEqual([door, act.leaves === 'a row' ? 303 : act.alone]);
    expect(state() !== before).toBe(act.leaves === 'a row');
  });
});

function is400or403(status: number): boolean {
  return status === 400 || status === 403;
}
