// Signs activities as other servers do and sends them again and again until they are taken.
import { asRequest, type Peer, signCavage } from '../../test/federation/peer.ts';

/** Every try is signed anew; fifty senders that knock more often leave a starting node little of the processor. */
const PAUSE_MS = 400;
const ANSWER_MS = 20_000;

/** An activity on its way from an actor to an inbox. */
export interface Sending {
  peer: Peer;
  inbox: string;
  activity: Record<string, unknown>;
}

/**
 * Sends until the whole of a 2xx answer is here: anything else, be it a broken connection, is tried again after a
 * moment, as a durable sender would. @returns how often it was sent. @throws Error after `patienceMs`.
 */
export async function sendUntilTaken(sending: Sending, { patienceMs }: { patienceMs: number }): Promise<number> {
  const until = performance.now() + patienceMs;
  for (let tries = 1; ; tries++) {
    const answer = await send(sending);
    if (answer === 'taken') return tries;
    if (performance.now() > until)
      throw new Error(`${sending.inbox} did not take it in time; its last word: ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function send({ peer, inbox, activity }: Sending): Promise<string> {
  const letter = signCavage(peer, { url: inbox, activity, at: new Date() });
  try {
    const response = await fetch(asRequest(letter), { signal: AbortSignal.timeout(ANSWER_MS) });
    const words = await response.text();
    return response.ok ? 'taken' : `${response.status} ${words}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** Works through `jobs`, so many at once, and waits for all. */
export async function atOnce(count: number, jobs: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...jobs];
  const hands = Array.from({ length: count }, async () => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) await job();
  });
  await Promise.all(hands);
}

export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

/** A Follow; `name` makes its id. */
export function followOf(peer: Peer, { followed, name }: { followed: string; name: string }): Record<string, unknown> {
  return activityOf(peer, { type: 'Follow', name, object: followed });
}

/** A Like of an article. */
export function likeOf(peer: Peer, { article, name }: { article: string; name: string }): Record<string, unknown> {
  return activityOf(peer, { type: 'Like', name, object: article });
}

/** A Create of a public Note under an article. */
export function commentOf(
  peer: Peer,
  { article, name, text }: { article: string; name: string; text: string },
): Record<string, unknown> {
  const note = {
    id: `${peer.actor}/notes/${name}`,
    type: 'Note',
    attributedTo: peer.actor,
    inReplyTo: article,
    to: PUBLIC,
    content: `<p>${text}</p>`,
  };
  return { ...activityOf(peer, { type: 'Create', name, object: note }), to: PUBLIC };
}

function activityOf(
  { actor }: Peer,
  { type, name, object }: { type: string; name: string; object: unknown },
): Record<string, unknown> {
  const id = `${actor}/activities/${name}`;
  return { '@context': 'https://www.w3.org/ns/activitystreams', id, type, actor, object };
}
