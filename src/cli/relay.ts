// `wethi relay add|remove|list`: relays that pass entries on. The running node asks them and notes their answers.
import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { Refusal } from '../domain/refusal.ts';
import { addRelay, allRelays, RELAY_STYLES, type Relay, type RelayStyle, removeRelay } from '../domain/relays.ts';
import { withDatabase } from './database.ts';
import { lookUpOrRefuse, withNode } from './network.ts';
import { type Asked, answer, inBoth } from './say.ts';

const URL = 'ที่อยู่ของรีเลย์: inbox แบบ Mastodon หรือ actor แบบ LitePub · its inbox (Mastodon), or its actor (LitePub)';

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('add')
    .description('ขอให้รีเลย์ช่วยกระจายบันทึก · ask a relay to pass entries on')
    .argument('<url>', URL)
    .addOption(new Option('--style <style>', 'แบบของรีเลย์ · kind of relay').choices(RELAY_STYLES).makeOptionMandatory())
    .action(add);
  command.command('remove').description('ออกจากรีเลย์ · leave a relay').argument('<url>', URL).action(remove);
  command.command('list').description('รีเลย์ทั้งหมด · every relay').action(list);
}

async function add(url: string, options: Asked & { style: RelayStyle }): Promise<void> {
  const config = readConfig();
  const relay = await (options.style === 'mastodon' ? askedByInbox(config, url) : askedByActor(config, url));
  answer(options, {
    value: shownOf(relay),
    lines: [
      inBoth(
        {
          th: `ขอใช้รีเลย์ ${relay.url} แล้ว ดูคำตอบด้วย wethi relay list`,
          en: `asked the relay ${relay.url}; see wethi relay list for its answer`,
        },
        config.language,
      ),
    ],
  });
}

async function askedByInbox(config: Config, url: string): Promise<Relay> {
  return await withDatabase(config, (db) => addRelay(db, { relay: { style: 'mastodon', url }, clock: systemClock }));
}

/** A LitePub relay's own document says where its inbox is, so it is asked for first. */
async function askedByActor(config: Config, url: string): Promise<Relay> {
  return await withNode(config, async (node) => {
    const found = await lookUpOrRefuse(node, url);
    if (found.kind !== 'actor') {
      throw new Refusal('invalid', {
        th: `${url} ไม่ใช่ actor ของรีเลย์ ถ้าเป็น inbox ให้ใช้ --style mastodon`,
        en: `${url} is no relay's actor; for a relay's inbox use --style mastodon`,
      });
    }
    const { id, inbox } = found.actor;
    return await addRelay(node.db, { relay: { style: 'litepub', url: id, inbox }, clock: systemClock });
  });
}

async function remove(url: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => removeRelay(db, { url, clock: systemClock }));
  answer(options, {
    value: { url },
    lines: [inBoth({ th: `ออกจากรีเลย์ ${url} แล้ว`, en: `left the relay ${url}` }, config.language)],
  });
}

async function list(options: Asked): Promise<void> {
  const value = (await withDatabase(readConfig(), allRelays)).map(shownOf);
  answer(options, { value, lines: value.map(({ url, style, state }) => [url, style, state].join('\t')) });
}

function shownOf({ url, style, state, since }: Relay): Pick<Relay, 'url' | 'style' | 'state' | 'since'> {
  return { url, style, state, since };
}
