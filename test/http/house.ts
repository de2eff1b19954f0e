// A furnished node behind all its doors, the real federation ring among them, for walks through every door there is: two
// people who write, each in a blog of their own, and much that is not for everybody's eyes.
import { request as open } from 'node:http';
import { addBlog, type Blog } from '../../src/domain/blogs.ts';
import { decideComment } from '../../src/domain/comments/moderate.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, writeEntry } from '../../src/domain/entries/write.ts';
import { addPerson, type Person } from '../../src/domain/people.ts';
import { receiveReport } from '../../src/domain/reports.ts';
import { newSetUpSecret } from '../../src/domain/sessions.ts';
import { plainToHtml } from '../../src/domain/text/sanitise.ts';
import type { App } from '../../src/http/app.ts';
import { openNode } from '../../src/node.ts';
import { type Furnished, furnish } from '../journeys/furnished.ts';
import { commented, emptyWorld, ORIGIN, published, reader, type World, words } from '../world.ts';
import { Browser } from './doors.ts';

/** Somebody who writes here, but not in the office's blog. */
export const neighbour = { username: 'khunkit', name: 'คุณกิจ', password: 'กองปุ๋ยร้อนหกสิบสององศา' } as const;

export interface House extends Furnished {
  app: App;
  /** The neighbour's, with one entry and one draft. */
  other: { person: Person; blog: Blog; entry: Entry; draft: Entry };
  /** A draft of the office's, alone with its tag and in its series. */
  secret: Entry;
  /** A draft that was thrown away before anybody saw it. */
  discarded: Entry;
  /** A comment of the office's own that was hidden. */
  hidden: string;
  /** A report from elsewhere that nobody has looked at. */
  report: string;
  browser(): Browser;
  close(): Promise<void>;
}

/** The words that only those may read who write or decide there. */
export const SECRETS = [
  'ร่างลับของสำนักงาน',
  'ชุดลับ',
  'คำลับ',
  'ร่างลับของคุณกิจ',
  'อยากให้มีตอนต่อไป',
  'ซ่อนแล้ว',
  'เขาหลอกขายของ',
] as const;

/** Opens the house. Nothing works in the background: each request is answered by itself. */
export async function openHouse({ network }: Pick<Furnished['place'], 'network'>): Promise<House> {
  const furnished = await furnish({ network, origin: ORIGIN, comments: 'hold-first' });
  const { world } = furnished;
  const { db, clock, author, blog } = world;
  const person = await addPerson(db, { ...neighbour, role: 'author', clock });
  const own = await addBlog(db, {
    handle: 'khunkit_note',
    title: 'สมุดของคุณกิจ',
    author: person.username,
    comments: 'open',
    clock,
  });
  const theirs = { ...world, blog: own, author: person };
  const secret = await drafted(world, { title: SECRETS[0], series: SECRETS[1], part: 1, tags: [SECRETS[2]] });
  const discarded = await drafted(world, { title: 'ร่างที่ทิ้งไป' });
  await withdrawEntry(db, { id: discarded.id, clock });
  const said = { source: SECRETS[5], language: 'th', origin: ORIGIN, clock };
  const hidden = await writeComment(db, { blog: blog.id, place: { entry: furnished.seed.id, parent: null }, ...said });
  await decideComment(db, { id: hidden.id, decision: 'hide', viewer: 'operator' });
  const other = {
    ...{ person, blog: own },
    entry: await published(theirs, { title: 'บันทึกของคุณกิจ' }),
    draft: await drafted(theirs, { title: SECRETS[3] }),
  };
  await commented(world, {
    actor: reader,
    entry: other.entry,
    uri: 'https://example.social/notes/77',
    html: plainToHtml('ดีมาก'),
  });
  const about = { activity: 'https://example.social/flags/1', actor: reader.id, content: SECRETS[6] };
  await receiveReport(db, { ...about, subjects: [{ kind: 'entry', subject: furnished.seed.id }], clock });
  const report = await db.selectFrom('reports').select('id').executeTakeFirstOrThrow();
  const { app, close } = await doorsOn(world, network);
  return {
    ...furnished,
    ...{ app, other, secret, discarded, hidden: hidden.id, report: report.id },
    browser: () => new Browser(app, ORIGIN),
    async close() {
      await close();
      await world.close();
    },
  };

  async function drafted(on: Pick<World, 'blog' | 'author'>, given: Parameters<typeof words>[0]): Promise<Entry> {
    const draft = {
      blog: on.blog.id,
      author: on.author.id,
      words: words(given),
      as: 'draft',
      origin: ORIGIN,
      clock,
    } as const;
    const written = await writeEntry(db, draft);
    if (!written.ok) throw new Error(`the draft was refused for ${author.username}`);
    return written.entry;
  }
}

/** A node before its set-up, with the secret of its link. */
export async function openShell() {
  const world = await emptyWorld();
  const secret = await newSetUpSecret(world.db, { clock: world.clock });
  const { app, close } = await doorsOn(world, 'public');
  return {
    ...{ world, secret, app },
    browser: () => new Browser(app, ORIGIN),
    async close() {
      await close();
      await world.close();
    },
  };
}

/** The node itself behind its own socket, without its workers. `loopback` lets it ask servers of this machine. */
async function doorsOn({ folder, path }: Pick<World, 'folder' | 'path'>, network: 'public' | 'loopback') {
  const node = await openNode({
    ...{ origin: ORIGIN, host: '127.0.0.1', port: 0, data: folder, databasePath: path },
    ...{ role: 'web', language: 'th', log: 'error', trustProxy: false },
    allowPrivateAddress: network === 'loopback',
  });
  const { address } = await node.serve();
  const app: App = {
    fetch: node.fetch,
    request: (asked, init) =>
      over(address, asked instanceof Request ? asked : new Request(new URL(String(asked), ORIGIN), init)),
    // The node uses these itself, below the socket that is asked here.
    early: () => false,
    lines: async () => ({}),
    routes: node.routes,
  };
  return { app, close: node.close };
}

/** Asks over the socket as the proxy in front would, for some answers are given before any framework sees the request. */
async function over(address: string, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const bytes = new Uint8Array(await request.arrayBuffer());
  const length = bytes.length === 0 ? {} : { 'content-length': bytes.length };
  const headers = { ...Object.fromEntries(request.headers), ...length, host: new URL(ORIGIN).host };
  const { port } = new URL(address);
  return await new Promise((resolve, reject) => {
    const sending = open({ port, path: pathname + search, method: request.method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode: status = 0, rawHeaders } = answer;
        const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? '']] : []));
        const body = [204, 304].includes(status) ? null : Buffer.concat(chunks);
        resolve(new Response(body, { status, headers: lines as [string, string][] }));
      });
    });
    sending.on('error', reject);
    sending.end(bytes);
  });
}
