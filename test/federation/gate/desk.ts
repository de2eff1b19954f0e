// A gate that stands at a fixed hour, and a peer beside it whose honest letters it lets in.
import { standingClock } from '../../../src/domain/clock.ts';
import { parcelOf } from '../../../src/federation/gate/parcel.ts';
import { type Admission, type GateOptions, openGate } from '../../../src/federation/gate.ts';
import { asRequest, type Letter, openPeer } from '../peer.ts';

export const ORIGIN = 'https://wethi.example';
export const INBOX = `${ORIGIN}/ap/inbox`;
export const HOUR = '2026-11-23T05:00:00Z';
export const NOW = new Date(HOUR);
export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
export const CONTEXT = 'https://www.w3.org/ns/activitystreams';

export const peer = openPeer('https://peer.example');
export const ENTRY = `${ORIGIN}/ap/entries/58082`;

/** A gate of a node that knows everybody and has received nothing yet. */
export function openDesk(options: Partial<GateOptions> = {}) {
  const clock = standingClock(HOUR);
  const gate = openGate({
    origin: ORIGIN,
    clock,
    allowPrivateAddress: false,
    seen: async () => false,
    knowsActor: async () => true,
    backlog: async () => ({ waiting: 0, oldestSeconds: 0 }),
    ...options,
  });
  const admit = (letter: Letter, address = '203.0.113.7') => gate.admit(parcelOf(asRequest(letter)), { address });
  return { gate, clock, admit };
}

/** 200 for a letter that was let in, else the status that it was answered with. */
export function statusOf(admission: Admission): number {
  return admission.ok ? 200 : admission.reply.status;
}

/** An honest Create(Note) by the peer; `changes` go over its fields, `note` over those of the note. */
export function createNote(changes: Record<string, unknown> = {}, note: Record<string, unknown> = {}) {
  return {
    '@context': CONTEXT,
    id: 'https://peer.example/notes/1/activity',
    type: 'Create',
    actor: peer.actor,
    to: [PUBLIC],
    object: {
      id: 'https://peer.example/notes/1',
      type: 'Note',
      attributedTo: peer.actor,
      inReplyTo: ENTRY,
      content: '<p>ขอบคุณครับ</p>',
      to: [PUBLIC],
      ...note,
    },
    ...changes,
  };
}

/** Another honest activity by the peer. */
export function activity(type: string, object: unknown, changes: Record<string, unknown> = {}) {
  return { '@context': CONTEXT, id: `https://peer.example/${type}/1`, type, actor: peer.actor, object, ...changes };
}
