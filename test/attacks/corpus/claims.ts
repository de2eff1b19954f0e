// What is claimed: ids elsewhere or none, things by others, and others' words wrapped in one's own (T14 to T18).
import { activityOf, CONTEXT, type Json, noteOf, type Page, PUBLIC } from '../../federation/scripted.ts';
import type { ForgeryClass, Trick } from './forgery.ts';
import { commentAt, type Scene, sealed } from './honest.ts';

const HTTP = ['cavage', 'rfc9421'] as const;
const PUBLISHING = ['Create', 'Update'] as const;

/** The honest activity with one thing changed before it is signed, by its own author. */
const bent = (name: string, change: (scene: Scene) => Json, limits: Pick<Trick, 'kinds' | 'hands'> = {}): Trick => ({
  name,
  hands: HTTP,
  ...limits,
  forge: (scene) => ({
    forged: sealed(scene, scene.author, { ...scene.honest.activity, ...change(scene) }),
  }),
});

const idOn = (name: string, id: (scene: Scene, own: string) => unknown) =>
  bent(`the id ${name}`, (scene) => ({ id: id(scene, String(scene.honest.activity.id)) }));

const moved = (own: string, origin: string) => own.replace(new URL(own).origin, origin);

export const foreignId: ForgeryClass = {
  threat: 'T14',
  name: 'an activity’s id on another origin, the genuine one later (GHSA-4qhx)',
  tricks: [
    idOn('on the stranger’s server', ({ stranger }, own) => moved(own, new URL(stranger.actor).origin)),
    idOn('of an activity of the stranger', ({ stranger }) => `${stranger.actor}/activities/create-1`),
    idOn('on this node', ({ stage }, own) => moved(own, stage.arena.node.origin)),
    idOn('on a third server', ({ stage }, own) => moved(own, stage.bystander.origin)),
    idOn('by https instead of http', (_, own) => own.replace('http:', 'https:')),
    idOn('on another port', (_, own) => own.replace(/:\d+\//, ':9/')),
    idOn('on another name of the same machine', (_, own) => own.replace('127.0.0.1', 'localhost')),
    idOn('with a user name', (_, own) => own.replace('://', '://author@')),
    idOn('with a blank before it', (_, own) => ` ${own}`),
    idOn('with a tab inside', (_, own) => own.replace('/users', '/us\ters')),
    idOn('with a backslash', (_, own) => own.replace('/users', '\\users')),
  ],
};

export const noId: ForgeryClass = {
  threat: 'T15',
  name: 'no id, or one that is none',
  tricks: [
    idOn('missing', () => undefined),
    idOn('null', () => null),
    idOn('empty', () => ''),
    idOn('a number', () => 7),
    idOn('true', () => true),
    idOn('an empty list', () => []),
    idOn('a list of itself', (_, own) => [own]),
    idOn('an object', (_, own) => ({ id: own })),
    idOn('a path', (_, own) => new URL(own).pathname),
    idOn('a fragment', () => '#create'),
    idOn('without scheme', (_, own) => own.replace('http:', '')),
    idOn('a URN', () => 'urn:uuid:9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d'),
    idOn('a tag:', () => 'tag:example.social,2026:1'),
    idOn('a data:', () => 'data:,x'),
    idOn('a script', () => 'javascript:alert(1)'),
    idOn('an account', () => 'acct:author@example.social'),
    idOn('a blank node', () => '_:b0'),
    idOn('too long', (_, own) => `${own}${'x'.repeat(2_000)}`),
  ],
};

const object = (name: string, change: (scene: Scene, own: Json) => Json) =>
  bent(
    `an object ${name}`,
    (scene) => {
      const own = scene.honest.activity.object as Json;
      return { object: { ...own, ...change(scene, own) } };
    },
    { kinds: PUBLISHING },
  );

/** The object is only named, and what its address serves is not the author's. */
const fetched = (name: string, serve: (scene: Scene, own: Json) => Page): Trick => ({
  name: `an object named by an address that ${name}`,
  kinds: ['Create'],
  hands: HTTP,
  forge(scene) {
    const own: Json = { '@context': CONTEXT, ...noteOf(scene.author, scene.stage.arena.entryId) };
    scene.stage.serve(String(own.id), serve(scene, own));
    const create = activityOf(scene.author, 'Create', own.id, { to: [PUBLIC] });
    const honest = () => scene.stage.serve(String(own.id), { body: JSON.stringify(own) });
    return {
      forged: sealed(scene, scene.author, create),
      between: [honest],
      control: sealed(scene, scene.author, { ...create, id: `${create.id}-honest` }),
      effect: (state) => commentAt(state, own.id)?.actor === scene.author.actor,
      harm: (state) =>
        [own.id, scene.stranger.actor, `${scene.stranger.actor}/notes/x`].some((id) => commentAt(state, id)),
    };
  },
});

export const foreignObject: ForgeryClass = {
  threat: 'T16',
  name: 'an object elsewhere, or by somebody else (CVE-2024-37903, CVE-2024-23832)',
  tricks: [
    object('on the stranger’s server', ({ stranger }) => ({ id: `${stranger.actor}/notes/x` })),
    object('on a third server', ({ stage }) => ({ id: `${stage.bystander.origin}/notes/x` })),
    object('that is an entry of this node', ({ stage }) => ({ id: stage.arena.entryId })),
    object('without id', () => ({ id: undefined })),
    object('whose id is a path', () => ({ id: '/notes/x' })),
    object('by the stranger', ({ stranger }) => ({ attributedTo: stranger.actor })),
    object('by the neighbour', ({ neighbour }) => ({ attributedTo: neighbour.actor })),
    object('by author and stranger', ({ author, stranger }) => ({ attributedTo: [author.actor, stranger.actor] })),
    object('by stranger and author', ({ author, stranger }) => ({ attributedTo: [stranger.actor, author.actor] })),
    object('by the stranger, embedded', ({ stranger }) => ({ attributedTo: { id: stranger.actor, type: 'Person' } })),
    object('by a blog of this node', ({ stage }) => ({ attributedTo: stage.arena.node.blog })),
    object('by nobody', () => ({ attributedTo: undefined })),
    object('by an empty list', () => ({ attributedTo: [] })),
    fetched('serves a note of the stranger', ({ stranger }, own) => ({
      body: JSON.stringify({ ...own, id: `${stranger.actor}/notes/x`, attributedTo: stranger.actor }),
    })),
    fetched('serves a note by the stranger', ({ stranger }, own) => ({
      body: JSON.stringify({ ...own, attributedTo: stranger.actor }),
    })),
    fetched('serves a note by nobody', (_, own) => ({ body: JSON.stringify({ ...own, attributedTo: undefined }) })),
    fetched('serves plain text', (_, own) => ({ type: 'text/plain', body: JSON.stringify(own) })),
    fetched('serves plain JSON', (_, own) => ({ type: 'application/json', body: JSON.stringify(own) })),
    fetched('serves a page', (_, own) => ({ type: 'text/html', body: JSON.stringify(own) })),
    fetched('leads to the stranger', ({ stranger }) => ({ status: 302, headers: { location: stranger.actor } })),
    fetched('serves an actor', ({ author }) => ({ body: JSON.stringify({ '@context': CONTEXT, id: author.actor }) })),
  ],
  mayAsk: /\/users\/author\d+\/notes\/\d+$/,
};

/** Somebody else does, in their own name and by their own hand, what only the author may. */
const stolen = (name: string, kinds: Trick['kinds'], change: (scene: Scene, thief: string) => Json): Trick[] =>
  (['neighbour', 'stranger'] as const).map((role) => ({
    name: `${role}: ${name}`,
    ...(kinds === undefined ? {} : { kinds }),
    forge(scene) {
      const thief = scene[role];
      const { type } = scene.honest.activity;
      const own = activityOf(thief, String(type), scene.honest.activity.object, { to: [PUBLIC] });
      return { forged: sealed(scene, thief, { ...own, ...change(scene, thief.actor) }) };
    },
  }));

const part = (scene: Scene) => scene.honest.activity.object as Json;
const UNDOING = ['Undo Like', 'Undo Follow'] as const;

export const othersThings: ForgeryClass = {
  threat: 'T17',
  name: 'Update, Delete and Undo of what is somebody else’s (hollo 0.8.5)',
  tricks: [
    ...stolen('the same object', ['Update', 'Delete', ...UNDOING], () => ({})),
    ...stolen('words as their own', ['Update'], (scene, thief) => ({
      object: { ...part(scene), attributedTo: thief },
    })),
    ...stolen('words by both', ['Update'], (scene, thief) => ({
      object: { ...part(scene), attributedTo: [thief, scene.author.actor] },
    })),
    ...stolen('the author, as a profile', ['Update'], ({ author }) => ({
      object: {
        id: author.actor,
        type: 'Person',
        preferredUsername: 'x',
        inbox: `${author.actor}/inbox`,
        name: 'ปลอม',
      },
    })),
    ...stolen('with a tombstone', ['Delete'], (scene) => ({
      object: { id: scene.honest.activity.object, type: 'Tombstone' },
    })),
    ...stolen('with a tombstone of their own making', ['Delete'], (scene, thief) => ({
      object: { id: scene.honest.activity.object, type: 'Tombstone', attributedTo: thief, actor: thief },
    })),
    ...stolen('the author altogether', ['Delete'], ({ author }) => ({ object: author.actor })),
    ...stolen('an activity as their own', UNDOING, (scene, thief) => ({ object: { ...part(scene), actor: thief } })),
    ...stolen('an activity without actor', UNDOING, (scene) => ({ object: { ...part(scene), actor: undefined } })),
    ...stolen('an activity by its id', UNDOING, (scene) => ({ object: part(scene).id })),
    ...stolen('an activity as a bare object', UNDOING, (scene) => ({ object: { id: part(scene).id } })),
  ].map((trick) => ({ ...trick, hands: HTTP })),
};

/** Words that the author is to write later, inside what the stranger sends. */
const masked = (name: string, wrap: (scene: Scene, words: Json) => Json): Trick => ({
  name,
  kinds: ['Create'],
  hands: HTTP,
  forge(scene) {
    const words = scene.honest.activity.object as Json;
    return {
      forged: sealed(scene, scene.stranger, wrap(scene, words)),
      harm: (state) =>
        JSON.stringify([state.comments, state.posts, state.replies], (_, value) =>
          value instanceof Uint8Array ? Buffer.from(value).toString() : value,
        ).includes(String(words.id)),
    };
  },
});

const WRAPPERS = [
  'Announce',
  'Create',
  'Update',
  'Add',
  'Like',
  'Offer',
  'Invite',
  'Accept',
  'Undo',
  'Move',
  'Flag',
  'View',
];

export const masquerade: ForgeryClass = {
  threat: 'T18',
  name: 'words of the author inside an activity of the stranger (GHSA-39gj, GHSA-r388)',
  tricks: [
    ...WRAPPERS.map((type) =>
      masked(`${type} of the words`, ({ stranger }, words) => activityOf(stranger, type, words, { to: [PUBLIC] })),
    ),
    ...['Announce', 'Create', 'Add'].map((type) =>
      masked(`${type} of the Create`, ({ stranger, honest }) =>
        activityOf(stranger, type, honest.activity, { to: [PUBLIC] }),
      ),
    ),
    masked('the words without their id', ({ stranger }, words) =>
      activityOf(stranger, 'Create', { ...words, id: undefined, url: words.id }, { to: [PUBLIC] }),
    ),
    masked('a list of own words and others', ({ stranger, stage }, words) =>
      activityOf(stranger, 'Create', [noteOf(stranger, stage.arena.entryId), words], { to: [PUBLIC] }),
    ),
    ...['replies', 'attachment', 'tag', 'context', 'object', 'preview'].map((property) =>
      masked(`own words with others as their ${property}`, ({ stranger, stage }, words) =>
        activityOf(
          stranger,
          'Create',
          noteOf(stranger, stage.arena.entryId, {
            [property]: property === 'replies' ? { type: 'Collection', items: [words] } : words,
          }),
          { to: [PUBLIC] },
        ),
      ),
    ),
    masked('own words that answer others, embedded', ({ stranger }, words) =>
      activityOf(stranger, 'Create', { ...noteOf(stranger, null), inReplyTo: words }, { to: [PUBLIC] }),
    ),
  ],
  mayAsk: /\/users\/author\d+\/notes\/\d+$/,
};
