// What is not to be seen looks as if it never was, at every address where it could show (security.md T56): drafts, what was
// thrown away, comments that wait or were hidden.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { absolute, path } from '../../src/urls.ts';
import { dataIn } from '../data-blocks.ts';
import { ORIGIN, office } from '../world.ts';
import { SECRETS } from './house.ts';
import { NO_NUMBER, NOBODY, openWalk, READS, RING, type Walk, words } from './walk-doors.ts';

const AP = 'application/activity+json';

let at: Walk;
beforeAll(async () => {
  at = await openWalk();
}, 120_000);
afterAll(() => at.close());

/** What is there and hidden, beside what never was: address and address. */
function twins(at: Walk): [what: string, there: string, never: string][] {
  const { draft, secret, discarded, talk, hidden, other } = at.house;
  const { handle } = at.house.world.blog;
  const nowhere = path.entry(handle, NO_NUMBER);
  const entries = Object.entries({ draft, secret, discarded });
  return [
    ...entries.flatMap(([what, entry]): [string, string, string][] => [
      [`the page of the ${what}`, path.entry(handle, entry.number), nowhere],
      [`the English page of the ${what}`, `/en${path.entry(handle, entry.number)}`, `/en${nowhere}`],
      [`the form under the ${what}`, path.answer(handle, entry.number), path.answer(handle, NO_NUMBER)],
      ...[path.article, path.articleReplies, path.articleLikes, path.articleShares].map(
        (way): [string, string, string] => [`a document of the ${what}`, way(entry.id), way(NOBODY)],
      ),
      [`the Create of the ${what}`, path.activity(`create-${entry.id}-0`), path.activity(`create-${NOBODY}-0`)],
    ]),
    ['an entry under another blog', path.entry(handle, other.entry.number), nowhere],
    ['the series of a draft', path.series(secret.series ?? ''), path.series(NOBODY)],
    ['the tag of a draft', path.tag(SECRETS[2]), path.tag('ไม่มี')],
    ['a held comment', path.note(talk.alsoHeld), path.note(NOBODY)],
    ['a hidden comment', path.note(hidden), path.note(NOBODY)],
    ['the shares of a hidden comment', path.noteShares(hidden), path.noteShares(NOBODY)],
    ['the Create of a hidden comment', path.activity(`create-${hidden}-0`), path.activity(`create-${NOBODY}-0`)],
    ...[talk.alsoHeld, hidden].map((id): [string, string, string] => [
      'the form under a comment that is not shown',
      `${path.answer(handle, at.house.seed.number)}?comment=${id}`,
      `${path.answer(handle, at.house.seed.number)}?comment=${NOBODY}`,
    ]),
    ...entries.map(([what, entry]): [string, string, string] => [
      `the way to the ${what}`,
      `${path.authorizeInteraction()}?uri=${encodeURIComponent(absolute(ORIGIN, path.article(entry.id)))}`,
      `${path.authorizeInteraction()}?uri=${encodeURIComponent(absolute(ORIGIN, path.article(NOBODY)))}`,
    ]),
  ];
}

/** An answer as far as it could tell something, without the address itself and the moment. */
async function told(response: Response, address: string): Promise<string> {
  const headers = [...response.headers].filter(([name]) => !['date', 'content-length'].includes(name));
  const text = `${response.status} ${JSON.stringify(headers)} ${await response.text()}`;
  const uri = new URL(address, ORIGIN).searchParams.get('uri') ?? address;
  const spellings = [
    address,
    address.replaceAll('&', '&amp;'),
    encodeURIComponent(address),
    address.replace(/^\/en/, ''),
    uri,
    decodeURI(address),
  ];
  return spellings.reduce((said, spelling) => said.replaceAll(spelling, '·'), text);
}

describe('T56: what is not to be seen looks as if it never was', () => {
  test.each(['text/html', AP])('§15.86 to everybody and to other authors, as %s', async (accept) => {
    for (const [what, there, never] of twins(at)) {
      for (const browser of [at.nobody, at.khunkit]) {
        const [seen, unseen] = [
          await browser.get(there, { Accept: accept }),
          await browser.get(never, { Accept: accept }),
        ];
        expect([what, seen.status]).toEqual([what, expect.toSatisfy((n: number) => n === 404 || n === 303)]);
        expect(`${what}: ${await told(seen, there)}`).toBe(`${what}: ${await told(unseen, never)}`);
      }
    }
  });

  test('at the doors for forms as well', async () => {
    const pairs: [there: string, never: string][] = [
      [path.revise(at.house.draft.number), path.revise(NO_NUMBER)],
      [path.withdraw(at.house.draft.number), path.withdraw(NO_NUMBER)],
      [path.revise(at.house.discarded.number), path.revise(NO_NUMBER)],
      [path.moderateComment(at.house.talk.alsoHeld), path.moderateComment(NOBODY)],
      [path.moderateComment(at.house.hidden), path.moderateComment(NOBODY)],
      [path.answer(office.blog.handle, at.house.draft.number), path.answer(office.blog.handle, NO_NUMBER)],
    ];
    for (const [there, never] of pairs) {
      const [seen, unseen] = [await at.khunkit.post(there, words), await at.khunkit.post(never, words)];
      expect(`${there}: ${await told(seen, there)}`).toBe(`${there}: ${await told(unseen, never)}`);
    }
  });

  test('§15.82 §15.86 and no public answer says a word of it', async () => {
    const { id, handle } = at.house.world.blog;
    const more = [
      path.outbox(id),
      `${path.outbox(id)}?cursor=-`,
      path.featured(id),
      path.articleReplies(at.house.seed.id),
      path.note(at.house.talk.author),
    ];
    const places = [
      ...Object.values({ ...READS, ...RING }).flatMap((behind) => behind(at)),
      ...more,
      path.blog(handle),
    ];
    for (const place of places) {
      for (const accept of ['text/html', AP]) {
        const body = await (await at.nobody.get(place, { Accept: accept })).text();
        const said = SECRETS.filter((secret) => body.includes(secret) || body.includes(encodeURIComponent(secret)));
        expect([place, said]).toEqual([place, []]);
      }
    }
    const figures = (await (await at.nobody.get('/nodeinfo/2.1', { Accept: 'application/json' })).json()) as {
      usage: { localPosts: number };
    };
    const shown = await at.house.world.db.selectFrom('entries').select('id').where('state', '=', 'published').execute();
    expect(figures.usage.localPosts).toBe(shown.length);
    const { id: entry, number } = at.house.seed;
    const replies = JSON.parse(await (await at.nobody.get(path.articleReplies(entry), { Accept: AP })).text());
    const page = await (await at.nobody.get(path.entry(handle, number), { Accept: 'text/html' })).text();
    // Four of the talk are shown, and the one of 2006, which no server can ask for; two wait and one was hidden.
    expect([replies.totalItems, dataIn(page)[0]?.commentCount]).toEqual([4, 5]);
  });

  test('while their authors see all of it', async () => {
    const draft = await at.amnuay.get(path.entry(office.blog.handle, at.house.secret.number));
    expect([draft.status, await draft.text()]).toEqual([200, expect.stringContaining(SECRETS[0])]);
    expect(await (await at.amnuay.get(path.desk())).text()).toContain(SECRETS[4]);
  });
});
