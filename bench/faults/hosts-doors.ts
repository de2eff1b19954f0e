// Doors in front of the other servers: what goes through them is passed on, until a door is shut or told to misbehave on its
// own. Plain sockets, because no HTTP library says what a broken peer says.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Servers } from './servers.ts';

/** What a door does with a caller instead of passing it on. */
export type Manners = (caller: Socket) => void;

/** A caller who came while a door misbehaved, on the monotonic clock in milliseconds. */
export interface Call {
  came: number;
  /** Null while the line is open. */
  left: number | null;
}

export interface Door {
  origin: string;
  /** Those who came since the door was last told to misbehave. */
  calls: Call[];
  /** From now on nobody listens there, and whoever was inside is thrown out. */
  shut(): Promise<void>;
  /** Listens again, at the same address. */
  open(): Promise<void>;
  /** From now on treats callers so; passes them on again when null. Whoever was inside is thrown out. */
  behave(manners: Manners | null): void;
  close(): Promise<void>;
}

/** A door before each of the servers. The servers go by the name that they are called by, so actors live at the doors. */
export async function openDoors(servers: Servers): Promise<{ doors: Door[]; behind: Servers }> {
  const doors = await Promise.all(servers.origins.map((origin) => openDoor(origin)));
  return { doors, behind: { ...servers, origins: doors.map(({ origin }) => origin) } };
}

async function openDoor(target: string): Promise<Door> {
  const { hostname, port } = new URL(target);
  const inside = new Set<Socket>();
  let manners: Manners | null = null;
  let calls: Call[] = [];
  const server = createServer((caller) => {
    inside.add(caller);
    caller.once('close', () => inside.delete(caller));
    // A broken line is what many of these doors are for.
    caller.on('error', () => caller.destroy());
    if (manners === null) return passOn(caller, connect(Number(port), hostname));
    const call: Call = { came: performance.now(), left: null };
    calls.push(call);
    caller.once('close', () => {
      call.left = performance.now();
    });
    manners(caller);
  });
  const own = await listen(server, 0);
  const throwOut = () => {
    for (const caller of inside) caller.destroy();
  };
  const shut = async () => {
    const gone = once(server, 'close');
    server.close();
    throwOut();
    await gone;
  };
  return {
    origin: `http://127.0.0.1:${own}`,
    get calls() {
      return calls;
    },
    shut,
    async open() {
      await listen(server, own);
    },
    behave(wanted) {
      manners = wanted;
      calls = [];
      throwOut();
    },
    async close() {
      if (server.listening) await shut();
    },
  };
}

function passOn(caller: Socket, host: Socket): void {
  host.on('error', () => caller.destroy());
  host.once('close', () => caller.destroy());
  caller.once('close', () => host.destroy());
  caller.pipe(host);
  host.pipe(caller);
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Reads and never says a word. */
export const silent: Manners = (caller) => void caller.resume();

/** Takes the letter and answers one byte a second, for as long as anybody listens. */
export const dripping: Manners = (caller) => {
  answering(() => 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100000\r\n\r\n')(caller);
  const drip = setInterval(() => caller.write('.'), 1_000);
  caller.once('close', () => clearInterval(drip));
};

/** Breaks the line with a RST as soon as anything comes. */
export const resetting: Manners = (caller) => void caller.once('data', () => caller.resetAndDestroy());

/** Breaks off the TLS handshake with a fatal alert (RFC 8446 §6.2), as a server with a broken certificate does. */
export const alerting: Manners = (caller) => {
  caller.once('data', () => caller.end(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28])));
};

/** Answers each whole request with the text or bytes that `answer` gives, headers and all. */
export function answering(answer: () => string | Uint8Array): Manners {
  return (caller) => {
    let heard = Buffer.alloc(0);
    caller.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      const head = heard.indexOf('\r\n\r\n');
      if (head < 0) return;
      const body = Number(/^content-length: *(\d+)/im.exec(heard.subarray(0, head).toString())?.[1] ?? 0);
      if (heard.length < head + 4 + body) return;
      heard = heard.subarray(head + 4 + body);
      caller.write(answer());
    });
  };
}

/** An HTTP answer without a body. */
export function answerOf(status: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ ...headers, 'content-length': '0' }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`;
}
