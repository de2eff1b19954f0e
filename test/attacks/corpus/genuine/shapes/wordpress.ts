// WordPress with ActivityPub 4.0: ids that are queries.
import { signCavage } from '../../../../federation/peer.ts';
import { PUBLIC } from '../../../../federation/scripted.ts';
import { AS, addressed, embedded, mainKey, type Shape, tagsOf, tombstone } from '../shape.ts';

export const wordpress: Shape = {
  name: 'WordPress ActivityPub 4.0',
  // It answers, edits and deletes; it neither follows nor likes.
  verbs: ['Create', 'Answer', 'Update', 'Delete'],
  context: () => [AS, { Hashtag: 'as:Hashtag', sensitive: 'as:sensitive' }],
  actor: ({ origin, number }) => `${origin}/?author=${number}`,
  keyId: mainKey,
  profile: ({ origin, number }) => ({
    inbox: `${origin}/wp-json/activitypub/1.0/actors/${number}/inbox`,
    outbox: `${origin}/wp-json/activitypub/1.0/actors/${number}/outbox`,
    icon: { type: 'Image', url: 'https://secure.gravatar.com/avatar/ff0711c0?s=120&#038;d=mm' },
    attributionDomains: [new URL(origin).hostname],
  }),
  text: ({ origin }, number) => `${origin}/?c=${number}`,
  activity: (_, verb, object) => `${object}#activity-${verb.toLowerCase()}-2026-11-23T05:07:18Z`,
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    id,
    type: 'Note',
    attachment: [],
    attributedTo: life.actor,
    content: html,
    contentMap: { [life.language]: html },
    inReplyTo,
    published,
    ...(updated === null ? {} : { updated }),
    tag: tagsOf(life),
    url: `${life.origin}/2026/11/${encodeURIComponent('บันทึกแรก').toLowerCase()}/#comment-${life.number}`,
    ...addressed(life),
    sensitive: life.warned,
  }),
  around: (life, verb) => (verb === 'Delete' ? { to: [PUBLIC] } : addressed(life)),
  deletion: tombstone,
  undone: embedded,
  sign: (peer, sending) => signCavage(peer, sending),
};
