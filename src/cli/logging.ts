// Where log lines go: stderr, so that stdout holds results only. One line of JSON each, or plain text on a terminal.
import { AsyncLocalStorage } from 'node:async_hooks';
import { configureSync, getJsonLinesFormatter, getTextFormatter } from '@logtape/logtape';
import type { Config } from '../config.ts';

/** Starts logging at the configured level. Call it once, before the node is opened. */
export function startLogging(config: Config): void {
  const format = process.stderr.isTTY ? getTextFormatter() : getJsonLinesFormatter();
  configureSync({
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: { stderr: (record) => void process.stderr.write(format(record)) },
    loggers: [
      { category: ['wethi'], lowestLevel: config.log, sinks: ['stderr'] },
      { category: ['fedify'], lowestLevel: config.log === 'debug' ? 'debug' : 'warning', sinks: ['stderr'] },
      // Its own greeting is noise in an operator's log.
      { category: ['logtape', 'meta'], lowestLevel: 'warning', sinks: ['stderr'] },
    ],
  });
}
