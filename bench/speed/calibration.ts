// How fast this machine is at this moment, in two figures that no code of ours can change, a signature and a JSON loop, and
// how much of it others used.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from '../figures.ts';

export interface Calibration {
  /** One RSA-2048 signature, µs of CPU. */
  rsaSignUs: number;
  /** Parsing and writing a document of 55 KB, µs of CPU. */
  jsonUs: number;
}

/**
 * Limits of time were set where these were 220 to 250 µs and 48 to 60 µs. Beyond the following the machine is another one, or
 * has other work, and a time says nothing about the node.
 */
const QUICK: Calibration = { rsaSignUs: 300, jsonUs: 75 };
/** Of the machine, used by whoever is not the bench. */
const OTHERS_MAX = 0.1;

const PROGRAM = fileURLToPath(import.meta.url);
const BATCHES = 9;
const SIGNATURES = 15;
const LOOPS = 60;
const TEXT = JSON.stringify(Array.from({ length: 120 }, (_, n) => ({ n, text: 'ปุ๋ยหมักระบบกองเติมอากาศ '.repeat(6) })));
const LETTER = Buffer.from('(request-target): post /inbox\nhost: wethi.example\ndate: Mon, 23 Nov 2026 03:00:00 GMT');

/** In a process of its own: what this one has on its heap would tell. Takes some half a second. */
export function calibrate(): Calibration {
  return JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8' })) as Calibration;
}

function measured(): Calibration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    rsaSignUs: cpuUsEach(SIGNATURES, () => sign('sha256', LETTER, privateKey)),
    jsonUs: cpuUsEach(LOOPS, () => JSON.stringify(JSON.parse(TEXT))),
  };
}

/** Time of all cores, in ticks. */
export interface Ticks {
  /** Ours: this process and those that it started and that have ended. */
  ours: number;
  /** Of everybody's, us among them, and of whoever shares the cores with this machine. */
  busy: number;
  all: number;
}

/** As Linux counts them since it started (proc(5)); elsewhere nobody else is ever seen. */
export function ticksSoFar(): Ticks {
  if (!existsSync('/proc/stat')) return { ours: 0, busy: 0, all: 0 };
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  // The two that follow these are guests, who are counted as users already.
  const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, waiting = 0] = times;
  const all = times.reduce((sum, time) => sum + time, 0);
  // A name may hold blanks and brackets; what follows its end begins with the third field.
  const own = readFileSync('/proc/self/stat', 'utf8');
  const fields = own.slice(own.lastIndexOf(')') + 2).split(' ');
  const ours = fields.slice(11, 15).reduce((sum, time) => sum + Number(time), 0);
  return { ours, busy: all - idle - waiting, all };
}

/** The share of the machine that others used between two moments. */
export function othersIn(before: Ticks, after: Ticks): number {
  const others = after.busy - before.busy - (after.ours - before.ours);
  return after.all === before.all ? 0 : Math.max(0, others / (after.all - before.all));
}

/**
 * What made the machine slower than where the limits were set, in words; null when it was as quick before and after, and nobody
 * else used it in between. `others` is their share of it.
 */
export function slownessOf(calibrations: readonly Calibration[], others: number): string | null {
  const [rsa, json] = [calibrations.map((one) => one.rsaSignUs), calibrations.map((one) => one.jsonUs)].map((all) =>
    Math.max(...all),
  );
  if (rsa === undefined || json === undefined || Number.isNaN(rsa + json)) return 'nobody calibrated';
  const slow = [
    ...(others > OTHERS_MAX ? [`others used ${(others * 100).toFixed(0)} % of the machine`] : []),
    ...(rsa > QUICK.rsaSignUs ? [`an RSA-2048 signature took ${rsa.toFixed(0)} µs, more than ${QUICK.rsaSignUs}`] : []),
    ...(json > QUICK.jsonUs ? [`the JSON loop took ${json.toFixed(0)} µs, more than ${QUICK.jsonUs}`] : []),
  ];
  return slow.length === 0 ? null : slow.join(', and ');
}

/** The median of some batches, after one that warms up. */
function cpuUsEach(times: number, act: () => unknown): number {
  const batch = () => {
    const before = process.cpuUsage();
    for (let n = 0; n < times; n++) act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / times;
  };
  batch();
  return median(Array.from({ length: BATCHES }, batch));
}

if (process.argv[1] === PROGRAM) process.stdout.write(JSON.stringify(measured()));
