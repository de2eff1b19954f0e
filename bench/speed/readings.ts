// What a reader or another server can ask of an entry, each with what the answer must be: its kind, its bytes, and that it
// is about the right thing. The first answer is examined, every later one must be the same.
import { type Answer, askOnce, type Call, type Connection, callOf, kindFault, sameFault } from './exchange.ts';
import type { Stored } from './floors/stored.ts';
import type { Target } from './target.ts';

const ACTIVITY = 'application/activity+json';

/** Something to be read, and the answer that it gave when it was examined. */
export interface Reading {
  name: string;
  url: string;
  accept: string;
  /** What stands in every answer that is about the right thing. */
  marks: string[];
  answer: Answer;
}

/** What is read, and of what kind it must be. */
interface Wanted extends Omit<Reading, 'answer'> {
  type: string;
}

export interface Readings {
  page: Reading;
  article: Reading;
  actor: Reading;
  webfinger: Reading;
  outbox: Reading;
  picture: Reading;
}

/** Asks for everything once and examines it. @throws Error when an answer is not what it must be. */
export async function examined({ origin, urls, title, comments }: Target): Promise<Readings> {
  const collection = JSON.parse((await askOnce(urls.outbox, { accept: ACTIVITY })).body.toString()) as {
    first?: string;
  };
  if (collection.first === undefined) throw new Error('the outbox has no first page');
  const all: Record<keyof Readings, Wanted> = {
    page: {
      name: 'page',
      url: urls.page,
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      type: 'text/html',
      marks: [`<title>${title}`, urls.article, '</html>'],
    },
    article: { name: 'Article', url: urls.article, ...AS_DATA, marks: [`"id":"${urls.article}"`, title] },
    actor: { name: 'actor', url: urls.actor, ...AS_DATA, marks: [`"id":"${urls.actor}"`, 'PUBLIC KEY'] },
    webfinger: {
      name: 'WebFinger',
      url: urls.webfinger,
      accept: 'application/jrd+json',
      type: 'application/jrd+json',
      marks: [`@${new URL(origin).host}"`, urls.actor],
    },
    outbox: { name: 'outbox page', url: collection.first, ...AS_DATA, marks: [urls.article, title] },
    picture: { name: 'og:image', url: urls.picture, accept: 'image/*', type: 'image/png', marks: ['PNG', 'IEND'] },
  };
  const found: [string, Reading][] = [];
  for (const [key, wanted] of Object.entries(all)) found.push([key, await examine(wanted)]);
  const readings = Object.fromEntries(found) as unknown as Readings;
  const shown = commentsIn(readings.page.answer);
  if (shown !== comments) throw new Error(`the page shows ${shown} comments, not ${comments}`);
  return readings;
}

const AS_DATA = { accept: ACTIVITY, type: ACTIVITY };

/** How many comments a page shows. */
export function commentsIn({ body }: Answer): number {
  return (body.toString().match(/id="c-/g) ?? []).length;
}

async function examine({ type, ...wanted }: Wanted): Promise<Reading> {
  const { name, url, accept } = wanted;
  const answer = await askOnce(url, { accept });
  const fault = kindFault(answer, type) ?? marksFault(answer, wanted.marks);
  if (fault !== null) throw new Error(`${name} at ${url}: ${fault}`);
  return { ...wanted, answer };
}

function marksFault({ body }: Answer, marks: readonly string[]): string | null {
  const missing = marks.find((mark) => !body.includes(mark));
  return missing === undefined ? null : `${missing} is not in it`;
}

/** The call that reads it again; its answer must be the very same bytes, of the same kind. */
export function reads({ url, accept, answer }: Reading, connection: Connection): Call {
  return callOf({ url, headers: { accept }, connection, check: (again) => sameFault(again, answer) });
}

/** The call that reads what may change meanwhile: of the same kind, whole, and about the same thing. */
export function readsChanging({ url, accept, marks, answer }: Reading, connection: Connection): Call {
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  const check = (now: Answer) => kindFault(now, type) ?? marksFault(now, marks);
  return callOf({ url, headers: { accept }, connection, check });
}

/** The call of somebody who has it already and asks whether it is still so: 304, the same ETag, nothing else. */
export function readsAgain({ name, url, accept, answer }: Reading, connection: Connection): Call {
  const etag = answer.headers.get('etag');
  if (etag === undefined) throw new Error(`${name} has no ETag`);
  const check = ({ status, headers }: Answer) => {
    if (status !== 304) return `status ${status}, not 304`;
    return headers.get('etag') === etag ? null : 'another ETag';
  };
  return callOf({ url, headers: { accept, 'if-none-match': etag }, connection, check });
}

/** The same readings as the floor has them, and how they are asked for there. */
export function storedFrom(readings: readonly Reading[]): Stored {
  return Object.fromEntries(
    readings.map(({ url, answer }) => {
      const { pathname, search } = new URL(url);
      const type = answer.headers.get('content-type') ?? '';
      return [pathname + search, { type, etag: answer.headers.get('etag') ?? '"floor"', body: answer.body }];
    }),
  );
}

/** The reading on another origin, with the ETag that the floor gives. */
export function readingAt(origin: string, reading: Reading): Reading {
  const { pathname, search } = new URL(reading.url);
  const etag = reading.answer.headers.get('etag') ?? '"floor"';
  const headers = new Map([...reading.answer.headers, ['etag', etag]]);
  return { ...reading, url: origin + pathname + search, answer: { ...reading.answer, headers } };
}
