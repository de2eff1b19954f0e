// `wethi serve`: runs the node until it is told to stop, and says where it is and how to set it up.
import type { Command } from 'commander';
import { type Config, isPractice, readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { anybody } from '../domain/people.ts';
import { Refusal } from '../domain/refusal.ts';
import { newSetUpSecret } from '../domain/sessions.ts';
import type { Node } from '../node.ts';
import { absolute, path } from '../urls.ts';
import { ready } from './database.ts';
import { EXIT } from './exits.ts';
import { settleHeap } from './heap.ts';
import { startLogging } from './logging.ts';
import { type Asked, answer, inBoth, say } from './say.ts';
import { practiceWarning, privateAddressWarning } from './warnings.ts';

/** Systems kill a service that takes much longer; what was not finished is leased and done by the next start. */
const CLOSING_MS_MAX = 10_000;

/** Adds its action. */
export function register(command: Command): void {
  command.action(serve);
}

async function serve(options: Asked): Promise<void> {
  const config = readConfig();
  startLogging(config);
  // Listens for the signal first: a stop that comes while the node opens must not leave it half open.
  const stopped = untilSignal();
  const { openNode } = await import('../node.ts');
  const node = await ready(config, () => openNode(config));
  try {
    const { address } = await listening(node);
    for (const warning of [privateAddressWarning(config), isPractice(config) ? practiceWarning(config) : null]) {
      if (warning !== null) say({ th: `!!! ${warning.th}`, en: `!!! ${warning.en}` }, config.language);
    }
    greet(options, { config, address, setUp: await setUpLink(node) });
    settleHeap();
    await stopped;
  } finally {
    await closed(node);
  }
}

async function listening(node: Node): Promise<{ address: string }> {
  const { host, port } = node.config;
  try {
    return await node.serve();
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      const refused = LISTEN_REFUSED[String(error.code)]?.(host, port);
      if (refused !== undefined) throw new Refusal('conflict', refused);
    }
    throw error;
  }
}

const LISTEN_REFUSED: Record<string, (host: string, port: number) => { th: string; en: string }> = {
  EADDRINUSE: (host, port) => ({
    th: `พอร์ต ${port} ของ ${host} มีโปรแกรมอื่นใช้อยู่ ปิดโปรแกรมนั้น หรือตั้ง WETHI_PORT เป็นพอร์ตอื่น`,
    en: `another program uses port ${port} on ${host}; stop it, or set WETHI_PORT to another port`,
  }),
  EACCES: (_host, port) => ({
    th: `ไม่มีสิทธิ์เปิดพอร์ต ${port} ตั้ง WETHI_PORT เป็น 1024 ขึ้นไป แล้วให้พร็อกซีรับพอร์ต 443`,
    en: `port ${port} may not be opened; set WETHI_PORT to 1024 or more and let the proxy take port 443`,
  }),
  EADDRNOTAVAIL: (host) => ({
    th: `เครื่องนี้ไม่มีที่อยู่ ${host} ตั้ง WETHI_HOST เป็น 127.0.0.1 หรือ 0.0.0.0`,
    en: `this machine has no address ${host}; set WETHI_HOST to 127.0.0.1 or 0.0.0.0`,
  }),
};

/** The one-time link, while nobody can sign in; null afterwards, and for a worker, who has no door that it would open. */
async function setUpLink(node: Node): Promise<string | null> {
  if (node.config.role === 'worker' || (await anybody(node.db))) return null;
  const secret = await newSetUpSecret(node.db, { clock: systemClock });
  return absolute(node.config.origin, path.setUpWith(secret));
}

function greet(
  options: Asked,
  { config, address, setUp }: { config: Config; address: string; setUp: string | null },
): void {
  const lines = [
    inBoth({ th: `เวทีเปิดแล้วที่ ${config.origin}`, en: `Wethi is at ${config.origin}` }, config.language),
    inBoth({ th: `รับการเชื่อมต่อที่ ${address}`, en: `listening on ${address}` }, config.language),
  ];
  if (setUp !== null) {
    lines.push(
      inBoth(
        { th: 'ติดตั้งโดยเปิดลิงก์นี้ ใช้ได้ครั้งเดียวใน 24 ชั่วโมง', en: 'open this link to set up; it works once, within 24 hours' },
        config.language,
      ),
      setUp,
    );
  }
  answer(options, { value: { origin: config.origin, address, setUp }, lines });
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    // Kept for good: npm and the terminal both hand Ctrl-C on, and the second must not cut the closing short.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
}

async function closed(node: Node): Promise<void> {
  const late = setTimeout(() => {
    say(
      { th: 'ปิดไม่ทัน งานที่ค้างจะทำต่อเมื่อเปิดใหม่', en: 'closing took too long; what is left is done at the next start' },
      node.config.language,
    );
    process.exit(EXIT.failed);
  }, CLOSING_MS_MAX);
  await node.close();
  clearTimeout(late);
}
