// Hollo 0.9, as others that Fedify drives: RFC 9421 and ids with fragments.
import { signRfc9421 } from '../../../../federation/peer.ts';
import { PUBLIC } from '../../../../federation/scripted.ts';
import { ALL, AS, embedded, isText, mainKey, type Shape, tagsOf, tombstone } from '../shape.ts';

export const hollo: Shape = {
  name: 'Hollo 0.9',
  verbs: ALL,
  context: () => [
    'https://w3id.org/identity/v1',
    AS,
    'https://w3id.org/security/data-integrity/v1',
    'https://gotosocial.org/ns',
    {
      toot: 'http://joinmastodon.org/ns#',
      Emoji: 'toot:Emoji',
      quote: { '@id': 'https://w3id.org/fep/044f#quote', '@type': '@id' },
      Hashtag: 'as:Hashtag',
      fedibird: 'http://fedibird.com/ns#',
      quoteUri: 'fedibird:quoteUri',
      sensitive: 'as:sensitive',
      emojiReactions: { '@id': 'fedibird:emojiReactions', '@type': '@id' },
    },
  ],
  actor: ({ origin, number }) => `${origin}/@h${number}`,
  keyId: mainKey,
  profile: ({ actor }) => ({ featured: `${actor}/pinned`, liked: `${actor}/liked` }),
  text: ({ actor }, number) => `${actor}/01a206cd-22fa-7f1e-b495-4f517ea7df${number}`,
  activity({ origin, actor, number }, verb, object) {
    if (verb === 'Follow') return `${actor}#follows/663de6e8-${number}`;
    if (verb === 'Undo Follow') return `${actor}#unfollows/02906dd2-${number}`;
    if (verb === 'Like') return `${actor}#likes/2026-11-23T05:07:17.${number}Z`;
    if (verb === 'Undo Like') return `${origin}/#Undo/449e74dc-${number}`;
    return `${object}#${verb === 'Answer' ? 'create' : verb.toLowerCase()}`;
  },
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    id,
    to: [PUBLIC, life.blog],
    tag: tagsOf(life),
    url: id,
    type: 'Note',
    likes: { id: `${id}#likes`, type: 'Collection', totalItems: 0 },
    source: { content: 'ขอบคุณครับ', mediaType: 'text/markdown' },
    content: html,
    replies: { id: `${id}#replies`, type: 'OrderedCollection', totalItems: 0 },
    inReplyTo,
    published,
    ...(updated === null ? {} : { updated }),
    sensitive: life.warned,
    contentMap: { [life.language]: html },
    attributedTo: life.actor,
    interactionPolicy: { canQuote: { automaticApproval: 'as:Public' } },
  }),
  around: (life, verb) => (isText(verb) || verb === 'Delete' ? { to: [PUBLIC, life.blog] } : {}),
  deletion: tombstone,
  undone: embedded,
  // Fedify begins with RFC 9421 where nobody told it otherwise, and covers all of this.
  sign: (peer, sending) =>
    signRfc9421(peer, {
      ...sending,
      headers: { date: sending.at.toUTCString() },
      labels: [{ cover: ['@method', '@target-uri', '@authority', 'host', 'date', 'content-digest'] }],
    }),
};
