// Lemmy 1.0: comments in a community, with an audience.
import { signCavage } from '../../../../federation/peer.ts';
import { PUBLIC } from '../../../../federation/scripted.ts';
import { AS, bare, embedded, mainKey, mention, type Shape } from '../shape.ts';

export const lemmy: Shape = {
  name: 'Lemmy 1.0',
  // Its people follow communities alone, and no blog is one.
  verbs: ['Create', 'Answer', 'Update', 'Like', 'Undo Like', 'Delete'],
  context: () => ['https://join-lemmy.org/context.json', AS],
  actor: ({ origin, number }) => `${origin}/u/l${number}`,
  keyId: mainKey,
  profile: () => ({ source: { content: 'เกษตรกร', mediaType: 'text/markdown' } }),
  text: ({ origin }, number) => `${origin}/comment/${number}`,
  activity: ({ origin, number }, verb) => `${origin}/activities/${verb.toLowerCase().replace(' ', '/')}/${number}`,
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    type: 'Note',
    id,
    attributedTo: life.actor,
    to: [PUBLIC],
    cc: [`${life.origin}/c/kaset`, life.blog],
    content: html,
    mediaType: 'text/html',
    source: { content: 'ขอบคุณครับ', mediaType: 'text/markdown' },
    inReplyTo,
    published,
    ...(updated === null ? {} : { updated }),
    tag: [mention(life)],
    distinguished: false,
    language: { identifier: life.language, name: 'ไทย' },
    audience: `${life.origin}/c/kaset`,
    attachment: [],
  }),
  around: (life, verb) =>
    verb === 'Like' || verb === 'Undo Like'
      ? { audience: `${life.origin}/c/kaset` }
      : { to: [PUBLIC], cc: [`${life.origin}/c/kaset`, life.blog], audience: `${life.origin}/c/kaset` },
  deletion: bare,
  undone: embedded,
  sign: (peer, sending) =>
    signCavage(peer, { ...sending, cover: ['(request-target)', 'content-type', 'date', 'digest', 'host'] }),
};
