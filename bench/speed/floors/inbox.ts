// The least that an inbox can do: looks at the headers, the digest and the signature, reads the letter, cleans its text, writes it
// down and says 202. With one JSON-LD expansion, or one reading into the library's objects, it is what a library could do at best.
// What it refuses it refuses as soon as it can.
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Create, Note } from '@fedify/vocab';
import jsonld from '@fedify/vocab-runtime/jsonld';
import Sqlite from 'better-sqlite3';
import { sanitiseRemote } from '../../../src/domain/text/sanitise.ts';
import { shippedContext } from '../../../src/federation/contexts.ts';
import { onAsk } from '../gauge.ts';

/** `refuse` stops at the signature; `bare` reads plain JSON; `expand` and `parse` add one reading each. */
export type Thoroughness = 'refuse' | 'bare' | 'expand' | 'parse';

/** `path` is where its database goes, `pem` the key of everybody. */
export interface Given {
  path: string;
  pem: string;
  thoroughness: Thoroughness;
}

/** As much as the gate reads. */
const BODY_BYTES_MAX = 640 * 1024;

interface Letter {
  id: string;
  actor: string;
  object: { id: string; content: string };
}

interface Floor {
  key: KeyObject;
  thoroughness: Thoroughness;
  keep: (letter: Letter, html: string) => void;
}

let kept = 0;

onAsk('open', async ({ path, pem, thoroughness }: Given) => {
  const floor: Floor = { key: createPublicKey(pem), thoroughness, keep: openStore(path) };
  // Between two rounds of it those of the node may take longer than the five seconds that are usual.
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const status = await take(request, floor);
    // Behind a body that is too large one hangs up.
    response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
onAsk('kept', () => kept);

/** What was answered with 202 must survive a power cut here as there, so it is written in full before it is answered. */
function openStore(path: string): Floor['keep'] {
  const database = new Sqlite(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('create table letters (id text primary key, actor text, uri text unique, html blob, received text)');
  const insert = database.prepare('insert into letters values (?, ?, ?, ?, ?)');
  return ({ id, actor, object }, html) => {
    insert.run(id, actor, object.id, Buffer.from(html), new Date().toISOString());
    kept++;
  };
}

async function take(request: IncomingMessage, { key, thoroughness, keep }: Floor): Promise<number> {
  if (Number(request.headers['content-length']) > BODY_BYTES_MAX) return 413;
  if (request.headers.signature === undefined) return 401;
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
  if (request.headers.digest !== digest || !isSigned(request, key)) return 401;
  if (thoroughness === 'refuse') return 202;
  const letter = JSON.parse(body.toString()) as Letter;
  keep(letter, sanitiseRemote(await contentOf(letter, thoroughness)));
  return 202;
}

function isSigned({ headers, method = '', url }: IncomingMessage, key: KeyObject): boolean {
  const given = new Map(
    String(headers.signature)
      .split(',')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 2, -1)]),
  );
  const base = (given.get('headers') ?? '')
    .split(' ')
    .map((name) => `${name}: ${name === '(request-target)' ? `${method.toLowerCase()} ${url}` : headers[name]}`);
  return verify('sha256', Buffer.from(base.join('\n')), key, Buffer.from(given.get('signature') ?? '', 'base64'));
}

async function contentOf(letter: Letter, thoroughness: Thoroughness): Promise<string> {
  if (thoroughness === 'expand') {
    await jsonld.expand(letter as object, { documentLoader: shippedContext as never });
    return letter.object.content;
  }
  if (thoroughness === 'bare') return letter.object.content;
  const create = await Create.fromJsonLd(letter, { contextLoader: shippedContext });
  const note = await create.getObject({ contextLoader: shippedContext });
  if (!(note instanceof Note)) throw new Error('the letter holds no Note');
  return String(note.content);
}
