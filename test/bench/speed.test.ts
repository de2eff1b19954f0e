// The bench's own honesty: what it would let through, what it would call wrong, and what it reads from a process.
import { execFile } from 'node:child_process';
import { createVerify, generateKeyPairSync, sign, subtle, verify } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as listenRaw } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { othersIn, slownessOf } from '../../bench/speed/calibration.ts';
import { load, receive, wrongOf } from '../../bench/speed/client.ts';
import { askOnce, callOf, sameFault } from '../../bench/speed/exchange.ts';
import { costOf, openProgram, type Program } from '../../bench/speed/processes.ts';
import { profileOf } from '../../bench/speed/profile.ts';
import { type Reading, readingAt, reads, readsAgain, storedFrom } from '../../bench/speed/readings.ts';
import { asMarkdown, lineOf } from '../../bench/speed/report.ts';
import { countVerifies, verifies } from '../../bench/speed/verifies.ts';
import {
  distanceOf,
  type Figure,
  type Figures,
  inTurn,
  keeps,
  noneOf,
  passed,
  resultOf,
  verdictOf,
  type Workload,
} from '../../bench/speed/workload.ts';

const RUN = fileURLToPath(new URL('../../bench/speed/run.ts', import.meta.url));
const STORED = new URL('../../bench/speed/floors/stored.ts', import.meta.url);
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => closed(server));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}

async function opened(readings: Reading[]): Promise<Program & { origin: string }> {
  const floor = await openProgram(STORED, storedFrom(readings));
  closers.push(() => floor.close());
  return floor;
}

function figure(given: Partial<Figure>): Figure {
  return { name: 'page: CPU', value: 30, unit: 'µs', floor: 20, limit: { most: 24 }, moonshot: null, ...given };
}

const workload = (run: Workload['run']): Workload => ({ name: 'W1', what: '', run });

const page: Reading = {
  name: 'page',
  url: 'http://wethi.example/page?n=1',
  accept: 'text/html',
  marks: [],
  answer: { status: 200, headers: new Map([['content-type', 'text/html']]), body: Buffer.from('หน้า') },
};

test('every part of a limit must be kept: neither its own unit nor its ratio excuses the other', () => {
  expect(keeps(figure({ value: 24 }), { most: 24 })).toBe(true);
  expect(keeps(figure({}), { most: 24 })).toBe(false);
  expect(keeps(figure({}), { most: 24, ratio: 1.5 })).toBe(false);
  expect(keeps(figure({}), { most: 30, ratio: 1.4 })).toBe(false);
  expect(keeps(figure({}), { most: 30, ratio: 1.5 })).toBe(true);
  expect(keeps(figure({ floor: null }), { ratio: 1.5 })).toBe(false);
  expect(keeps(figure({ value: Number.NaN }), {})).toBe(false);
});

test('on a slow machine limits of time do not count; ratios, memory, counts and figures that are none do', () => {
  const slow = { slow: 'the JSON loop took 90 µs' };
  const verdict = (given: Partial<Figure>) => verdictOf(figure(given), slow);
  expect(verdictOf(figure({}), { slow: null })).toBe('no');
  expect(verdict({})).toBe('not counted');
  expect(verdict({ limit: { most: 24, ratio: 1.5 } })).toBe('by its ratio');
  expect(verdict({ limit: { most: 24, ratio: 1.4 } })).toBe('no');
  expect(verdict({ value: Number.NaN })).toBe('no');
  expect(verdict({ unit: 'MB' })).toBe('no');
  expect(verdict({ unit: '×' })).toBe('no');
  expect(verdictOf(noneOf('wrong answers', 1), slow)).toBe('no');
  expect(verdict({ limit: null })).toBe(null);
});

test('a machine is slow when either calibration was beyond its bound, before or after, or others used it', () => {
  const quick = { rsaSignUs: 230, jsonUs: 50 };
  const others = (ours: number) => othersIn({ ours: 10, busy: 50, all: 100 }, { ours, busy: 150, all: 300 });
  expect([others(110), others(60), others(200)]).toEqual([0, 0.25, 0]);
  expect(slownessOf([quick, quick], 0.05)).toBe(null);
  expect(slownessOf([quick, quick], 0.25)).toContain('others used 25 % of the machine');
  expect(slownessOf([quick, { ...quick, jsonUs: 90 }], 0)).toContain('JSON loop took 90 µs');
  expect(slownessOf([{ ...quick, rsaSignUs: 400 }, quick], 0)).toContain('signature took 400 µs');
  expect(slownessOf([{ rsaSignUs: Number.NaN, jsonUs: 50 }], 0)).toContain('nobody');
});

test('the distance to a moonshot is the farther of the two', () => {
  expect(distanceOf(figure({ moonshot: { most: 15 } }))).toBe(2);
  expect(distanceOf(figure({ moonshot: { most: 15, ratio: 1.2 } }))).toBe(2);
  expect(distanceOf(figure({ moonshot: { most: 30, ratio: 1.2 } }))).toBeCloseTo(1.25);
  expect(distanceOf(figure({ value: 1, moonshot: { most: 0 } }))).toBe(Number.POSITIVE_INFINITY);
  expect(distanceOf(figure({ value: 0, moonshot: { most: 0 } }))).toBe(1);
});

test('the short form lets times be twice as much, and memory and counts be what they are in the whole one', async () => {
  const figures = [
    figure({ limit: { most: 24, ratio: 2 } }),
    figure({ unit: '×', limit: { most: 1.2 } }),
    figure({ unit: 'MB', limit: { most: 256 } }),
    noneOf('wrong answers', 0),
  ];
  const run = async (): Promise<Figures> => ({ figures, remarks: {} });
  const limitsOf = async (size: 'whole' | 'short') => {
    const { figures } = await resultOf(workload(run), { rounds: 1, size, seed: 1, sampling: 'no' });
    return figures.map(({ limit }) => limit);
  };
  expect(await limitsOf('whole')).toEqual([{ most: 24, ratio: 2 }, { most: 1.2 }, { most: 256 }, { most: 0 }]);
  expect(await limitsOf('short')).toEqual([
    { most: 48, ratio: 4 },
    { most: expect.closeTo(2.4) },
    { most: 256 },
    { most: 0 },
  ]);
});

test('node and floor take turns, and the round that warms up is not counted', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  const samples = await inTurn(2, { floor: side('f'), node: side('n') });
  expect(order.join('')).toBe('fnfnfn');
  expect(samples).toEqual({ floor: [3, 5], node: [4, 6] });
});

test('a workload that breaks off has failed, and nothing that it started is left', async () => {
  let floor: Program | undefined;
  const run = async () => {
    floor = await openProgram(STORED, {});
    throw new Error('no node');
  };
  const result = await resultOf(workload(run), { rounds: 1, size: 'short', seed: 1, sampling: 'no' });
  expect(passed(result)).toBe(false);
  expect(result.remarks.error).toContain('no node');
  expect(floor?.runs()).toBe(false);
});

test('every wrong answer of a load is counted, whatever is wrong with it', async () => {
  let asked = 0;
  const origin = await serving((_, response) => {
    const turn = ++asked % 4;
    if (turn === 0) return void response.destroy();
    response.writeHead(turn === 1 ? 500 : 200, { 'content-type': turn === 2 ? 'application/json' : 'text/html' });
    response.end('หน้า');
  });
  for (const connection of ['kept', 'fresh'] as const) {
    const calls = [reads(readingAt(origin, page), connection)];
    const loaded = await load(origin, { calls, connection, lines: 1, requests: 40 });
    expect([loaded.requests, wrongOf(loaded)]).toEqual([40, 30]);
    expect(Object.values(loaded.wrong)).toEqual([10, 10, 10]);
  }
});

test('answers are read whole, chunked or not, in whatever pieces they come', async () => {
  const chunked = await serving((_, response) => {
    response.write('กอง');
    setTimeout(() => response.end('ปุ๋ย'), 20);
  });
  expect((await askOnce(chunked, {})).body.toString()).toBe('กองปุ๋ย');
  const pieces = ['HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nConte', 'nt-Length: 4\r\n\r', '\nab', 'cd'];
  const raw = listenRaw((socket) => {
    for (const [n, piece] of pieces.entries()) setTimeout(() => socket.write(piece), n * 15);
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  closers.push(async () => void raw.close());
  const { body, headers } = await askOnce(`http://127.0.0.1:${(raw.address() as AddressInfo).port}`, {});
  expect([body.toString(), headers.get('x-a')]).toEqual(['abcd', '1, 2']);
});

test('a request that could not leave in time is timed from when it was meant to', async () => {
  const origin = await serving((_, response) => response.end('หน้า'));
  const call = callOf({ url: origin, connection: 'fresh', check: () => null });
  const late = callOf({
    url: origin,
    connection: 'fresh',
    check() {
      const until = performance.now() + 200;
      while (performance.now() < until);
      return null;
    },
  });
  const visits = [late, call].map((one, n) => ({ atMs: n * 40, from: '127.0.0.9', calls: [one] }));
  const { p99Ms, wrong } = await receive(origin, visits);
  expect(wrong).toEqual({});
  expect(p99Ms).toBeGreaterThan(150);
});

test('the floor answers with the bytes and the 304 that it was given, and its CPU time is seen', async () => {
  const floor = await opened([page]);
  const there = readingAt(floor.origin, page);
  expect(sameFault(await askOnce(there.url, { accept: 'text/html' }), page.answer)).toBe(null);
  const calls = [reads(there, 'kept'), readsAgain(there, 'kept')];
  const work = () => load(floor.origin, { calls, connection: 'kept', lines: 2, requests: 400 });
  const { done, cost } = await costOf(floor, work);
  expect(wrongOf(done)).toBe(0);
  expect(cost.cpuUs / 400).toBeGreaterThan(1);
  expect(cost.cpuUs / 1_000).toBeLessThan(cost.wallMs * 8);
  const gauge = await floor.gauge();
  expect(gauge.peakRssBytes).toBeGreaterThan(20e6);
  expect(await floor.ask<number>('live-bytes')).toBeLessThan(gauge.peakRssBytes);
  await expect(floor.ask('the weather')).rejects.toThrow('nobody answers');
});

test('every way of looking at a signature is counted, and only that', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await subtle.importKey('spki', publicKey.export({ type: 'spki', format: 'der' }), algorithm, false, [
    'verify',
  ]);
  const text = Buffer.from('กอง');
  countVerifies();
  const signature = sign('sha256', text, privateKey);
  expect(verifies()).toBe(0);
  expect(verify('sha256', text, publicKey, signature)).toBe(true);
  expect(createVerify('sha256').update(text).verify(publicKey, signature)).toBe(true);
  expect(await subtle.verify(algorithm, key, signature, text)).toBe(true);
  expect(await subtle.verify(algorithm, key, signature, Buffer.from('น้ำ'))).toBe(false);
  expect([verifies(), verifies()]).toEqual([4, 0]);
});

test('what was broken, and what was not counted, is said with its reason', async () => {
  const figures = [figure({ limit: { ratio: 1.2 } }), figure({ name: 'actor: CPU' })];
  const { slow: _, ...result } = await resultOf(
    workload(async () => ({ figures, remarks: {} })),
    { rounds: 1, size: 'whole', seed: 1, sampling: 'no' },
  );
  const slow = 'the JSON loop took 90 µs';
  const said = lineOf({ ...result, slow });
  expect(said).toContain(`do not count, only ratios, memory and answers do: ${slow}`);
  expect(said).toContain('✗ page: CPU: 30 µs, 1.5 × floor, not ≤ 1.2 × floor');
  expect(said).not.toContain('✗ actor');
  expect(asMarkdown([{ ...result, slow }])).toMatch(
    /\| W1 +\| actor: CPU +\| 30 µs +\| 20 µs +\| 1.5 +\| ≤ 24 µs +\| not counted +\|/,
  );
});

test('a program that ends by itself is noticed', async () => {
  const floor = await openProgram(STORED, {});
  process.kill(floor.pid, 'SIGKILL');
  await expect(floor.gauge()).rejects.toThrow();
  // A signal of ours that Deno sends after the other, before it has heard of the end, is the one it will name.
  if ('Deno' in globalThis) await vi.waitFor(() => expect(floor.runs()).toBe(false));
  await expect(floor.close()).rejects.toThrow('ended by itself');
});

test('a profile is summed by function and by package, without the time spent waiting', () => {
  const frame = (functionName: string, url: string) => ({
    functionName,
    url,
    scriptId: '',
    lineNumber: 0,
    columnNumber: 0,
  });
  const profile = profileOf({
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('expand', 'file:///a/node_modules/@fedify/vocab/x.js') },
      { id: 3, callFrame: frame('answer', 'file:///a/src/http/app.ts') },
      { id: 4, callFrame: frame('(garbage collector)', '') },
    ],
    startTime: 0,
    endTime: 1,
    samples: [1, 1, 2, 2, 3, 4],
  });
  expect(profile.packages).toEqual([
    { where: '@fedify/vocab', share: 0.5 },
    { where: 'wethi/http', share: 0.25 },
    { where: 'gc', share: 0.25 },
  ]);
  expect(profile.functions[0]).toEqual({ name: 'expand', where: '@fedify/vocab', share: 0.5 });
});

test.for([['--only', 'W99'], ['--rounds', '0'], ['--rounds', 'many'], ['--seed', 'x'], ['--fast'], ['W1']])(
  'the command says how it is used when it is not understood: %j',
  async (words) => {
    const [code, said] = await new Promise<[unknown, string]>((resolve) => {
      execFile(process.execPath, [RUN, ...words], (error, _, stderr) => resolve([error?.code, stderr]));
    });
    expect([code, said.startsWith('npm run bench')]).toEqual([64, true]);
  },
);
