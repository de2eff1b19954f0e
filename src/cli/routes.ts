// `wethi routes`: every address that the node answers, for whoever sets up a proxy or reviews what is open to the world.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { withNode } from './network.ts';
import { type Asked, answer } from './say.ts';

/** Adds its action. */
export function register(command: Command): void {
  command.action(routes);
}

async function routes(options: Asked): Promise<void> {
  const value = await withNode(readConfig(), async (node) => node.routes());
  answer(options, {
    value,
    lines: value.map(({ method, path, session }) => [method, path, session ? 'session' : ''].join('\t')),
  });
}
