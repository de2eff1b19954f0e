// Misskey 2024.10: its own fields, and ids that tell only who follows whom.
import { signCavage } from '../../../../federation/peer.ts';
import { ALL, AS, addressed, embedded, isText, mainKey, SECURITY, type Shape, tagsOf, tombstone } from '../shape.ts';

export const misskey: Shape = {
  name: 'Misskey 2024.10',
  verbs: ALL,
  context: () => [
    AS,
    SECURITY,
    {
      Key: 'sec:Key',
      manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
      sensitive: 'as:sensitive',
      Hashtag: 'as:Hashtag',
      quoteUrl: 'as:quoteUrl',
      toot: 'http://joinmastodon.org/ns#',
      Emoji: 'toot:Emoji',
      featured: 'toot:featured',
      discoverable: 'toot:discoverable',
      schema: 'http://schema.org#',
      PropertyValue: 'schema:PropertyValue',
      value: 'schema:value',
      misskey: 'https://misskey-hub.net/ns#',
      _misskey_content: 'misskey:_misskey_content',
      _misskey_quote: 'misskey:_misskey_quote',
      _misskey_reaction: 'misskey:_misskey_reaction',
      _misskey_votes: 'misskey:_misskey_votes',
      _misskey_summary: 'misskey:_misskey_summary',
      isCat: 'misskey:isCat',
      vcard: 'http://www.w3.org/2006/vcard/ns#',
    },
  ],
  actor: ({ origin, number }) => `${origin}/users/9xq${number}`,
  keyId: mainKey,
  profile: () => ({ isCat: true, _misskey_summary: 'เกษตรกร', tag: [] }),
  text: ({ origin }, number) => `${origin}/notes/a1b2c3${number}`,
  activity({ origin, actor, blog, number }, verb, object) {
    const follow = `${origin}/follows/${actor.split('/').at(-1)}/${blog.split('/').at(-1)}`;
    if (verb === 'Follow') return follow;
    if (verb === 'Undo Follow') return `${follow}/undo`;
    if (verb === 'Like') return `${origin}/likes/like${number}`;
    if (verb === 'Undo Like') return `${origin}/likes/like${number}/undo`;
    if (verb === 'Update') return `${actor}#updates/1795410457${number}`;
    return isText(verb) ? `${object}/activity` : `${origin}/7f0c7a1e-${verb}-${number}`;
  },
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    id,
    type: 'Note',
    attributedTo: life.actor,
    summary: life.warned ? 'เรื่องปุ๋ย' : null,
    _misskey_summary: life.warned ? 'เรื่องปุ๋ย' : null,
    content: html,
    _misskey_content: 'ขอบคุณครับ',
    source: { content: 'ขอบคุณครับ', mediaType: 'text/x.misskeymarkdown' },
    published,
    ...(updated === null ? {} : { updated }),
    ...addressed(life),
    inReplyTo,
    attachment: [],
    sensitive: life.warned,
    tag: tagsOf(life),
  }),
  around(life, verb) {
    if (isText(verb)) return { published: '2026-11-23T05:07:18.000Z', ...addressed(life) };
    return verb === 'Like' ? { content: '❤', _misskey_reaction: '❤' } : { published: '2026-11-23T05:07:18.000Z' };
  },
  deletion: tombstone,
  undone: embedded,
  sign: (peer, sending) => signCavage(peer, { ...sending, cover: ['(request-target)', 'date', 'host', 'digest'] }),
};
