// Fuzzes what anybody may GET: WebFinger, NodeInfo, every ActivityPub address and every page, by odd paths, queries and
// headers. No answer may be a fault of ours, and servers get JSON (security.md T32, T35, T36, T65).
import fc from 'fast-check';
import { path } from '../../src/urls.ts';
import { dump } from '../world.ts';
import { HEADERS } from './oddities.ts';
import { openTarget, type Target } from './target.ts';
import { requestBytes } from './wire.ts';

export interface DoorFigures {
  statuses: Record<string, number>;
  p50: number;
  p99: number;
  faults: string[];
}

const ACCEPTS = [
  'application/activity+json',
  'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
  'application/activity+json, text/html;q=0.1',
  'application/jrd+json',
];
const PAGE_ACCEPTS = ['text/html', '*/*', '', ';;q=', 'x/y;q=9, ,', 'text/html;q=0'];

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map(encodeURIComponent),
  fc.string({ maxLength: 40 }).map((text) => text.replace(/[\s?#]/g, '')),
  fc.constantFrom(
    ...[
      '%',
      '%ff',
      '%00',
      '%2e%2e',
      '%2F',
      '%252f',
      '..',
      '.',
      '/',
      '//',
      '\\',
      '%5c',
      '-1',
      '0',
      '99999999999999999999',
      '1e9',
      'x'.repeat(6_000),
    ],
    ...[
      '__proto__',
      'constructor',
      '%E0%B8%99%E0%B9%89%E0%B8%B3',
      "'",
      '"',
      '%27%20or%201=1--',
      '{identifier}',
      ':id',
      '*',
      '@',
      'acct:',
      '~',
    ],
  ),
);
const cut = fc.nat(200);

const asked = fc.record({
  place: fc.nat(1_000),
  /** Pieces that take the place of one of the path's own, or come after it. */
  pieces: fc.array(fc.record({ at: fc.nat(6), odd }), { maxLength: 2 }),
  query: fc.option(
    fc.record({
      name: fc.constantFrom('resource', 'rel', 'cursor', 'after', 'uri', 'next', 'comment', 'v', 'x'),
      value: odd,
    }),
  ),
  accept: fc.constantFrom(...ACCEPTS, ...PAGE_ACCEPTS),
  line: fc.option(fc.nat(HEADERS.length - 1), { freq: 3 }),
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'OPTIONS'),
  cut,
});

/** Asks `count` times for what may be there. */
export async function fuzzDoors({ seed, count }: { seed: number; count: number }): Promise<DoorFigures> {
  const target = await openTarget({ peers: 1 });
  const figures: DoorFigures = { statuses: {}, p50: 0, p99: 0, faults: [] };
  const times: number[] = [];
  try {
    const places = placesOf(target);
    await target.settled();
    const before = JSON.stringify(dump(target.world));
    for (const [number, one] of fc.sample(asked, { seed, numRuns: count }).entries()) {
      const address = addressOf(places[one.place % places.length] ?? '/', one);
      const line = one.line === null ? [] : HEADERS.slice(one.line, one.line + 1);
      const headers = new Map([['host', target.host], ['accept', one.accept], ...line]);
      const bytes = requestBytes({ method: one.method, target: address, headers: [...headers] });
      const answered = await target.send({ bytes, frame: 'broken' });
      figures.statuses[answered.status] = (figures.statuses[answered.status] ?? 0) + 1;
      if (answered.ms !== null) times.push(answered.ms);
      for (const wrong of wrongWith({ address, ...one, asked: answered.asked }, answered)) {
        figures.faults.push(`seed ${seed}, request ${number} (${one.method} ${address.slice(0, 120)}): ${wrong}`);
      }
    }
    if (JSON.stringify(dump(target.world)) !== before)
      figures.faults.push('a row changed although everything was only read');
    figures.faults.push(...(await target.vitals()).unhandled);
  } finally {
    await target.close();
  }
  times.sort((a, b) => a - b);
  const share = (part: number) => times[Math.floor(times.length * part)] ?? 0;
  return { ...figures, p50: share(0.5), p99: share(0.99) };
}

/** Everything that can be asked for, with what is really there. */
function placesOf({ entry, host, world }: Target): string[] {
  const { id } = world.blog;
  const acct = encodeURIComponent(`acct:${world.blog.handle}@${host}`);
  const actors = [id, 'organisation', 'instance'].flatMap((one) =>
    [path.actor, path.inbox, path.outbox, path.followers, path.following, path.featured].map((way) => way(one)),
  );
  return [
    ...actors,
    ...actors.map((one) => `${one}?cursor=-`),
    ...[path.article, path.articleReplies, path.articleLikes, path.articleShares, path.note].map((way) =>
      way(entry.id),
    ),
    ...[path.activity(`create-${entry.id}-0`), path.activity(`delete-${entry.id}-0`), path.sharedInbox()],
    ...[`/.well-known/webfinger?resource=${acct}`, '/.well-known/webfinger', '/.well-known/nodeinfo', '/nodeinfo/2.1'],
    ...[
      '/.well-known/host-meta',
      path.home(),
      path.blogs(),
      path.blog(world.blog.handle),
      path.entry(world.blog.handle, entry.number),
    ],
    ...[
      path.tags(),
      path.tag('น้ำ'),
      path.series('x'),
      path.archive(),
      path.archiveYear(2569),
      path.blogArchiveYear(world.blog.handle, 2569),
      path.original('gotoknow', '1'),
      path.signInThen('/'),
      path.setUpWith('x'),
    ],
    ...[
      path.desk(),
      path.write(),
      path.revise(1),
      path.reading(),
      path.follow(world.blog.handle),
      path.authorizeInteraction(),
    ],
    ...[
      path.answer(world.blog.handle, entry.number),
      path.favicon(),
      path.picture(),
      path.robots(),
      '/assets/wethi.css',
      '/en/',
    ],
  ];
}

function addressOf(
  place: string,
  {
    pieces,
    query,
    cut,
  }: { pieces: { at: number; odd: string }[]; query: { name: string; value: string } | null; cut: number },
): string {
  const [before = '/', standing = ''] = place.split('?');
  const parts = before.split('/');
  for (const { at, odd } of pieces) parts[1 + (at % parts.length)] = odd;
  const asking = query === null ? standing : `${query.name}=${query.value}`;
  // One in a few is cut short anywhere, as a link in a message may be.
  const whole = `${parts.join('/')}${asking === '' ? '' : `?${asking}`}`;
  const shortened = cut < 20 ? whole.slice(0, 1 + cut) : whole;
  // A request line holds neither spaces nor control characters, or it would be another line.
  return shortened.replace(/[^\x21-\x7e]/g, '') || '/';
}

function wrongWith(
  { address, accept, method, asked }: { address: string; accept: string; method: string; asked: string[] },
  { status, head, body }: { status: number; head: string; body: string },
): string[] {
  const wrong: string[] = [];
  if (!(status >= 200 && status < 500)) wrong.push(`answered ${status} ${body.slice(0, 120)}`);
  if (asked.length > 0) wrong.push(`asked ${asked[0]}`);
  const type = /\r\ncontent-type: ([^\r;]*)/i.exec(head)?.[1] ?? '';
  const server = ACCEPTS.slice(0, 2).includes(accept) && method === 'GET';
  if (server && /^\/ap\//.test(address) && status === 200 && !/json$/.test(type)) wrong.push(`${type} for a server`);
  if (/^\/\.well-known\/webfinger\b/.test(address) && status === 200 && !/json$/.test(type))
    wrong.push(`WebFinger in ${type}`);
  return wrong;
}
