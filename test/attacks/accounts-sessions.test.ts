// Being signed in, and what opens a door once: sessions that were planted, stolen or should have ended, the set-up link, and
// how secrets are kept, compared and supplied (T69, T70, T72, T74, T75).
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { hashOf } from '../../src/domain/ids.ts';
import { addPerson, checkPassword, disablePerson } from '../../src/domain/people.ts';
import { newSetUpSecret, openSession, sessionOf } from '../../src/domain/sessions.ts';
import { path } from '../../src/urls.ts';
import { databaseUrl } from '../databases.ts';
import { openDoors, openNewDoors } from '../http/doors.ts';
import { dump, ORIGIN, office } from '../world.ts';
import { attack, printLedger } from './ledger.ts';

const ROOT = join(import.meta.dirname, '../..');
const COOKIE = '__Host-wethi';

let node: Awaited<ReturnType<typeof openDoors>>;
beforeAll(async () => {
  node = await openDoors();
});
afterAll(() => node.close());
printLedger();

/** Whether this token still gets its holder onto the desk. */
async function opens(token: string): Promise<boolean> {
  const thief = node.doors.browser();
  thief.cookies.set(COOKIE, token);
  return (await thief.get(path.desk())).status === 200;
}

async function signedInAs(username: string, password: string): Promise<string> {
  const browser = node.doors.browser();
  expect((await browser.signIn(username, password)).status).toBe(303);
  return browser.cookies.get(COOKIE) ?? '';
}

attack('T69', 'a new password from the command line ends every session, and nobody else’s', async () => {
  const { db, clock, folder } = node.world;
  const old = 'รหัสเก่าที่มีคนแอบเห็น';
  await addPerson(db, { username: 'victim', name: '', role: 'author', password: old, clock });
  const stolen = [await signedInAs('victim', old), await signedInAs('victim', old)];
  const other = await signedInAs(office.person.username, office.person.password);
  expect(await Promise.all(stolen.map(opens))).toEqual([true, true]);

  const entry = fileURLToPath(new URL('../../src/cli/wethi.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, 'person', 'password', 'victim', '--password-stdin'], {
    env: { WETHI_ORIGIN: ORIGIN, WETHI_DATA: folder, DATABASE_URL: databaseUrl(node.world) },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin?.end('รหัสใหม่ที่ไม่มีใครเห็น\n');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);

  expect(await Promise.all(stolen.map(opens))).toEqual([false, false]);
  expect(await opens(other)).toBe(true);
  expect((await node.doors.browser().signIn('victim', old)).status).toBe(422);
  expect(await opens(await signedInAs('victim', 'รหัสใหม่ที่ไม่มีใครเห็น'))).toBe(true);
});

attack('T69', 'who is disabled is out at once, and stays out when enabled later', async () => {
  const { db, clock } = node.world;
  await addPerson(db, { username: 'leaver', name: '', role: 'author', password: 'ลาออกไปแล้ววันนี้', clock });
  const token = await signedInAs('leaver', 'ลาออกไปแล้ววันนี้');
  expect(await opens(token)).toBe(true);
  await disablePerson(db, { username: 'leaver' });
  expect(await opens(token)).toBe(false);
  await db.updateTable('people').set({ disabled: 0 }).where('username', '=', 'leaver').execute();
  expect(await opens(token)).toBe(false);
});

attack('T69', 'an old password that is being checked while it changes opens nothing afterwards', async () => {
  const { db, clock } = node.world;
  const old = 'รหัสเก่ากำลังจะเปลี่ยน';
  await addPerson(db, { username: 'racer', name: '', role: 'author', password: old, clock });
  await addPerson(db, { username: 'donor', name: '', role: 'author', password: 'รหัสใหม่กว่าเดิมมาก', clock });
  const { password: fresh } = await db
    .selectFrom('people')
    .select('password')
    .where('username', '=', 'donor')
    .executeTakeFirstOrThrow();
  const checking = checkPassword(db, { username: 'racer', password: old });
  // The hash of the old one is being made on another thread now, and takes long enough for all of this.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await db.updateTable('people').set({ password: fresh }).where('username', '=', 'racer').execute();
  expect(await checking).toEqual({ ok: false });
  expect((await checkPassword(db, { username: 'racer', password: 'รหัสใหม่กว่าเดิมมาก' })).ok).toBe(true);
});

attack('T70', 'a token that was planted before is worth nothing after signing in', async () => {
  const { db, clock } = node.world;
  const attacker = await openSession(db, { person: node.world.author.id, clock });
  for (const planted of ['planted', attacker, '%00']) {
    const victim = node.doors.browser();
    victim.cookies.set(COOKIE, planted);
    expect((await victim.signIn()).status).toBe(303);
    const given = victim.cookies.get(COOKIE) ?? '';
    expect(given).toMatch(/^[\w-]{22}$/);
    expect([given === planted, await opens(planted), await opens(given)]).toEqual([false, false, true]);
  }
});

attack(
  'T70',
  'the cookie is __Host-, Secure, HttpOnly and Lax, of 128 bits, and another name is not believed',
  async () => {
    const seen = new Set<string>();
    for (const _ of [1, 2, 3]) {
      const line = (await node.doors.browser().signIn()).headers.get('Set-Cookie') ?? '';
      expect(line).toMatch(
        /^__Host-wethi=[\w-]{22}; (?!.*Domain)(?=.*Path=\/)(?=.*HttpOnly)(?=.*Secure)(?=.*SameSite=Lax)/,
      );
      seen.add(line.match(/=([\w-]{22})/)?.[1] ?? '');
    }
    expect(seen.size).toBe(3);
    const [token = ''] = seen;
    expect(Buffer.from(token, 'base64url')).toHaveLength(16);
    // Without the prefix a neighbouring host could have set it.
    const tossed = node.doors.browser();
    tossed.cookies.set('wethi', token);
    expect([(await tossed.get(path.desk())).status, await opens(token)]).toEqual([303, true]);
  },
);

attack('T70', 'the database holds no token, no password and no set-up secret, in any table', async () => {
  const { db, clock } = node.world;
  const token = await signedInAs(office.person.username, office.person.password);
  const secret = await newSetUpSecret(db, { clock });
  const everything = JSON.stringify(dump(node.world), (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
  for (const plain of [token, secret, office.person.password]) expect(everything.includes(plain)).toBe(false);
  expect(everything).toContain(hashOf(token));
  // What stands there instead opens nothing.
  expect(await sessionOf(db, { token: hashOf(token), clock })).toBeNull();
  expect(await sessionOf(db, { token, clock })).not.toBeNull();
});

attack('T70', 'a session ends after thirty days without use, on the server', async () => {
  const { db, clock, author } = node.world;
  const token = await openSession(db, { person: author.id, clock });
  clock.pass({ hours: 24 * 30 - 1 });
  expect(await sessionOf(db, { token, clock })).not.toBeNull();
  clock.pass({ hours: 2 });
  expect(await sessionOf(db, { token, clock })).toBeNull();
});

const filled = {
  organisationName: 'องค์การบริหารส่วนตำบลบางจาก',
  organisationHandle: 'bangchak',
  area: '',
  summary: '',
  name: 'คุณอำนวย',
  username: 'amnuay',
  blogTitle: 'บล็อก',
  blogHandle: 'km',
  password: 'รหัสผ่านยาวพอสมควร',
};

attack('T72', 'the set-up link works once: of many at the same moment one makes a node', async () => {
  const { world, doors, secret, close } = await openNewDoors();
  expect((await doors.browser().get(path.setUpWith(secret))).status).toBe(200);
  const tries = await Promise.all(
    [0, 1, 2, 3, 4, 5].map((n) =>
      doors.browser().post(path.setUp(), { ...filled, username: `admin${n}`, key: secret }),
    ),
  );
  expect(tries.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410, 410, 410]);
  const { people = [], blogs = [] } = dump(world);
  expect([people.length, blogs.length]).toEqual([1, 1]);
  for (const key of [secret, '', 'x'.repeat(22), `${secret} `]) {
    expect([303, 410]).toContain((await doors.browser().get(`${path.setUp()}?key=${encodeURIComponent(key)}`)).status);
    expect((await doors.browser().post(path.setUp(), { ...filled, username: 'late', key })).status).toBe(410);
  }
  await close();
});

attack('T72', 'it ends after a day, dies with the next, and a refused form does not use it up', async () => {
  const { world, doors, secret, close } = await openNewDoors();
  expect((await doors.browser().post(path.setUp(), { ...filled, password: 'สั้น', key: secret })).status).toBe(422);
  expect((await doors.browser().get(path.setUpWith(secret))).status).toBe(200);
  const next = await newSetUpSecret(world.db, { clock: world.clock });
  expect((await doors.browser().get(path.setUpWith(secret))).status).toBe(410);
  world.clock.pass({ hours: 25 });
  expect((await doors.browser().post(path.setUp(), { ...filled, key: next })).status).toBe(410);
  const last = await newSetUpSecret(world.db, { clock: world.clock });
  expect((await doors.browser().post(path.setUp(), { ...filled, key: last })).status).toBe(303);
  await close();
});

attack('T72', 'its page gives the secret to nobody: no referrer, no cache, no address elsewhere', async () => {
  const { doors, secret, close } = await openNewDoors();
  const page = await doors.browser().get(path.setUpWith(secret));
  expect(page.headers.get('Referrer-Policy')).toBe('same-origin');
  expect(page.headers.get('Cache-Control')).toBe('no-store');
  const text = await page.text();
  expect(text.match(/(?:href|src|action)="(?:https?:)?\/\/(?!wethi\.example)[^"]*"/g)).toBeNull();
  expect(text).toContain(secret);
  await close();
});

attack('T74', 'no secret is compared with an operator that stops at the first difference', async () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const secret = String.raw`\w*(?:secret|token|password|digest|hash|\bmac)\w*`;
  const nothing = `(?:undefined|null|''|"")`;
  const compares = new RegExp(
    `\\b${secret}\\s*[!=]==\\s*(?!\\s|${nothing})|(?<!${nothing}\\s*)[!=]==\\s*${secret}\\b`,
    'i',
  );
  const found = sources.flatMap((file) =>
    readFileSync(join(ROOT, 'src', file), 'utf8')
      .replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')
      .split('\n')
      .filter((line) => compares.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([
    // Both sides come from our own database: whether the kept hash is still the one that was checked.
    expect.stringMatching(/^domain\/people\.ts: .* row\.password !== known /),
    // No secret: whoever sent it can make it from the lists of followers that it may read (FEP-8fcf).
    expect.stringMatching(/^federation\/synchronisation\.ts: .*claim\.digest === /),
  ]);
  expect(['a.token === b', 'if (given !== secret) return', 'x.digest===y'].every((line) => compares.test(line))).toBe(
    true,
  );
  expect(readFileSync(join(ROOT, 'src/domain/people.ts'), 'utf8')).toContain('timingSafeEqual(await derive(');
});

interface Locked {
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

attack('T75', 'every package is locked to its bytes, and none runs a script when it is installed', async () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const named = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    allowScripts: Record<string, boolean>;
  };
  const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
  expect(packages.length).toBeGreaterThan(100);
  const faults = packages.flatMap(([place, { integrity, link, resolved }]) => {
    if (link === true) return [`${place} is a link`];
    if (!/^sha512-[A-Za-z0-9+/]{86}==/.test(integrity ?? '')) return [`${place}: ${integrity ?? 'no integrity'}`];
    return resolved === undefined || /^https:\/\//.test(resolved) ? [] : [`${place} from ${resolved}`];
  });
  expect(faults).toEqual([]);
  const scripted = packages
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([place]) => place.replace(/^.*node_modules\//, ''));
  expect(scripted.filter((name) => named.allowScripts[name] === undefined)).toEqual([]);
  // Named, and named as not to be run: what they would build or fetch comes as a locked package, or is not needed.
  expect(Object.values(named.allowScripts).filter((run) => run)).toEqual([]);
  expect(scripted.length).toBeGreaterThan(0);
});

attack('T75', 'what was installed is what is locked', async () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as { packages: Record<string, Locked> };
  const locked = read('package-lock.json').packages;
  const installed = Object.entries(read('node_modules/.package-lock.json').packages);
  expect(installed.length).toBeGreaterThan(100);
  for (const [place, { integrity }] of installed) expect([place, integrity]).toEqual([place, locked[place]?.integrity]);
});
