// `wethi queue status|retry|drop`: what waits to be sent, whom it cannot reach, and what was given up.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import type { Node } from '../node.ts';
import { withNode } from './network.ts';
import { type Asked, answer, inBoth } from './say.ts';

type Which = Parameters<Node['queue']['retry']>[0];

const WHICH = ['<which>', 'all, ชื่อโฮสต์ หรือหมายเลข · all, a host, or a number'] as const;

/** Adds the subcommands. */
export function register(command: Command): void {
  command.command('status').description('สภาพของคิว · how the queue is doing').action(status);
  command
    .command('retry')
    .description('ลองส่งสิ่งที่เลิกส่งไปแล้วอีกครั้ง · send once more what was given up')
    .argument(...WHICH)
    .action(retry);
  command
    .command('drop')
    .description('ทิ้งสิ่งที่เลิกส่งไปแล้ว · throw away what was given up')
    .argument(...WHICH)
    .action(drop);
}

async function status(options: Asked): Promise<void> {
  const value = await withNode(readConfig(), (node) => node.queue.status());
  answer(options, { value, lines: flat('', value) });
}

async function retry(which: string, options: Asked): Promise<void> {
  const config = readConfig();
  const retried = await withNode(config, (node) => node.queue.retry(whichOf(which)));
  answer(options, {
    value: { retried },
    lines: [inBoth({ th: `จะลองส่งใหม่ ${retried} รายการ`, en: `${retried} will be sent once more` }, config.language)],
  });
}

async function drop(which: string, options: Asked): Promise<void> {
  const config = readConfig();
  const dropped = await withNode(config, (node) => node.queue.drop(whichOf(which)));
  answer(options, {
    value: { dropped },
    lines: [inBoth({ th: `ทิ้งแล้ว ${dropped} รายการ`, en: `${dropped} thrown away` }, config.language)],
  });
}

function whichOf(text: string): Which {
  if (text === 'all') return 'all';
  return /^\d+$/.test(text) ? { number: Number(text) } : { host: text.toLowerCase() };
}

/** A line a figure, such as `outgoing.waiting  3`. */
function flat(name: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [`${name}\t${String(value ?? '-')}`];
  return Object.entries(value).flatMap(([key, inner]) => flat(name === '' ? key : `${name}.${key}`, inner));
}
