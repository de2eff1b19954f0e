// Every door of the router with what there is to do behind it: a form that does it, who may send that, and forms that name
// what is not the sender's to touch. The walks go by these tables, and fail where a door is missing.
import { path, pattern } from '../../src/urls.ts';
import { openActor, openServer, type Server } from '../federation/scripted.ts';
import { ORIGIN, office, seed } from '../world.ts';
import { type Browser, hiddenIn } from './doors.ts';
import { type House, neighbour, openHouse } from './house.ts';

/** What was never there. */
export const NOBODY = 'zzzzzzzzzzzzzzzzzzzz';
export const NO_NUMBER = 999_999;

/** Who walks, and where. */
export interface Walk {
  house: House;
  elsewhere: Server;
  /** The office's author, who is its administrator. */
  amnuay: Browser;
  /** Somebody who writes in a blog of their own. */
  khunkit: Browser;
  /** Nobody is signed in here. */
  nobody: Browser;
  close(): Promise<void>;
}

/** Opens a house to walk through, and a server elsewhere. */
export async function openWalk(): Promise<Walk> {
  const elsewhere = await openServer();
  openActor(elsewhere, 'reader');
  const house = await openHouse({ network: 'loopback' });
  const [amnuay, khunkit, nobody] = [house.browser(), house.browser(), house.browser()];
  const answers = [await amnuay.signIn(), await khunkit.signIn(neighbour.username, neighbour.password)];
  if (answers.some(({ status }) => status !== 303)) throw new Error('somebody could not sign in');
  return {
    ...{ house, elsewhere, amnuay, khunkit, nobody },
    async close() {
      await house.close();
      await elsewhere.close();
    },
  };
}

export interface Form {
  to: string;
  fields: Record<string, string>;
}

export interface Act {
  /** A form that does what the door is for, and the person who may send it. */
  honest: (at: Walk) => Form | Promise<Form>;
  by: (at: Walk) => Browser;
  /** Whether it leaves a row here; the others only send a visitor on. */
  leaves: 'a row' | 'nothing';
  /** What the same form is answered when nobody is signed in. */
  alone: number;
  /** Forms that name what is not the neighbour's to touch, with what the neighbour is answered. */
  swapped: (at: Walk) => [Form, number][];
}

export const words = { title: 'เปลี่ยนแล้ว', source: 'ถ้อยคำใหม่', licence: 'cc-by-4.0', act: 'publish' };

/** Every door that can change something. */
export const ACTS: Record<string, Act> = {
  'POST /sign-in': {
    honest: () => ({ to: path.signIn(), fields: { ...neighbour } }),
    by: (at) => at.house.browser(),
    leaves: 'a row',
    alone: 303,
    swapped: () => [],
  },
  'POST /sign-out': {
    honest: () => ({ to: path.signOut(), fields: {} }),
    by: (at) => at.khunkit,
    leaves: 'a row',
    alone: 303,
    swapped: () => [],
  },
  'POST /:blog{@[A-Za-z0-9_]+}/follow': {
    honest: (at) => ({ to: path.follow(office.blog.handle), fields: { account: `reader@${at.elsewhere.host}` } }),
    by: (at) => at.nobody,
    leaves: 'nothing',
    alone: 303,
    swapped: () => [[{ to: path.follow('nobody'), fields: {} }, 404]],
  },
  'POST /:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}/answer': {
    honest: (at) => ({
      to: path.answer(office.blog.handle, at.house.seed.number),
      fields: { blog: at.house.other.blog.handle, text: 'ขอบคุณ', comment: at.house.talk.reader },
    }),
    by: (at) => at.khunkit,
    leaves: 'a row',
    alone: 401,
    swapped: (at) => {
      const said = { blog: at.house.other.blog.handle, text: 'x' };
      const to = path.answer(office.blog.handle, at.house.seed.number);
      return [
        [{ to, fields: { ...said, blog: office.blog.handle } }, 403],
        [{ to, fields: { ...said, comment: at.house.talk.held } }, 404],
        [{ to, fields: { ...said, comment: at.house.hidden } }, 404],
        [{ to: path.answer(office.blog.handle, at.house.draft.number), fields: said }, 404],
        [{ to: path.answer(office.blog.handle, at.house.withdrawn.number), fields: said }, 410],
        [{ to: path.answer(at.house.other.blog.handle, at.house.seed.number), fields: said }, 404],
        [
          {
            to: path.answer(office.blog.handle, at.house.fresh.number),
            fields: { ...said, comment: at.house.talk.reader },
          },
          404,
        ],
      ];
    },
  },
  'POST /write': {
    honest: (at) => ({ to: path.write(), fields: { ...words, blog: at.house.other.blog.handle } }),
    by: (at) => at.khunkit,
    leaves: 'a row',
    alone: 401,
    swapped: () => [
      [{ to: path.write(), fields: { ...words, blog: office.blog.handle } }, 403],
      [{ to: path.write(), fields: { ...words, blog: 'nobody' } }, 403],
      [{ to: path.write(), fields: words }, 403],
    ],
  },
  'POST /write/:number{[1-9][0-9]*}': {
    honest: async (at) => {
      const page = await at.khunkit.get(path.revise(at.house.other.entry.number));
      return { to: path.revise(at.house.other.entry.number), fields: { ...(await hiddenIn(page)), ...words } };
    },
    by: (at) => at.khunkit,
    leaves: 'a row',
    alone: 401,
    swapped: (at) =>
      othersEntries(at, (number) => ({
        to: path.revise(number),
        fields: { ...words, blog: at.house.other.blog.handle },
      })),
  },
  'POST /write/:number{[1-9][0-9]*}/withdraw': {
    honest: (at) => ({ to: path.withdraw(at.house.other.entry.number), fields: {} }),
    by: (at) => at.khunkit,
    leaves: 'a row',
    alone: 401,
    swapped: (at) => othersEntries(at, (number) => ({ to: path.withdraw(number), fields: {} })),
  },
  'POST /comments/:id': {
    honest: (at) => ({ to: path.moderateComment(at.house.talk.held), fields: { act: 'show' } }),
    by: (at) => at.amnuay,
    leaves: 'a row',
    alone: 401,
    swapped: (at) => {
      const decide = (id: string, act: string): Form => ({ to: path.moderateComment(id), fields: { act } });
      return [
        [decide(at.house.talk.reader, 'hide'), 403],
        [decide(at.house.talk.author, 'hide'), 403],
        [decide(at.house.talk.alsoHeld, 'show'), 404],
        [decide(at.house.hidden, 'show'), 404],
        [decide(NOBODY, 'show'), 404],
      ];
    },
  },
  'POST /reports/:id': {
    honest: (at) => ({ to: path.report(at.house.report), fields: {} }),
    by: (at) => at.amnuay,
    leaves: 'a row',
    alone: 401,
    swapped: (at) => [
      [{ to: path.report(at.house.report), fields: {} }, 404],
      [{ to: path.report(NOBODY), fields: {} }, 404],
    ],
  },
  'POST /authorize_interaction': {
    honest: (at) => ({
      to: path.authorizeInteraction(),
      fields: { uri: `${at.elsewhere.origin}/users/reader`, act: 'follow', blog: at.house.other.blog.handle },
    }),
    by: (at) => at.khunkit,
    leaves: 'a row',
    alone: 401,
    swapped: (at) => {
      const follow = { uri: `${at.elsewhere.origin}/users/reader`, act: 'follow' };
      return [
        [{ to: path.authorizeInteraction(), fields: { ...follow, blog: office.blog.handle } }, 403],
        [{ to: path.authorizeInteraction(), fields: follow }, 403],
      ];
    },
  },
};

/** Doors of the ring: what they take is signed, and tried in test/attacks. A browser can change nothing there. */
export const RING: Record<string, (at: Walk) => string[]> = {
  'ALL /ap/*': (at) => [
    path.sharedInbox(),
    path.inbox(at.house.world.blog.id),
    path.actor(at.house.world.blog.id),
    path.article(at.house.fresh.id),
  ],
  'ALL /.well-known/*': () => [
    '/.well-known/webfinger?resource=acct:khunamnuay_muang@wethi.example',
    '/.well-known/nodeinfo',
  ],
  'ALL /nodeinfo/*': () => ['/nodeinfo/2.1'],
};

/** Doors that only show, with something behind each. */
export const READS: Record<string, (at: Walk) => string[]> = {
  'GET /assets/*': () => ['/assets/wethi.css'],
  'GET /favicon.svg': () => [path.favicon()],
  'GET /robots.txt': () => [path.robots()],
  'GET /set-up': () => [path.setUp(), path.setUpWith('x')],
  'GET /sign-in': () => [path.signIn(), path.signInThen('/desk')],
  'GET /': () => [path.home(), '/en'],
  'GET /blogs': () => [path.blogs()],
  'GET /:blog{@[A-Za-z0-9_]+}': (at) => [path.blog(office.blog.handle), path.blog(at.house.other.blog.handle)],
  'GET /:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}': (at) => [
    path.entry(office.blog.handle, at.house.seed.number),
    path.entry(office.blog.handle, at.house.fresh.number),
  ],
  'GET /original/:system/:number': () => [path.original('gotoknow', seed.original)],
  'GET /t': () => [path.tags()],
  'GET /t/:tag': () => [path.tag(seed.tag)],
  'GET /series/:id': (at) => [path.series(at.house.seed.series ?? '')],
  'GET /archive': () => [path.archive()],
  'GET /archive/:year{[0-9][0-9][0-9][0-9]}': () => [path.archiveYear(2549)],
  'GET /:blog{@[A-Za-z0-9_]+}/archive': () => [path.blogArchive(office.blog.handle)],
  'GET /:blog{@[A-Za-z0-9_]+}/archive/:year{[0-9][0-9][0-9][0-9]}': () => [
    path.blogArchiveYear(office.blog.handle, 2549),
  ],
  'GET /search': () => [path.search(), path.searchFor({ q: 'คุณอำนวย' })],
  [`GET ${pattern.nodeFeed}`]: () => [path.feed(path.home(), 'xml'), path.feed(path.home(), 'json')],
  [`GET ${pattern.blogFeed}`]: (at) => [path.feed(path.blog(at.house.other.blog.handle), 'atom')],
  [`GET ${pattern.tagFeed}`]: () => [path.feed(path.tag(seed.tag), 'xml')],
  [`GET ${pattern.seriesFeed}`]: (at) => [path.feed(path.series(at.house.seed.series ?? ''), 'xml')],
  [`GET ${path.sitemap()}`]: () => [path.sitemap()],
  [`GET ${path.sitemapPages()}`]: () => [path.sitemapPages()],
  [`GET ${pattern.sitemapEntries}`]: () => [path.sitemapEntries(0)],
  [`GET ${path.oembed()}`]: (at) => [
    path.oembedOf(ORIGIN + path.entry(office.blog.handle, at.house.fresh.number), 'json'),
  ],
  'GET /:blog{@[A-Za-z0-9_]+}/follow': () => [path.follow(office.blog.handle)],
  'GET /:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}/answer': (at) => [
    path.answer(office.blog.handle, at.house.seed.number),
    `${path.answer(office.blog.handle, at.house.seed.number)}?comment=${at.house.talk.reader}`,
  ],
  'GET /desk': () => [path.desk()],
  'GET /write': () => [path.write()],
  'GET /write/:number{[1-9][0-9]*}': (at) => [path.revise(at.house.other.draft.number)],
  'GET /reports': () => [path.reports()],
  'GET /reading': () => [path.reading()],
  'GET /authorize_interaction': () => [
    `${path.authorizeInteraction()}?uri=${encodeURIComponent(`${ORIGIN}/@khunamnuay_muang`)}`,
  ],
};

/** What the neighbour gets at the office's entries, whatever stands behind the number. */
export function othersEntries(at: Walk, form: (number: number) => Form): [Form, number][] {
  return [
    [form(at.house.fresh.number), 403],
    [form(at.house.draft.number), 404],
    [form(at.house.secret.number), 404],
    [form(at.house.discarded.number), 404],
    [form(at.house.withdrawn.number), 410],
    [form(NO_NUMBER), 404],
  ];
}
