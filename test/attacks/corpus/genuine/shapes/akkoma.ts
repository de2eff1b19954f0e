// Akkoma 3.16, of Pleroma’s family: a context of its own server, empty bto and bcc.
import { signCavage } from '../../../../federation/peer.ts';
import { PUBLIC } from '../../../../federation/scripted.ts';
import { ALL, AS, addressed, bare, embedded, isText, mainKey, SECURITY, type Shape, tagsOf } from '../shape.ts';

export const akkoma: Shape = {
  name: 'Akkoma 3.16',
  verbs: ALL,
  context: ({ origin }) => [AS, `${origin}/schemas/litepub-0.1.jsonld`, { '@language': 'und' }],
  actor: ({ origin, number }) => `${origin}/users/a${number}`,
  keyId: mainKey,
  profile: () => ({ capabilities: { acceptsChatMessages: false }, invisible: false }),
  text: ({ origin }, number) => `${origin}/objects/1c2d3e4f-0000-4000-8000-00000000000${number}`,
  activity: ({ origin, number }, verb) => `${origin}/activities/${verb.toLowerCase().replace(' ', '-')}-${number}`,
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    actor: life.actor,
    attachment: [],
    attributedTo: life.actor,
    ...addressed(life),
    bcc: [],
    bto: [],
    content: html,
    contentMap: { [life.language]: html },
    context: `${life.origin}/contexts/${life.number}`,
    conversation: `${life.origin}/contexts/${life.number}`,
    emoji: {},
    id,
    inReplyTo,
    published,
    ...(updated === null ? {} : { updated }),
    sensitive: life.warned,
    source: { content: 'ขอบคุณครับ', mediaType: 'text/x.misskeymarkdown' },
    summary: life.warned ? 'เรื่องปุ๋ย' : '',
    tag: tagsOf(life),
    type: 'Note',
  }),
  around: (life, verb) => ({
    bcc: [],
    bto: [],
    ...(isText(verb) ? addressed(life) : { to: [life.blog, PUBLIC], cc: [life.followers] }),
    ...(verb === 'Follow' ? { state: 'pending' } : {}),
  }),
  deletion: bare,
  undone: embedded,
  sign: (peer, sending) =>
    signCavage(peer, { ...sending, cover: ['(request-target)', 'content-length', 'date', 'digest', 'host'] }),
};

/** What Akkoma's own context says; it is served by each of its servers. */
export const LITEPUB = {
  '@context': [
    AS,
    SECURITY,
    {
      Emoji: 'toot:Emoji',
      Hashtag: 'as:Hashtag',
      atomUri: 'ostatus:atomUri',
      conversation: { '@id': 'ostatus:conversation', '@type': '@id' },
      discoverable: 'toot:discoverable',
      manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
      capabilities: 'litepub:capabilities',
      ostatus: 'http://ostatus.org#',
      toot: 'http://joinmastodon.org/ns#',
      sensitive: 'as:sensitive',
      litepub: 'http://litepub.social/ns#',
      invisible: 'litepub:invisible',
      EmojiReact: 'litepub:EmojiReact',
      ChatMessage: 'litepub:ChatMessage',
      contentMap: { '@id': 'as:content', '@container': '@language' },
    },
  ],
};
