// `wethi reindex`: makes the search index anew. `serve` does it by itself when the dictionary changed; this is for whoever
// restored a database by hand. The node may go on meanwhile.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { reindex as makeAnew } from '../domain/search/reindex.ts';
import { withDatabase } from './database.ts';
import { type Asked, answer, inBoth, sayWaiting } from './say.ts';

/** Adds its action. */
export function register(command: Command): void {
  command.action(reindex);
}

async function reindex(options: Asked): Promise<void> {
  const config = readConfig();
  sayWaiting({ th: 'กำลังทำดัชนีค้นหาใหม่', en: 'making the search index anew' }, config.language);
  const entries = await withDatabase(config, (db) => makeAnew(db));
  const done =
    entries === null
      ? {
          th: 'อีกโปรเซสหนึ่งเริ่มทำดัชนีใหม่แทนแล้ว รอให้เสร็จ ไม่ต้องทำอะไรเพิ่ม',
          en: 'another process began the index anew and goes on with it; wait for that one, there is nothing else to do',
        }
      : { th: `ค้นหาได้ ${entries} บันทึก`, en: `${entries} entries can be found` };
  answer(options, { value: { entries }, lines: [inBoth(done, config.language)] });
}
