// How fast this machine is at this moment, in two figures that no code of ours can change: a signature and a JSON loop.
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Calibration {
  /** One RSA-2048 signature, µs of CPU. */
  rsaSignUs: number;
  /** Parsing and writing a document of some 24 KB, µs of CPU. */
  jsonUs: number;
}

const SIGNATURES = 100;
const LOOPS = 300;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const TEXT = JSON.stringify(Array.from({ length: 120 }, (_, n) => ({ n, text: 'ปุ๋ยหมักระบบกองเติมอากาศ '.repeat(6) })));
const LETTER = Buffer.from('(request-target): post /inbox\nhost: wethi.example\ndate: Mon, 23 Nov 2026 03:00:00 GMT');

/** Takes some fifty milliseconds. */
export function calibrate(): Calibration {
  return {
    rsaSignUs: cpuUsEach(SIGNATURES, () => sign('sha256', LETTER, privateKey)),
    jsonUs: cpuUsEach(LOOPS, () => JSON.stringify(JSON.parse(TEXT))),
  };
}

function cpuUsEach(times: number, act: () => unknown): number {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
