// Brings letters to a node as many servers would, each from an address of its own, and writes down what was answered.
import { Agent, request as open } from 'node:http';
import type { Posting } from './letters.ts';

/** What became of a letter: when it was sent (milliseconds since the epoch) and what was answered after how long. */
export interface Sent {
  uri: string;
  at: number;
  /** 0 when the connection broke. */
  status: number;
  ms: number;
}

/** `atOnce` letters are under way at one time; with `perSecond` they also leave no faster than that, evenly. */
export interface Pace {
  atOnce: number;
  perSecond?: number;
}

/** Opens a round: connections are kept per address, as servers keep them. */
export function openPost({ perAddress = 2 }: { perAddress?: number } = {}) {
  const agents = new Map<string, Agent>();
  const agentFor = (from: string) => {
    const agent = agents.get(from) ?? new Agent({ keepAlive: true, maxSockets: perAddress, localAddress: from });
    agents.set(from, agent);
    return agent;
  };
  return {
    /** Brings them all, in order. */
    async bring(postings: readonly Posting[], { atOnce, perSecond }: Pace): Promise<Sent[]> {
      // Signing may have kept us from hearing that connections were closed meanwhile, and a letter on one of those would be lost.
      await new Promise((resolve) => setTimeout(resolve, 1));
      const start = performance.now();
      const sent: Sent[] = [];
      let next = 0;
      const hands = Array.from({ length: Math.min(atOnce, postings.length) }, async () => {
        for (let n = next++; n < postings.length; n = next++) {
          const wait = perSecond === undefined ? 0 : start + (n * 1_000) / perSecond - performance.now();
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
          const posting = postings[n];
          if (posting !== undefined) sent.push(await brought(posting, agentFor(posting.from)));
        }
      });
      await Promise.all(hands);
      return sent;
    },
    close(): void {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function brought({ url, headers, bytes, uri }: Posting, agent: Agent): Promise<Sent> {
  const start = performance.now();
  const at = performance.timeOrigin + start;
  return new Promise((resolve) => {
    const end = (status: number) => resolve({ uri, at, status, ms: performance.now() - start });
    const request = open(url, { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.once('end', () => end(response.statusCode ?? 0));
      response.once('error', () => end(0));
    });
    request.once('error', () => end(0));
    request.end(bytes);
  });
}

/** How many were answered with what. */
export function statusesOf(sent: readonly Sent[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of sent) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
