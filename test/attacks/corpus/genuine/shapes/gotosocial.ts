// GoToSocial 0.19: one where others have lists, a key that stands by itself.
import { signCavage } from '../../../../federation/peer.ts';
import { type Json, PUBLIC } from '../../../../federation/scripted.ts';
import { ALL, AS, addressed, bare, embedded, isText, type Shape, tagsOf } from '../shape.ts';

export const gotosocial: Shape = {
  name: 'GoToSocial 0.19',
  verbs: ALL,
  context: () => [
    'https://gotosocial.org/ns',
    AS,
    { Hashtag: 'as:Hashtag', sensitive: 'as:sensitive', toot: 'http://joinmastodon.org/ns#' },
  ],
  actor: ({ origin, number }) => `${origin}/users/g${number}`,
  keyId: (actor) => `${actor}/main-key`,
  profile: () => ({ manuallyApprovesFollowers: false, tag: [] }),
  text: ({ actor }, number) => `${actor}/statuses/01M83CTAA6S452RMA1HGJYKHF${number}`,
  activity({ origin, actor, number }, verb, object) {
    if (verb === 'Follow') return `${actor}/follow/01MRZ2CD71FRWS48R6H8${number}`;
    if (verb === 'Like') return `${actor}/liked/01M83CTAQ9Q11QJXK1H${number}`;
    if (verb === 'Update') return `${object}/activity#Update`;
    return isText(verb) ? `${object}/activity#Create` : `${origin}/01V2E2WDZDWA${verb.replace(' ', '')}${number}`;
  },
  note: (life, { id, inReplyTo, html, published, updated }) => ({
    attachment: [],
    attributedTo: life.actor,
    ...oneOrMany(addressed(life)),
    content: html,
    contentMap: { [life.language]: html },
    id,
    inReplyTo,
    interactionPolicy: {
      canAnnounce: { always: [PUBLIC], approvalRequired: [] },
      canLike: { always: [PUBLIC], approvalRequired: [] },
      canReply: { always: [PUBLIC], approvalRequired: [] },
    },
    published,
    ...(updated === null ? {} : { updated }),
    sensitive: life.warned,
    summary: life.warned ? 'เรื่องปุ๋ย' : '',
    tag: tagsOf(life),
    type: 'Note',
    url: id.replace('/users/', '/@'),
  }),
  around: (life, verb) => (isText(verb) ? oneOrMany(addressed(life)) : { to: verb === 'Delete' ? PUBLIC : life.blog }),
  deletion: bare,
  undone: embedded,
  sign: (peer, sending) =>
    signCavage(peer, {
      ...sending,
      parameters: { algorithm: 'hs2019' },
      contentType: 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    }),
};

/** GoToSocial writes a list of one as the one. */
function oneOrMany(lists: Json): Json {
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, Array.isArray(list) && list.length === 1 ? list[0] : list]),
  );
}
