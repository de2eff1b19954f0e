// The rows of what comes and goes between nodes: messages in, activities and their deliveries out. Their tables stand among the
// others in tables.ts.
import type { Generated } from 'kysely';
import type { Bytes, Flag, Instant } from './tables.ts';

export interface KvRow {
  key: string;
  value: string;
  /** Epoch milliseconds: nothing here is kept for ever. */
  expires: number;
}

/** Inbound work that was acknowledged to a peer and must therefore survive. */
export interface MessageRow {
  /** Counts up: the order inside a lane. */
  number: Generated<number>;
  lane: string | null;
  /** Whose turn it takes: the actor's host. */
  sender: string;
  /** 1 while none that is alive stands before it in its lane; a message without a lane always is. */
  first: Flag;
  payload: Bytes;
  /** Epoch milliseconds before which nobody may take it. */
  due: number;
  leasedUntil: number | null;
  lease: string | null;
  attempts: number;
  /** Why it was given up; null while it is alive. */
  dead: string | null;
  created: number;
}

/** A host whose inbound messages wait. It has one message worked on at a time, and a row here as long as one is alive. */
export interface SenderRow {
  host: string;
  /** Epoch milliseconds since when its next message waits for nothing but a worker. */
  since: number;
}

/** An outgoing activity as it is sent: composed, proved and LD-signed once, whatever the number of inboxes. */
export interface ActivityRow {
  /** The activity's ActivityPub id. */
  id: string;
  actor: string;
  verb: string;
  /** The ActivityPub id of what it is about. */
  object: string;
  /** 1 when it is addressed to everybody, so that a GET of its id may show it. */
  shown: Flag;
  body: Bytes;
  created: Instant;
}

export interface DeliveryRow {
  number: Generated<number>;
  activity: string;
  inbox: string;
  /** The inbox's origin host with port: its lane. */
  host: string;
  state: 'waiting' | 'delivered' | 'dead' | 'cancelled' | 'superseded';
  /** How often it was taken to be posted; more than 0 means that the peer may have heard of it. */
  attempts: number;
  /** How many of them the host answered, neither with success nor by saying that it is busy. */
  declined: Generated<number>;
  /** Epoch milliseconds before which it is not tried again although its lane goes on; null when its turn is the lane's. */
  due: number | null;
  /** Why the last attempt failed, or why it ended as it did. */
  reason: string | null;
  /** Epoch milliseconds at which it came into this state. */
  changed: number;
}

/** One host's ordered lane and its health. The lease stands here because a host has one delivery in flight. */
export interface LaneRow {
  host: string;
  /** Epoch milliseconds before which nobody may knock; null when nothing waits or the host is suspended. */
  due: number | null;
  /** Who holds the lane, or null. */
  lease: string | null;
  leasedUntil: number | null;
  /** The number of the delivery in flight. */
  taken: number | null;
  /** Epoch milliseconds of the first failure of this bad spell, or null while it is well. */
  failingSince: number | null;
  failures: number;
  /** Epoch milliseconds at which it was given up until it writes to us again. */
  suspended: number | null;
  /** The last error of this bad spell. */
  reason: string | null;
}

/** A page whose feeds changed since the hub was told of them. */
export interface FeedChangeRow {
  /** Its path. */
  page: string;
  /** Grows with each change, so that telling of an earlier one does not count for a later. */
  revision: number;
  /** Epoch milliseconds before which the hub is not told again; 0 is at once. */
  due: number;
  failures: number;
  /** Epoch milliseconds of the first failure. */
  failingSince: number | null;
  /** Why telling failed last. */
  reason: string | null;
}

/** An inbox that its host says is not there, since it last took anything. */
export interface AbsenceRow {
  inbox: string;
  host: string;
  /** Epoch milliseconds of the first such answer. */
  since: number;
  /** The same of the next one that came a day or more later. */
  again: number | null;
}
