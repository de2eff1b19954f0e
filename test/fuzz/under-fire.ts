// The node under fire, as a process of its own, so that its memory and its end are its own too: whole, behind its real
// socket, with every request that it makes of others written down. Peers stand on loopback; what is meant for anybody else
// is counted and fails at once, so that nothing leaves the machine. `target.ts` starts it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { openNode } from '../../src/node.ts';

/** What it says over the line to whoever started it. */
export interface Word {
  /** Addresses that it asked for since it was last asked. */
  asked: string[];
  /** What nobody handled and nobody caught, since its start. */
  unhandled: string[];
  /** The most memory that it ever held. */
  peakBytes: number;
}

export type Question = 'asked' | 'end';

const [origin = '', port = '', data = '', databasePath = ''] = process.argv.slice(2);
const unhandled: string[] = [];
const note = (error: unknown) => {
  unhandled.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
};
process.on('unhandledRejection', note);
process.on('uncaughtException', note);

const node = await openNode({
  ...{ origin, host: '127.0.0.1', port: Number(port), data, databasePath, role: 'all' },
  ...{ language: 'th', log: 'error', allowPrivateAddress: true, trustProxy: true },
});
const ways = listenIn();
await node.serve();

process.on('message', (question: Question) => {
  if (question === 'end') void end();
  else say();
});
say();

function say(): void {
  // maxRSS is in kilobytes.
  const word: Word = { asked: ways.asked.splice(0), unhandled, peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.send?.(word);
}

async function end(): Promise<void> {
  ways.close();
  await node.close();
  process.disconnect();
}

/**
 * Writes down what leaves while a request is answered, and keeps from leaving what is meant for anybody but the peers. What
 * the workers ask of others later is none of the request's.
 */
function listenIn() {
  const asked: string[] = [];
  const answering = new AsyncLocalStorage<{ answered: boolean }>();
  const requests = new WeakMap<object, { answered: boolean }>();
  const note = (url: URL) => {
    if (answering.getStore()?.answered === false) asked.push(url.href);
  };
  const egress = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.hostname === '127.0.0.1') return await egress(input, init);
    note(url);
    throw new TypeError('fetch failed', { cause: new Error('nobody lives there') });
  };
  // node:http says so just before it hands a request over: all that follows from it runs in its name.
  const coming = (message: unknown) => {
    const state = { answered: false };
    requests.set((message as { request: object }).request, state);
    answering.enterWith(state);
  };
  const answered = (message: unknown) => {
    const state = requests.get((message as { request: object }).request);
    if (state !== undefined) state.answered = true;
  };
  // undici says so at the moment a request is handed to a connection: what was answered from memory does not come here.
  const leaving = (message: unknown) => {
    const { origin, path } = (message as { request: { origin: string | URL; path: string } }).request;
    note(new URL(path, origin));
  };
  subscribe('http.server.request.start', coming);
  subscribe('http.server.response.finish', answered);
  subscribe('undici:request:create', leaving);
  return {
    asked,
    close() {
      unsubscribe('http.server.request.start', coming);
      unsubscribe('http.server.response.finish', answered);
      unsubscribe('undici:request:create', leaving);
      globalThis.fetch = egress;
    },
  };
}
