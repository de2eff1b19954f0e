// Mastodon 4.3 to 4.6: statuses, ids with fragments, conversation and replies.
import { signCavage } from '../../../../federation/peer.ts';
import { PUBLIC } from '../../../../federation/scripted.ts';
import { ALL, AS, addressed, embedded, isText, mainKey, SECURITY, type Shape, tagsOf, tombstone } from '../shape.ts';

const TOOT = {
  ostatus: 'http://ostatus.org#',
  atomUri: 'ostatus:atomUri',
  inReplyToAtomUri: 'ostatus:inReplyToAtomUri',
  conversation: 'ostatus:conversation',
  sensitive: 'as:sensitive',
  toot: 'http://joinmastodon.org/ns#',
  votersCount: 'toot:votersCount',
  Hashtag: 'as:Hashtag',
};

export const mastodon = (version: '4.3' | '4.6'): Shape => ({
  name: `Mastodon ${version}`,
  verbs: ALL,
  context: () => [AS, SECURITY, TOOT],
  actor: ({ origin, number }) => `${origin}/users/m${number}`,
  keyId: mainKey,
  profile: ({ actor }) => ({
    featured: `${actor}/collections/featured`,
    discoverable: true,
    indexable: true,
    attachment: [
      { type: 'PropertyValue', name: 'เว็บ', value: '<a href="https://example.org" rel="me">example.org</a>' },
    ],
  }),
  text: ({ actor }, number) => `${actor}/statuses/11500000000000${number}`,
  activity({ origin, actor, number }, verb, object) {
    if (verb === 'Follow') return `${origin}/9b1deb4d-3b7d-4bad-9bdd-${String(number).padStart(12, '0')}`;
    if (verb === 'Undo Follow') return `${actor}#follows/${number}/undo`;
    if (verb === 'Like') return `${actor}#likes/${number}`;
    if (verb === 'Undo Like') return `${actor}#likes/${number}/undo`;
    return verb === 'Update'
      ? `${object}#updates/1795410457`
      : `${object}${verb === 'Delete' ? '#delete' : '/activity'}`;
  },
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    id,
    type: 'Note',
    summary: life.warned ? 'เรื่องปุ๋ย' : null,
    inReplyTo,
    published,
    ...(updated === null ? {} : { updated }),
    url: id.replace('/users/', '/@').replace('/statuses/', '/'),
    attributedTo: life.actor,
    ...addressed(life),
    sensitive: life.warned,
    atomUri: id,
    inReplyToAtomUri: inReplyTo,
    conversation: `tag:${new URL(life.origin).hostname},2026-11-23:objectId=${life.number}:objectType=Conversation`,
    content: html,
    contentMap: { [life.language]: html },
    attachment: [],
    tag: tagsOf(life),
    replies: {
      id: `${id}/replies`,
      type: 'Collection',
      first: { type: 'CollectionPage', next: `${id}/replies?page=true`, partOf: `${id}/replies`, items: [] },
    },
    ...(version === '4.3'
      ? {}
      : {
          likes: { id: `${id}/likes`, type: 'Collection', totalItems: 0 },
          shares: { id: `${id}/shares`, type: 'Collection', totalItems: 0 },
        }),
  }),
  around: (life, verb) =>
    isText(verb)
      ? { published: '2026-11-23T05:07:18Z', ...addressed(life) }
      : verb === 'Delete'
        ? { to: [PUBLIC] }
        : {},
  deletion: (id) => ({ ...tombstone(id), atomUri: id }),
  undone: embedded,
  sign: (peer, sending) =>
    signCavage(peer, { ...sending, cover: ['(request-target)', 'host', 'date', 'digest', 'content-type'] }),
});
