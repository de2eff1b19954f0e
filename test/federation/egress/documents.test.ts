// A document is what its address says: GHSA-8863, CVE-2024-25623, and where pages point to.
import { describe, expect, test } from 'vitest';
import { alternateOf } from '../../../src/federation/egress/alternates.ts';
import type { Egress } from '../../../src/federation/egress.ts';
import { AS_FEDIFY, actorAt, egressOf, openPeer, reasonOf, serve } from './peer.ts';

/** Asks as Fedify's loader does: redirects by hand, all in one scope. */
async function load(egress: Egress, start: string, ids?: 'asked-again'): Promise<Response> {
  return egress.scope({ requestsMax: 8, deadline: 5_000, ...(ids === undefined ? {} : { ids }) }, async () => {
    let url = start;
    for (;;) {
      const response = await egress.fetch(url, AS_FEDIFY);
      const location = response.headers.get('location');
      if (location === null) return response;
      url = new URL(location, url).href;
    }
  });
}

describe('ids', () => {
  test("another actor's document is refused, wherever it claims to be from (GHSA-8863)", async () => {
    const peer = await openPeer((request, response) => {
      const own = `http://${request.headers.host}`;
      const ids: Record<string, string> = {
        '/users/a': `${own}/users/a`,
        '/users/a?x=1': `${own}/users/a`,
        '/users/b': `${own}/users/a`,
        '/users/c': 'https://victim.example/users/c',
        '/users/d': `${own}/users/d/`,
        '/users/%e0': `${own}/users/%E0`,
        '/users/e': 'nonsense',
      };
      serve(response, actorAt(ids[request.url ?? ''] ?? ''));
    });
    const egress = egressOf();
    expect(await reasonOf(egress.fetch(`${peer.origin}/users/a`, AS_FEDIFY))).toBe('accepted');
    expect(await reasonOf(egress.fetch(`${peer.origin}/users/a#main-key`, AS_FEDIFY))).toBe('accepted');
    for (const path of ['/users/a?x=1', '/users/b', '/users/c', '/users/d', '/users/%e0', '/users/e']) {
      expect(await reasonOf(egress.fetch(peer.origin + path, AS_FEDIFY)), path).toBe('foreign-id');
    }
  });

  test('neither @id, nor a list, nor ld+json hides an id; a fragment, a context or no id at all is no offence', async () => {
    let answer: [document: unknown, type?: string] = [{}];
    const peer = await openPeer((_request, response) => serve(response, ...answer));
    const judged = async (...given: typeof answer) => {
      answer = given;
      return reasonOf(egressOf().fetch(`${peer.origin}/a`, AS_FEDIFY));
    };
    const profile = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
    expect(await judged({ '@id': 'https://victim.example/a' })).toBe('foreign-id');
    expect(await judged({ id: `${peer.origin}/a`, '@id': 'https://victim.example/a' })).toBe('foreign-id');
    expect(await judged([actorAt(`${peer.origin}/a`), actorAt('https://victim.example/a')])).toBe('foreign-id');
    expect(await judged(actorAt('https://victim.example/a'), profile)).toBe('foreign-id');
    expect(await judged(actorAt('https://victim.example/a'), 'Application/Activity+JSON;charset=utf-8')).toBe(
      'foreign-id',
    );
    expect(await judged(actorAt(`${peer.origin}/a`), profile)).toBe('accepted');
    expect(await judged({ id: `${peer.origin}/a#note`, type: 'Note' })).toBe('accepted');
    expect(await judged({ '@context': { name: 'https://schema.org/name' } }, 'application/ld+json')).toBe('accepted');
    expect(await judged({ type: 'OrderedCollection', totalItems: 0 })).toBe('accepted');
    expect(await judged('{"cut": ')).toBe('accepted');
  });

  test('only successful GETs are judged', async () => {
    const peer = await openPeer((request, response) => {
      response.writeHead(request.url === '/410' ? 410 : 200, { 'content-type': 'application/activity+json' });
      response.end(JSON.stringify({ type: 'Tombstone', id: 'https://victim.example/a' }));
    });
    const egress = egressOf();
    expect((await egress.fetch(`${peer.origin}/410`, AS_FEDIFY)).status).toBe(410);
    expect((await egress.fetch(`${peer.origin}/a`, { method: 'POST', body: '{}' })).status).toBe(200);
    expect(await reasonOf(egress.fetch(`${peer.origin}/a`))).toBe('foreign-id');
  });

  test('a key stub as GoToSocial serves it passes, on its own origin and under its own URL only', async () => {
    let stub: unknown;
    const peer = await openPeer((_request, response) => serve(response, stub));
    const url = `${peer.origin}/users/a/main-key`;
    const judged = async (id: string, key: string) => {
      stub = { id, type: 'Person', preferredUsername: 'a', publicKey: { id: key, owner: id, publicKeyPem: 'PEM' } };
      return reasonOf(egressOf().fetch(url, AS_FEDIFY));
    };
    expect(await judged(`${peer.origin}/users/a`, url)).toBe('accepted');
    expect(await judged('https://victim.example/users/a', url)).toBe('foreign-id');
    expect(await judged(`${peer.origin}/users/a`, `${peer.origin}/users/a/other-key`)).toBe('foreign-id');
    expect(await judged(`${peer.origin}/users/a`, `${url}#main-key`)).toBe('foreign-id');
  });

  test('a redirect does not launder an id: the document must be what was asked for at first', async () => {
    const evil = await openPeer((request, response) =>
      serve(response, actorAt(`http://${request.headers.host}/mallory`)),
    );
    const victim = await openPeer((request, response) => {
      const own = `http://${request.headers.host}`;
      if (request.url === '/open-redirect')
        return response.writeHead(302, { location: `${evil.origin}/mallory` }).end();
      if (request.url === '/old') return response.writeHead(301, { location: '/new' }).end();
      if (request.url === '/moved') return response.writeHead(301, { location: '/where' }).end();
      serve(response, actorAt(request.url === '/where' ? `${own}/moved` : `${own}${request.url}`));
    });
    const egress = egressOf();
    expect(await reasonOf(load(egress, `${victim.origin}/open-redirect`))).toBe('foreign-id');
    expect(await reasonOf(load(egress, `${victim.origin}/old`))).toBe('foreign-id');
    expect(await reasonOf(load(egress, `${victim.origin}/moved`))).toBe('accepted');
    expect(await reasonOf(load(egress, `${evil.origin}/mallory`))).toBe('accepted');
    // Nor does memory: the actor is known by now, and still is not who was asked for.
    expect(await reasonOf(load(egress, `${victim.origin}/open-redirect`))).toBe('foreign-id');
    expect(await reasonOf(egress.fetch(`${victim.origin}/open-redirect`, { headers: AS_FEDIFY.headers }))).toBe(
      'foreign-id',
    );
  });

  test('another origin does not answer for the one that was asked, even under the right id', async () => {
    const victim = { origin: '' };
    const evil = await openPeer((_request, response) => serve(response, actorAt(`${victim.origin}/a`)));
    victim.origin = (
      await openPeer((_request, response) => response.writeHead(302, { location: `${evil.origin}/a` }).end())
    ).origin;
    expect(await reasonOf(load(egressOf(), `${victim.origin}/a`))).toBe('foreign-id');
  });

  test('two URLs that redirect to one document cannot vouch for each other', async () => {
    const peer = await openPeer((request, response) => {
      if (request.url === '/x' || request.url === '/z') return response.writeHead(302, { location: '/y' }).end();
      serve(response, actorAt(`http://${request.headers.host}/z`));
    });
    const egress = egressOf();
    const both = egress.scope({ requestsMax: 9, deadline: 5_000 }, async () => {
      await egress.fetch(`${peer.origin}/x`, AS_FEDIFY);
      await egress.fetch(`${peer.origin}/z`, AS_FEDIFY);
      await egress.fetch(`${peer.origin}/y`, AS_FEDIFY);
    });
    expect(await reasonOf(both)).toBe('foreign-id');
    expect(await reasonOf(load(egress, `${peer.origin}/z`))).toBe('accepted');
  });
});

describe('media types', () => {
  test('ActivityPub documents under another type are refused (CVE-2024-25623), unless nobody asked for one', async () => {
    const peer = await openPeer((request, response) => {
      serve(response, actorAt(`http://${request.headers.host}/a`), decodeURIComponent(request.url?.slice(2) ?? ''));
    });
    const types = ['application/json', 'text/plain', 'application/octet-stream', 'text/html', 'application/ld+jsonx'];
    for (const type of types) {
      const url = `${peer.origin}/?${encodeURIComponent(type)}`;
      expect(await reasonOf(egressOf().fetch(url, AS_FEDIFY)), type).toBe('media-type');
      expect(await reasonOf(egressOf().fetch(url, { headers: { accept: 'application/jrd+json' } })), type).toBe(
        'accepted',
      );
    }
  });

  test('a context may come as plain JSON', async () => {
    const context = { '@context': { name: 'https://schema.org/name' } };
    const peer = await openPeer((request, response) =>
      serve(response, request.url === '/context' ? context : { ...context, name: 'x' }, 'application/json'),
    );
    expect(await (await egressOf().fetch(`${peer.origin}/context`, AS_FEDIFY)).json()).toEqual(context);
    expect(await reasonOf(egressOf().fetch(`${peer.origin}/other`, AS_FEDIFY))).toBe('media-type');
  });
});

describe('pages', () => {
  const AP = 'application/activity+json';

  test('a page that names its document becomes a redirect to it', async () => {
    const peer = await openPeer((request, response) => {
      if (request.url === '/header') {
        response.setHeader(
          'link',
          `<https://w3.example/>; rel=next, </ap/1>; rel="alternate"; type="${AP}"; title="<x"`,
        );
        return serve(response, 'x', 'text/plain');
      }
      serve(
        response,
        `<!doctype html><LINK href='/feed' rel=alternate type="application/atom+xml">
        <link rel="alternate" type='${AP}' href="/ap/1?a=1&amp;b=2">`,
        'text/html; charset=utf-8',
      );
    });
    const header = await egressOf().fetch(`${peer.origin}/header`, AS_FEDIFY);
    expect([header.status, header.headers.get('location')]).toEqual([302, `${peer.origin}/ap/1`]);
    const html = await egressOf().fetch(`${peer.origin}/html`, AS_FEDIFY);
    expect([html.status, html.headers.get('location')]).toEqual([302, `${peer.origin}/ap/1?a=1&b=2`]);
    const asPage = await egressOf().fetch(`${peer.origin}/html`, { headers: { accept: 'text/html' } });
    expect(await asPage.text()).toContain('<!doctype html>');
  });

  test('an alternate launders no id either', async () => {
    const evil = await openPeer((request, response) =>
      serve(response, actorAt(`http://${request.headers.host}/mallory`)),
    );
    const victim = await openPeer((_request, response) =>
      serve(response, `<a rel="alternate" type="${AP}" href="${evil.origin}/mallory">`, 'text/html'),
    );
    expect(await reasonOf(load(egressOf(), `${victim.origin}/page`))).toBe('foreign-id');
    expect(await reasonOf(load(egressOf(), `${victim.origin}/page`, 'asked-again'))).toBe('accepted');
  });

  test.each([
    ['blanks', `<a${' '.repeat(1_000_000)}`],
    ['tags', '<a '.repeat(300_000)],
    ['letters', `<link ${'a'.repeat(1_000_000)}`],
    ['equals', `<link ${'a='.repeat(500_000)}`],
    ['alternates', '<link rel=alternate x="'.repeat(40_000)],
    ['long tags', `<link alternate ${'a '.repeat(950)}>`.repeat(500)],
    ['quotes', `<link alternate ${`a="'`.repeat(450)}>`.repeat(500)],
  ])('a megabyte of %s is read in no time (CVE-2025-68475)', (_name, page) => {
    const started = performance.now();
    const headers = new Headers({ 'content-type': 'text/html' });
    expect(alternateOf({ url: new URL('https://peer.example/'), headers, bytes: Buffer.from(page) })).toBeNull();
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('addresses that a person pasted', () => {
  test('are asked again under the id that they lead to, as Mastodon serves /users/a at /@a', async () => {
    const peer = await openPeer((request, response) => {
      if (request.url === '/profile') return response.writeHead(302, { location: '/users/a' }).end();
      if (request.url === '/loop') return serve(response, actorAt(`http://${request.headers.host}/pool`));
      if (request.url === '/pool') return serve(response, actorAt(`http://${request.headers.host}/loop`));
      serve(response, actorAt(`http://${request.headers.host}/users/a`));
    });
    const egress = egressOf();
    expect(await reasonOf(load(egress, `${peer.origin}/@a`))).toBe('foreign-id');
    const found = await load(egress, `${peer.origin}/@a`, 'asked-again');
    expect([found.url, (await found.json()).id]).toEqual([`${peer.origin}/users/a`, `${peer.origin}/users/a`]);
    expect(peer.asked).toEqual(['/@a', '/@a', '/users/a']);
    expect((await load(egress, `${peer.origin}/profile`, 'asked-again')).url).toBe(`${peer.origin}/users/a`);
    expect(await reasonOf(load(egress, `${peer.origin}/loop`, 'asked-again'))).toBe('foreign-id');
  });

  test('lead to another origin only if that origin says so itself', async () => {
    const home = await openPeer((request, response) =>
      serve(response, actorAt(`http://${request.headers.host}/users/a`)),
    );
    const mirror = await openPeer((request, response) =>
      serve(response, actorAt(`${home.origin}${request.url === '/honest' ? '/users/a' : '/users/b'}`)),
    );
    const egress = egressOf();
    expect((await load(egress, `${mirror.origin}/honest`, 'asked-again')).url).toBe(`${home.origin}/users/a`);
    expect(await reasonOf(load(egress, `${mirror.origin}/lying`, 'asked-again'))).toBe('foreign-id');
  });
});
