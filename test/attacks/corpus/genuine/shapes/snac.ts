// snac 2.96: one context, blunt ids, mentions that stand twice.
import { signCavage } from '../../../../federation/peer.ts';
import { PUBLIC } from '../../../../federation/scripted.ts';
import { ALL, AS, embedded, isText, mainKey, mention, type Shape, tagsOf, tombstone } from '../shape.ts';

export const snac: Shape = {
  name: 'snac 2.96',
  verbs: ALL,
  context: () => AS,
  actor: ({ origin, number }) => `${origin}/s${number}`,
  keyId: mainKey,
  profile: () => ({ tag: [], manuallyApprovesFollowers: false }),
  text: ({ actor }, number) => `${actor}/p/1795410439.39028${number}`,
  activity({ actor, number }, verb, object) {
    if (verb === 'Follow') return `${actor}/d/1795410272.${number}/Follow`;
    if (verb === 'Like') return `${actor}/l/98c87501e9da0850${number}`;
    if (verb === 'Undo Follow') return `${actor}/d/1795410272.${number}/Follow/Undo_1795410417`;
    if (verb === 'Undo Like') return `${actor}/l/98c87501e9da0850${number}/Undo_1795410460`;
    return `${object}/${verb === 'Answer' ? 'Create' : verb}`;
  },
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    '@context': AS,
    type: 'Note',
    id,
    published,
    ...(updated === null ? {} : { updated }),
    attributedTo: life.actor,
    summary: life.warned ? 'เรื่องปุ๋ย' : '',
    ...(life.warned ? { sensitive: true } : {}),
    content: html,
    context: `${id}#ctxt`,
    url: id,
    to: [life.blog, PUBLIC],
    cc: [life.blog],
    inReplyTo,
    // It names whom it answers twice.
    tag: [mention(life), ...tagsOf(life)],
    sourceContent: 'ขอบคุณครับ #ปุ๋ยหมัก',
    replies: {
      id: id.replace('/p/', '/r/'),
      type: 'Collection',
      first: { type: 'CollectionPage', partOf: id.replace('/p/', '/r/'), items: [] },
    },
  }),
  around: (life, verb) => ({
    ...(isText(verb) ? { published: '2026-11-23T05:07:19Z', attributedTo: life.actor } : {}),
    to: verb === 'Follow' || verb === 'Undo Follow' ? life.blog : [life.blog, PUBLIC],
  }),
  deletion: tombstone,
  undone: embedded,
  sign: (peer, sending) => signCavage(peer, { ...sending, cover: ['(request-target)', 'host', 'digest', 'date'] }),
};
