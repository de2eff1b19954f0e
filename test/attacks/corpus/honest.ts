// Honest letters of every kind that has an effect here, each with what must stand before it and what it must leave.
import { type Letter, type Peer, signCavage, signRfc9421 } from '../../federation/peer.ts';
import { activityOf, type Json, noteOf, PUBLIC } from '../../federation/scripted.ts';
import { ldSigned } from './ld-signature.ts';
import type { Cast, Door, Stage, State } from './stage.ts';

export const KINDS = ['Create', 'Update', 'Delete', 'Like', 'Follow', 'Undo Like', 'Undo Follow'] as const;
export type Kind = (typeof KINDS)[number];

/** By whose hand a letter is vouched for: one of the two HTTP signatures, or an LD signature that somebody passes on. */
export const HANDS = ['cavage', 'rfc9421', 'ld'] as const;
export type Hand = (typeof HANDS)[number];

type CavageChanges = Partial<Parameters<typeof signCavage>[1]>;
type Rfc9421Changes = Partial<Parameters<typeof signRfc9421>[1]>;

/** An activity that does something, as its author would send it. */
export interface Honest {
  activity: Json;
  /** What the author sent before. */
  before: Json[];
  /** Whether its effect stands. It must not before the letter came, and must after. */
  effect(state: State): boolean;
}

/** One case's kind, door and hand, with its cast. */
export interface Scene extends Cast {
  stage: Stage;
  kind: Kind;
  door: Door;
  hand: Hand;
  honest: Honest;
}

const WORDS = '<p>ขอบคุณค่ะ อ่านแล้วได้ความรู้</p>';
const NEW_WORDS = '<p>ขอแก้คำที่เขียนไว้</p>';

/** What the author does in this scene. Nothing but ids, so that an LD signature can cover it. */
export function honestly(stage: Stage, by: Peer, kind: Kind): Honest {
  const { arena } = stage;
  const addressed = { to: [PUBLIC], cc: [`${by.actor}/followers`] };
  if (kind === 'Create' || kind === 'Update' || kind === 'Delete') {
    const note = noteOf(by, arena.entryId, { content: WORDS });
    const create = activityOf(by, 'Create', note, addressed);
    if (kind === 'Create') return { activity: create, before: [], effect: (state) => shows(state, note.id, WORDS) };
    if (kind === 'Delete') {
      const activity = activityOf(by, 'Delete', note.id, { to: [PUBLIC] });
      return { activity, before: [create], effect: (state) => commentAt(state, note.id)?.state === 'deleted' };
    }
    const edited = { ...note, content: NEW_WORDS, updated: new Date().toISOString() };
    const activity = activityOf(by, 'Update', edited, addressed);
    return { activity, before: [create], effect: (state) => shows(state, note.id, NEW_WORDS) };
  }
  const given = kind.endsWith('Like')
    ? activityOf(by, 'Like', arena.entryId)
    : activityOf(by, 'Follow', arena.node.blog);
  const stands = ({ likes = [], followers = [] }: State) =>
    likes.some(({ id }) => id === given.id) || followers.some(({ activity }) => activity === given.id);
  if (!kind.startsWith('Undo')) return { activity: given, before: [], effect: stands };
  const { '@context': _, ...embedded } = given;
  return { activity: activityOf(by, 'Undo', embedded), before: [given], effect: (state) => !stands(state) };
}

/** The comment with this id. */
export function commentAt({ comments = [] }: State, uri: unknown) {
  return comments.find((row) => row.uri === uri);
}

function shows(state: State, uri: unknown, words: string): boolean {
  const row = commentAt(state, uri);
  return row?.state === 'shown' && Buffer.from(row.html as Uint8Array).toString() === words;
}

/** Signs an activity as `by`, by the scene's hand, to the scene's door. */
export function sealed(scene: Scene, by: Peer, activity: Json): Letter {
  if (scene.hand === 'cavage') return cavage(scene, by, activity);
  if (scene.hand === 'rfc9421') return rfc9421(scene, by, activity);
  return passedOn(scene, ldSigned(by, activity));
}

/** By draft-cavage, with changes. */
export function cavage(
  { stage, door }: Scene,
  by: Peer,
  activity: Json,
  changes: CavageChanges & { cover?: string[]; parameters?: Record<string, string | number | null> } = {},
): Letter {
  return signCavage(by, { url: stage.door(door), activity, at: new Date(), ...changes });
}

/** By RFC 9421, with changes. */
export function rfc9421({ stage, door }: Scene, by: Peer, activity: Json, changes: Rfc9421Changes = {}): Letter {
  return signRfc9421(by, { url: stage.door(door), activity, at: new Date(), ...changes });
}

/** Passed on by the courier, who signs the request and nothing else. */
export function passedOn(scene: Scene, activity: Json): Letter {
  return cavage(scene, scene.courier, activity);
}
