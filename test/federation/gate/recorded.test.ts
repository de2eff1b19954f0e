// The genuine controls: what GoToSocial, Hollo and snac really sent, byte for byte, must come in.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parcelOf } from '../../../src/federation/gate/parcel.ts';
import { openGate } from '../../../src/federation/gate.ts';

interface Recording {
  path: string;
  headers: [string, string][];
  raw: string;
}

const folder = new URL('./recorded/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

function read(name: string): Recording {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}

function gateAt(recording: Recording) {
  const date = new Headers(recording.headers).get('date') ?? '';
  return openGate({
    origin: 'https://node.test',
    clock: { now: () => Date.parse(date) },
    allowPrivateAddress: false,
    seen: async () => false,
    knowsActor: async () => true,
    backlog: async () => ({ waiting: 0, oldestSeconds: 0 }),
  });
}

test('31 recordings are there', () => expect(names).toHaveLength(31));

test.each(names)('%s comes in, with its bytes unchanged', async (name) => {
  const recording = read(name);
  const { path, headers, raw } = recording;
  const request = new Request(`https://node.test${path}`, { method: 'POST', headers, body: raw });
  const admission = await gateAt(recording).admit(parcelOf(request), { address: '203.0.113.7' });
  if (!admission.ok) throw new Error(admission.reply.detail);
  const { arrival } = admission;
  expect(await arrival.request.text()).toBe(raw);
  expect(arrival.request.url).toBe(`https://node.test${path}`);
  expect(Object.fromEntries(arrival.request.headers)).toEqual(Object.fromEntries(new Headers(headers)));
  expect(arrival.activity).toMatchObject({ id: JSON.parse(raw).id, type: JSON.parse(raw).type });
});

test.each(names)('%s does not come in with one letter of its body changed', async (name) => {
  const recording = read(name);
  const { path, headers, raw } = recording;
  const body = raw.replace('"type"', '"typo"');
  const request = new Request(`https://node.test${path}`, { method: 'POST', headers, body });
  const admission = await gateAt(recording).admit(parcelOf(request), { address: '203.0.113.7' });
  expect(admission.ok ? 200 : admission.reply.status).toBe(401);
});
