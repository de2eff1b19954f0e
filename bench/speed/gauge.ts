// Loaded first into every process under measurement: answers the bench's questions about CPU time and memory over Node's
// channel, and leaves when the bench does. It does nothing between two questions.
import type { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A process at a moment. */
export interface Gauge {
  /** CPU time of all threads so far, microseconds. */
  cpuUs: number;
  rssBytes: number;
  /** The most that it ever was. */
  peakRssBytes: number;
}

type Answer = (given: never) => unknown;
const answers = new Map<string, Answer>();
const SAMPLE_US = 250;
let session: Session | undefined;
let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

/** Has this process answer a question of the bench's; what is returned or resolved is sent back. */
export function onAsk<Given>(question: string, answer: (given: Given) => unknown): void {
  answers.set(question, answer as Answer);
  // A program that is to be opened has nothing else yet that keeps it alive.
  if (question === 'open') process.channel?.ref();
}

onAsk('gauge', (): Gauge => {
  const { user, system } = process.cpuUsage();
  // `maxRSS` is in kilobytes on every system.
  const { maxRSS } = process.resourceUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss(), peakRssBytes: maxRSS * 1_024 };
});

onAsk('live-bytes', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The first lets go of what finalizers hold, the second takes it.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
});

onAsk('count-verifies', async () => {
  const { countVerifies, verifies } = await import('./verifies.ts');
  countVerifies();
  onAsk('verifies', verifies);
});

onAsk('start-delay', () => {
  delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
});

onAsk('stop-delay', () => {
  if (delay === undefined) throw new Error('nobody looked at the loop');
  delay.disable();
  // It sleeps for the resolution itself.
  const late = (ns: number) => Math.max(0, ns / 1e6 - 5);
  return { mostMs: late(delay.max), p99Ms: late(delay.percentile(99)) };
});

onAsk('start-profile', async () => {
  // Loaded only now: what starts with every program would weigh on its start and its memory.
  const inspector = await import('node:inspector/promises');
  session = new inspector.Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.post('Profiler.start');
});

onAsk('stop-profile', async () => {
  if (session === undefined) throw new Error('no profile was begun');
  const { profileOf } = await import('./profile.ts');
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profileOf(profile);
});

process.on('message', (message: { number: number; question: string; given: never }) => {
  const { number, question, given } = message;
  const answer = answers.get(question);
  const answered =
    answer === undefined ? Promise.reject(new Error(`nobody answers ${question}`)) : tried(answer, given);
  // The channel alone must not keep a server alive that was told to stop.
  process.channel?.unref();
  answered.then(
    (reply) => process.send?.({ number, reply }),
    (error: unknown) => process.send?.({ number, error: error instanceof Error ? error.stack : String(error) }),
  );
});
// Nor may one be left behind when the bench is gone.
process.channel?.unref();
process.once('disconnect', () => process.exit());

async function tried(answer: Answer, given: never): Promise<unknown> {
  return await answer(given);
}
