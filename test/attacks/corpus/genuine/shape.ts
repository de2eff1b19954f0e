// How a server writes what it sends: its names, contexts and fields, and who lives on it. The shapes beside are built from
// federation.md and the recordings; they are built, not recorded.
import type { Letter, Peer, Sending } from '../../../federation/peer.ts';
import { type Json, PUBLIC } from '../../../federation/scripted.ts';

export const AS = 'https://www.w3.org/ns/activitystreams';
export const SECURITY = 'https://w3id.org/security/v1';

/** What an author does in their life, in this order, as far as their server can. */
export type Verb = 'Follow' | 'Create' | 'Answer' | 'Update' | 'Like' | 'Undo Like' | 'Delete' | 'Undo Follow';

/** One author on one server; `number` tells them from others. */
export interface Life {
  origin: string;
  number: number;
  actor: string;
  /** The blog here, and its handle as they write it. */
  blog: string;
  account: string;
  /** The author's name, and where their followers are. */
  name: string;
  followers: string;
  /** What differs from life to life: a content warning, a hashtag, unlisted, a language. */
  warned: boolean;
  tagged: boolean;
  unlisted: boolean;
  language: string;
}

/** A text that answers something here. */
export interface Text {
  id: string;
  inReplyTo: string;
  html: string;
  published: string;
  updated: string | null;
}

export interface Shape {
  name: string;
  verbs: readonly Verb[];
  context(life: Life): unknown;
  actor(at: { origin: string; number: number }): string;
  keyId(actor: string): string;
  /** The actor's document beyond what all have. */
  profile(life: Life): Json;
  text(life: Life, number: number): string;
  /** The id of an activity about `object`. */
  activity(life: Life, verb: Verb, object: string): string;
  note(life: Life, text: Text): Json;
  /** What stands on an activity beyond id, type, actor and object. */
  around(life: Life, verb: Verb): Json;
  deletion(id: string): unknown;
  /** How an Undo names what it takes back. */
  undone(activity: Json): unknown;
  sign(peer: Peer, sending: Sending): Letter;
}

export const ALL: readonly Verb[] = [
  'Follow',
  'Create',
  'Answer',
  'Update',
  'Like',
  'Undo Like',
  'Delete',
  'Undo Follow',
];

export const tombstone = (id: string) => ({ id, type: 'Tombstone' });
export const bare = (id: string) => id;
export const embedded = ({ '@context': _, ...activity }: Json) => activity;
export const mainKey = (actor: string) => `${actor}#main-key`;

export const mention = ({ blog, account }: Life): Json => ({ type: 'Mention', href: blog, name: account });

const hashtag = ({ origin }: Life): Json => ({
  type: 'Hashtag',
  href: `${origin}/tags/${encodeURIComponent('ปุ๋ยหมัก')}`,
  name: '#ปุ๋ยหมัก',
});

export const tagsOf = (life: Life): Json[] => [mention(life), ...(life.tagged ? [hashtag(life)] : [])];

/** To everybody with followers in copy, or the other way round, and the blog always in copy. */
export const addressed = ({ unlisted, followers, blog }: Life): Json =>
  unlisted ? { to: [followers], cc: [PUBLIC, blog] } : { to: [PUBLIC], cc: [followers, blog] };

export const isText = (verb: Verb) => verb === 'Create' || verb === 'Answer' || verb === 'Update';
