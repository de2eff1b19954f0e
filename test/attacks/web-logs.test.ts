// What an attacker can make the log say: a real `wethi serve` that logs all it can, told lies and secrets at every door; its
// log is one JSON object a line, and holds no word that opens anything (T62; ghost 0d75f3c).
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { bareDatabase, databaseUrl, dump, type Place, removeDatabase } from '../databases.ts';
import { signCavage } from '../federation/peer.ts';
import {
  actorDocument,
  createOf,
  drop,
  knock,
  noteOf,
  openActor,
  openServer,
  publish,
  type Server,
} from '../federation/scripted.ts';
import { attack, measured, printLedger } from './ledger.ts';
import { quietPort } from './web-node.ts';

const ENTRY = fileURLToPath(new URL('../../src/cli/wethi.ts', import.meta.url));
const PASSWORD = 'รหัสลับที่ไม่มีใครเดา1';
const WRONG = 'รหัสที่พิมพ์ผิดไปหนึ่งตัว';
const BEL = '\u001b]0;pwned\u0007\u001b[31m';
const FORGED = '\r\n{"level":"info","message":"forged line"}\r\n';

let child: ChildProcess;
let log = '';
let origin: string;
let setUp: URL;
let place: Place;
let theirs: Server;
beforeAll(async () => {
  place = await bareDatabase();
  theirs = await openServer();
  const port = await quietPort();
  origin = `http://localhost:${port}`;
  const env = {
    WETHI_ORIGIN: origin,
    WETHI_PORT: String(port),
    WETHI_DATA: place.folder,
    DATABASE_URL: databaseUrl(place),
    WETHI_LOG: 'debug',
    WETHI_ALLOW_PRIVATE_ADDRESS: '1',
  };
  child = spawn(process.execPath, [ENTRY, 'serve', '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const printed = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  setUp = new URL((JSON.parse(printed) as { setUp: string }).setUp);
});
afterAll(async () => {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  await theirs.close();
  await removeDatabase(place);
});
printLedger();

async function form(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const bytes = new TextEncoder().encode(new URLSearchParams(fields).toString());
  const said = { origin, 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', ...headers };
  return await knock({ url: origin + path, method: 'POST', headers: said, bytes });
}

/** Sets the node up, signs in, wrongly and rightly; returns everything that must never stand in the log. */
async function secrets(): Promise<{ cookie: string; all: string[] }> {
  const key = setUp.searchParams.get('key') ?? '';
  const values = {
    organisationName: `องค์กร${FORGED}`,
    organisationHandle: 'bangchak',
    name: BEL,
    username: 'amnuay',
    blogTitle: 'บล็อก',
    blogHandle: 'km',
  };
  await knock({ url: setUp.href, headers: { accept: 'text/html' } });
  await form('/set-up', { key, ...values, password: 'สั้น' });
  const done = await form('/set-up', { key, ...values, password: PASSWORD });
  expect(done.status).toBe(303);
  await form('/sign-in', { username: 'amnuay', password: WRONG });
  await form('/sign-in', { username: `x${FORGED}${BEL}`, password: WRONG });
  const signedIn = await form('/sign-in', { username: 'amnuay', password: PASSWORD });
  const cookie = (signedIn.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  const tokens = [done, signedIn].map(({ headers }) => headers['set-cookie']?.[0]?.match(/=([^;]+)/)?.[1] ?? '');
  const { keys, people } = dump(place);
  const kept = JSON.stringify([keys, people]);
  // Long runs of letters in what is kept of keys and passwords: PEM lines, parts of JWKs, salts and hashes.
  const material = kept.match(/[A-Za-z0-9+/_-]{30,}/g) ?? [];
  expect(material.length).toBeGreaterThan(4);
  expect(tokens.every((token) => token.length >= 22)).toBe(true);
  return { cookie, all: [key, PASSWORD, WRONG, ...tokens, ...material] };
}

/** Lies in every header that a raw socket can send. */
async function raw(lines: string[]): Promise<void> {
  const { port } = new URL(origin);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.end(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
    socket.on('data', () => undefined);
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}

attack('T62', '§15.98 the log is one JSON object a line, whatever was sent, and holds no secret', async () => {
  const { cookie, all } = await secrets();
  const lies = [
    BEL,
    'x\r injected',
    'x\n injected',
    'x\u0085y',
    '\u2028{"level":"info"}',
    '\u009b31m',
    '%0d%0a{"level":"info"}',
  ];
  for (const lie of lies) {
    await raw([
      `GET /${encodeURIComponent(lie)} HTTP/1.1`,
      `Host: ${lie}`,
      `User-Agent: ${lie}`,
      `Cookie: ${cookie}`,
      'Connection: close',
    ]);
    await raw([
      'POST /ap/inbox HTTP/1.1',
      'Host: localhost',
      `Signature: keyId="${lie}",headers="date",signature="eA=="`,
      'Content-Length: 2',
      'Content-Type: application/activity+json',
      'Connection: close',
      '',
      '{}',
    ]);
    await form(
      '/write',
      { blog: 'km', title: lie + FORGED, source: lie + FORGED, tags: lie, act: 'publish', licence: 'cc-by-4.0' },
      { cookie },
    );
    await form('/@km/follow', { account: `${lie}@${theirs.host}` });
    await knock({
      url: `${origin}/authorize_interaction?uri=${encodeURIComponent(theirs.origin + lie)}`,
      headers: { cookie, accept: 'text/html', 'sec-fetch-site': 'none' },
    });
  }
  const peer = openActor(theirs, 'liar');
  publish(actorDocument(peer, { name: FORGED + BEL, preferredUsername: `l${BEL}` }));
  const activity = createOf(
    peer,
    noteOf(peer, `${origin}/@km/1`, { content: FORGED + BEL, id: `${peer.actor}/notes/${encodeURIComponent(FORGED)}` }),
  );
  const letter = signCavage(peer, { url: `${origin}/ap/inbox`, activity, at: new Date() });
  expect((await drop(letter)).status).toBe(202);
  const unsigned = signCavage(peer, {
    url: `${origin}/ap/inbox`,
    activity,
    at: new Date(),
    keyId: `${peer.actor}#${encodeURIComponent(FORGED)}`,
  });
  await drop(unsigned);
  await expect.poll(() => log.includes('/users/liar'), { timeout: 10_000 }).toBe(true);

  const lines = log.split('\n').filter((line) => line !== '' && !line.startsWith('!!! '));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const record = JSON.parse(line) as Record<string, unknown>;
    expect(Object.keys(record)).toContain('level');
    // Control characters stand escaped, or a terminal that shows the log obeys them.
    expect(line.match(/\p{Cc}/u), line).toBeNull();
    expect(String(record.message).startsWith('forged'), line).toBe(false);
  }
  const told = all.filter((secret) => log.includes(secret) || log.includes(encodeURIComponent(secret)));
  expect(told).toEqual([]);
  expect(log).not.toMatch(/PRIVATE KEY|"d":"/);
  measured(`${lines.length} lines of log at level debug looked through for ${all.length} secrets`);
});
