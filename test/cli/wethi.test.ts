// The whole path of a clerk at the command line, run as real processes on a folder of its own: what is recorded, what is
// said, and the exit codes that scripts rely on (design §5).
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { rememberActor } from '../../src/domain/actors.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { bareDatabase, engine, removeDatabase } from '../databases.ts';
import { signalTo } from '../journeys/nodes.ts';
import { reader, seed } from '../world.ts';

const ENTRY = fileURLToPath(new URL('../../src/cli/wethi.ts', import.meta.url));
const SEED = seed.file;
const ORIGIN = 'https://bangchak.example';
const folder = mkdtempSync(join(tmpdir(), 'wethi-cli-'));
const data = join(folder, 'data');
/** On a server, or where the program puts it by itself. */
const server = engine === 'postgres' ? await bareDatabase() : null;
const database = server?.path ?? join(data, 'wethi.db');
const HOME = { WETHI_ORIGIN: ORIGIN, WETHI_DATA: data, ...(server === null ? {} : { DATABASE_URL: database }) };

afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (server !== null) await removeDatabase(server);
});

/** Looks into the database, or changes it, past the program. */
async function within<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase({ path: database });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `wethi` to its end. */
async function wethi(words: string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) {
  const child = spawn(process.execPath, [ENTRY, ...words], {
    env: { ...HOME, ...env },
    stdio: 'pipe',
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    ended.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    ended.stderr += chunk.toString();
  });
  child.stdin.end(input);
  ended.code = await new Promise((resolve) => child.on('close', resolve));
  return ended;
}

/** Runs it with `--json`, expects success and reads the one document. */
async function recorded(words: string[], input = ''): Promise<unknown> {
  const { code, stdout, stderr } = await wethi([...words, '--json'], { input });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('a clerk sets a node up and runs it', () => {
  test('an empty folder becomes an organisation with a person and a blog', async () => {
    expect(
      await recorded(['organisation', 'set', '--name', 'อบต.บางจาก', '--handle', 'bangchak', '--area', '800119']),
    ).toMatchObject({ handle: 'bangchak', address: '@bangchak@bangchak.example', area: '800119', origin: ORIGIN });

    const person = ['person', 'add', 'facilitator', '--role', 'author', '--name', 'คุณอำนวย', '--password-stdin'];
    expect(await recorded(person, 'a long enough phrase\n')).toEqual({
      username: 'facilitator',
      name: 'คุณอำนวย',
      role: 'author',
    });
    expect(await recorded(['blog', 'add', 'km', '--title', 'แก้จนเมืองนคร', '--author', 'facilitator'])).toEqual({
      handle: 'km',
      title: 'แก้จนเมืองนคร',
      address: '@km@bangchak.example',
      url: `${ORIGIN}/@km`,
    });
    expect(await recorded(['blog', 'list'])).toEqual([
      {
        handle: 'km',
        title: 'แก้จนเมืองนคร',
        address: '@km@bangchak.example',
        url: `${ORIGIN}/@km`,
        authors: ['facilitator'],
        entries: 0,
        followers: 0,
      },
    ]);
  });

  test('a blog gets a link to another page of its own, which can be listed and taken away', async () => {
    const link = { name: 'เว็บไซต์', url: 'https://www.bangchak.example/', verified: null };
    expect(await recorded(['blog', 'link', 'add', 'km', 'เว็บไซต์', 'https://www.bangchak.example'])).toEqual(link);
    expect(await recorded(['blog', 'link', 'list', '@km'])).toEqual([link]);
    const wrong = await wethi(['blog', 'link', 'add', 'km', 'เว็บไซต์', 'http://www.bangchak.example']);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('https://')]);
    await recorded(['blog', 'link', 'remove', 'km', 'https://www.bangchak.example/']);
    expect(await recorded(['blog', 'link', 'list', 'bangchak'])).toEqual([]);
    expect(await recorded(['blog', 'link', 'list', 'km'])).toEqual([]);
  });

  test('a relay is asked by its inbox, listed and left', async () => {
    const relay = {
      url: 'https://relay.example/inbox',
      style: 'mastodon',
      state: 'requested',
      since: expect.any(String),
    };
    expect(await recorded(['relay', 'add', relay.url, '--style', 'mastodon'])).toEqual(relay);
    expect(await recorded(['relay', 'list'])).toEqual([relay]);
    expect(await recorded(['relay', 'remove', relay.url])).toEqual({ url: relay.url });
    expect(await recorded(['relay', 'list'])).toEqual([]);
    expect((await wethi(['relay', 'remove', relay.url])).code).toBe(1);
    expect((await wethi(['relay', 'add', 'http://relay.example/inbox', '--style', 'mastodon'])).code).toBe(1);
    expect((await wethi(['relay', 'add', relay.url])).code).toBe(64);
  });

  test('an entry is published from stdin, revised from a file, and keeps what the revision left out', async () => {
    const published = await recorded(
      ['entry', 'publish', '--blog', 'km', '--title', 'ปุ๋ยหมัก', '--tag', 'ปุ๋ย', '--tag', 'ดิน', '-'],
      'ย่อหน้าแรก\n\nย่อหน้าที่สอง\n',
    );
    expect(published).toEqual({
      number: 1,
      url: `${ORIGIN}/@km/1`,
      id: expect.stringMatching(`^${ORIGIN}/ap/entries/[a-z0-9]{20}$`),
    });
    const file = join(folder, 'revised.md');
    writeFileSync(file, 'เขียนใหม่\n');
    expect(await recorded(['entry', 'revise', '1', file])).toEqual(published);
    expect(await recorded(['entry', 'list'])).toEqual([
      {
        number: 1,
        title: 'ปุ๋ยหมัก',
        state: 'published',
        url: `${ORIGIN}/@km/1`,
        published: expect.stringMatching(/Z$/),
        revised: expect.stringMatching(/Z$/),
        likes: 0,
        comments: 0,
      },
    ]);
    await within(async (db) => {
      const entries = await db.selectFrom('entries').select(['highlight', 'source']).execute();
      expect(entries).toEqual([{ highlight: 'เขียนใหม่', source: Buffer.from('เขียนใหม่\n') }]);
      const tags = await db.selectFrom('entryTags').select('shown').orderBy('position').execute();
      expect(tags.map(({ shown }) => shown)).toEqual(['ปุ๋ย', 'ดิน']);
    });
  });

  test('a blog answers and likes an entry of this node without any network', async () => {
    const url = `${ORIGIN}/@km/1`;
    const said = await recorded(['comment', 'add', '--blog', 'km', url, 'ลองแล้ว ได้ผลดี']);
    expect(said).toMatchObject({ id: expect.stringMatching(`^${ORIGIN}/ap/comments/`), inReplyTo: url });
    const [comment] = (await recorded(['comment', 'list', '--state', 'shown'])) as { id: string }[];
    expect(comment).toMatchObject({ entry: 1, state: 'shown', author: '@km', text: 'ลองแล้ว ได้ผลดี' });
    expect(await recorded(['comment', 'hide', comment?.id ?? ''])).toEqual({ id: comment?.id, state: 'hidden' });
    expect(await recorded(['like', '--blog', 'km', url])).toMatchObject({
      object: expect.stringMatching(`^${ORIGIN}/ap/entries/`),
    });
    expect(await recorded(['entry', 'list'])).toMatchObject([{ number: 1, likes: 1, comments: 0 }]);
  });

  test('a comment is revised and deleted, and so is an answer that was written elsewhere', async () => {
    const [comment] = (await recorded(['comment', 'list'])) as { id: string }[];
    const id = comment?.id ?? '';
    await recorded(['comment', 'revise', id, 'ลองแล้ว ได้ผลดีมาก']);
    expect(await recorded(['comment', 'list'])).toMatchObject([{ id, text: 'ลองแล้ว ได้ผลดีมาก' }]);
    expect(await recorded(['comment', 'delete', id])).toEqual({ id, state: 'deleted' });

    // Asking the other server needs one, so the answer is put where `comment add` would have put it.
    const actor = 'https://example.social/users/reader';
    await within(async (db) => {
      await rememberActor(db, { actor: { ...reader, id: actor }, clock: systemClock });
      const [blog] = await db.selectFrom('blogs').select('id').execute();
      const when = '2026-11-23T03:00:00.000Z';
      const words = { source: 'ขอบคุณ', html: Buffer.from('<p>ขอบคุณ</p>'), language: 'th' };
      const place = { blog: blog?.id ?? '', inReplyTo: 'https://example.social/posts/1', actor };
      await db
        .insertInto('replies')
        .values({ id: 'answer1', ...place, ...words, deleted: null, published: when, revised: null, version: 1 })
        .execute();
    });
    const listed = { id: 'answer1', inReplyTo: 'https://example.social/posts/1', author: '@km', text: 'ขอบคุณ' };
    expect(await recorded(['comment', 'list', '--elsewhere'])).toMatchObject([{ ...listed, state: 'shown' }]);
    expect(await recorded(['comment', 'delete', 'answer1'])).toEqual({ id: 'answer1', state: 'deleted' });
    expect(await recorded(['comment', 'list', '--elsewhere'])).toMatchObject([{ id: 'answer1', state: 'deleted' }]);
    expect((await wethi(['comment', 'delete', 'answer1'])).code).toBe(1);
    expect((await wethi(['comment', 'list', '--elsewhere', '--state', 'held'])).code).toBe(64);
  });

  test('--wait fails when nobody tells what was recorded, and says to look at the server', async () => {
    const { code, stdout, stderr } = await wethi(['entry', 'withdraw', '1', '--wait', '0', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ number: 1, told: false });
    expect(stderr).toContain('wethi serve');
    expect(await recorded(['entry', 'list'])).toMatchObject([{ number: 1, state: 'withdrawn' }]);
  });

  test('the entry of 2006 comes home once, and a rehearsal keeps nothing', async () => {
    const command = ['import', 'gotoknow', SEED, '--blog', 'km'];
    const refused = await wethi(command);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('--permission');

    const rehearsed = await recorded([...command, '--permission', '--dry-run']);
    expect(await recorded(['entry', 'list'])).toHaveLength(1);

    const first = await recorded([...command, '--permission']);
    expect(first).toEqual(rehearsed);
    expect(first).toEqual([
      {
        number: 2,
        original: '58082',
        title: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร ตอนที่9',
        highlight: 'การใช้สื่อเทคโนโลยีอินเตอร์เน็ต เป็นอีกส่วนหนึ่งที่ คุณอำนวยตำบลสามารถพัฒนาตนเองให้เป็นคนที่ทันสมัย ทันต่อเหตุการณ์',
        tags: ['รักเธอประเทศไทย'],
        published: '2006-11-09T02:30:00.000Z',
        revised: '2012-02-11T09:17:00.000Z',
        licence: 'all-rights-reserved',
        series: { title: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร', part: 9 },
        comments: 1,
        url: `${ORIGIN}/@km/2`,
      },
    ]);
    expect(await recorded([...command, '--permission'])).toEqual(first);
    expect(await recorded(['entry', 'list'])).toHaveLength(2);
    const imports = await within((db) => db.selectFrom('imports').select('raw').execute());
    expect(imports).toEqual([{ raw: readFileSync(SEED) }]);
  });
});

test('the search index is made anew, as often as somebody likes', async () => {
  const published = await within((db) =>
    db.selectFrom('entries').select('id').where('state', '=', 'published').execute(),
  );
  const entries = published.length;
  expect(entries).toBeGreaterThan(0);
  expect(await recorded(['reindex'])).toEqual({ entries });
  const { code, stdout } = await wethi(['reindex']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `ค้นหาได้ ${entries} บันทึก · ${entries} entries can be found\n` });
});

test('a rehearsal that waits for its text keeps nobody else from writing, and numbers what it would bring', async () => {
  const text = readFileSync(SEED, 'utf8');
  const files = ['90001', '90002'].map((number) => {
    const file = join(folder, `gotoknow-${number}.txt`);
    writeFileSync(file, text.replaceAll('58082', number));
    return file;
  });
  const command = ['import', 'gotoknow', ...files, '-', '--blog', 'km', '--permission', '--dry-run', '--json'];
  const child = spawn(process.execPath, [ENTRY, ...command], {
    env: HOME,
    stdio: 'pipe',
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  // Longer than the program needs to have opened the database and to sit at its stdin.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await within((db) =>
    inTransaction(db, (db) => db.updateTable('settings').set({ key: 'origin' }).where('key', '=', 'origin').execute()),
  );
  child.stdin.end(text.replaceAll('58082', '90003'));
  expect(await ended).toBe(0);
  expect((JSON.parse(said) as { number: number }[]).map(({ number }) => number)).toEqual([3, 4, 5]);
  expect(await recorded(['entry', 'list'])).toHaveLength(2);
});

describe('what cannot be done', () => {
  test('wrong usage ends with 64, in both languages, and says where help is', async () => {
    const unknown = await wethi(['blgo', 'list']);
    expect(unknown).toMatchObject({ code: 64, stdout: '' });
    expect(unknown.stderr).toContain('ไม่รู้จักคำสั่ง blgo ดูวิธีใช้ด้วย wethi --help');
    expect(unknown.stderr).toContain('unknown command');
    const missing = await wethi(['blog', 'add', 'km', '--json']);
    expect(missing.code).toBe(64);
    expect(missing.stderr).toContain('wethi blog add --help');
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { kind: 'usage' } });
    expect((await wethi(['entry', 'withdraw', 'seven'])).code).toBe(64);
  });

  test('a refusal ends with 1 and names the next step', async () => {
    const { code, stdout, stderr } = await wethi(
      ['entry', 'publish', '--blog', 'nobody', '--title', 'x', '-', '--json'],
      {
        input: 'x',
        env: { WETHI_LANG: 'en' },
      },
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'not-found', messages: [{ th: expect.any(String) }] } });
    expect(stderr.split('\n')[0]).toBe('there is no blog @nobody; see wethi blog list');
    expect(stderr).toContain('ไม่มีบล็อก @nobody');
  });

  test('every problem with the words is told at once', async () => {
    const { code, stdout } = await wethi(
      ['entry', 'publish', '--blog', 'km', '--title', ' ', '--part', '3', '-', '--json'],
      { input: '\n' },
    );
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as { error: { messages: unknown[] } }).error.messages).toHaveLength(3);
  });

  test('a file that is not UTF-8 is refused with what to do', async () => {
    const file = join(folder, 'windows-874.md');
    writeFileSync(file, Buffer.from([0xca, 0xc7, 0xd1, 0xca]));
    const { code, stderr } = await wethi(['entry', 'publish', '--blog', 'km', '--title', 'x', file]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('UTF-8') });
  });

  test('every problem of the configuration is told at once, with 78', async () => {
    const env = { WETHI_PORT: 'x', WETHI_ORIGIN: 'nonsense', WETHI_ROLE: 'boss' };
    const { code, stderr } = await wethi(['blog', 'list'], { env });
    expect(code).toBe(78);
    for (const name of Object.keys(env)) expect(stderr).toContain(`${name}: `);
  });

  test('a database of another address is left alone, with 78', async () => {
    const { code, stderr } = await wethi(['blog', 'list'], { env: { WETHI_ORIGIN: 'https://other.example' } });
    expect(code).toBe(78);
    expect(stderr).toContain(`WETHI_ORIGIN=${ORIGIN}`);
  });

  test("somebody's name cannot steer the terminal", async () => {
    const name = '\u001b[2Jคุณกิจ\u202e';
    await recorded(
      ['person', 'add', 'member', '--role', 'author', '--name', name, '--password-stdin'],
      'long enough phrase',
    );
    const { stdout } = await wethi(['person', 'list']);
    expect(stdout).toContain('คุณกิจ');
    for (const sign of ['\u001b', '\u202e']) expect(stdout).not.toContain(sign);
  });

  test('the doctor finds a folder that others can read, and ends with 1', async () => {
    mkdirSync(data, { recursive: true });
    chmodSync(data, 0o755);
    const { code, stdout } = await wethi(['doctor', '--json']);
    chmodSync(data, 0o700);
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; level: string }[] };
    expect(findings.filter((finding) => finding.level === 'bad').map((finding) => finding.check)).toEqual(['data']);
  });

  test('a database of a newer program is left alone, with 78 and the way back', async () => {
    await within((db) => sql`insert into migrations values ('9999_later', '2030-01-01T00:00:00.000Z')`.execute(db));
    const { code, stderr } = await wethi(['blog', 'list']);
    expect(code).toBe(78);
    expect(stderr).toContain('9999_later');
    expect(stderr).toContain(engine === 'postgres' ? 'pg_dump' : 'wethi.db.before-9999_later');
  });
});

describe('serving', () => {
  const fresh = join(folder, 'fresh');

  test('prints the address and a set-up link, refuses a taken port, and stops in peace', async () => {
    const env = {
      WETHI_ORIGIN: 'http://localhost:8000',
      WETHI_DATA: fresh,
      DATABASE_URL: '',
      WETHI_PORT: '0',
      WETHI_LOG: 'warning',
    };
    const server = spawn(process.execPath, [ENTRY, 'serve', '--json'], { env, stdio: 'pipe' });
    let warned = '';
    server.stderr.on('data', (chunk: Buffer) => {
      warned += chunk.toString();
    });
    const said = await new Promise<string>((resolve, reject) => {
      server.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      server.once('exit', () => reject(new Error(warned)));
    });
    const { address, setUp } = JSON.parse(said) as { address: string; setUp: string };
    expect(setUp).toMatch(/^http:\/\/localhost:8000\/set-up\?key=[\w-]{22}$/);
    expect(warned).toContain('โหมดฝึก');

    // A second one for pages alone: one that works the queues too would be refused for those before it asks for the port.
    const second = await wethi(['serve'], { env: { ...env, WETHI_ROLE: 'web', WETHI_PORT: new URL(address).port } });
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('WETHI_PORT') });

    expect((await fetch(new URL('/', address))).status).toBe(200);
    signalTo(server, 'SIGTERM');
    expect(await new Promise((resolve) => server.once('exit', resolve))).toBe(0);
  });
});
