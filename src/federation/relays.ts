// What relays hear: that the instance actor asks or leaves, and for LitePub ones a boost of each new entry. Mastodon-style
// relays get the entry's own Create, Update and Delete, as followers do, and pass them on under our signatures.
import { Announce, Follow, Undo } from '@fedify/vocab';
import { entryById } from '../domain/entries/find.ts';
import type { Happening } from '../domain/happenings.ts';
import { INSTANCE } from '../domain/organisations.ts';
import { relayAsked, relayInboxes } from '../domain/relays.ts';
import { path } from '../urls.ts';
import { at, type Here, PUBLIC } from './here.ts';
import { wireInstant } from './instants.ts';
import type { Telling } from './tellings/telling.ts';

type Written = Parameters<Follow['toJsonLd']>[0];

/** A Follow of everybody. Relays compare the whole address, and the library shortens it; its proof covers what stands here. */
class RelayFollow extends Follow {
  override async toJsonLd(options?: Written): Promise<unknown> {
    const document = await super.toJsonLd(options);
    return options?.format === 'compact' ? spelt(document) : document;
  }
}

/** The Undo of such a Follow, which must be inside: relays look there. */
class RelayUndo extends Undo {
  override async toJsonLd(options?: Written): Promise<unknown> {
    const document = (await super.toJsonLd(options)) as { object?: unknown };
    return options?.format === 'compact' ? { ...document, object: spelt(document.object) } : document;
  }
}

function spelt(follow: unknown): object {
  const document = follow as { object?: unknown };
  return document.object === 'as:Public' ? { ...document, object: PUBLIC.href } : document;
}

/** Asks a relay, or takes that back; null when it was taken back before it was told. */
export async function relayTold(here: Here, happening: Happening): Promise<Telling | null> {
  const { activity, followed, inbox } = happening.facts;
  if (activity === undefined || followed === undefined || inbox === undefined) return null;
  const actor = at(here, path.actor(INSTANCE));
  const follow = new RelayFollow({ id: at(here, activity), actor, object: new URL(followed) });
  const shared = { object: happening.object, shown: 0 as const, inboxes: [inbox] };
  if (happening.verb === 'relay.asked') {
    if (!(await relayAsked(here.db, { activity }))) return null;
    return { ...shared, id: at(here, activity).href, verb: 'Follow', activity: async () => follow };
  }
  const id = at(here, path.activity(`undo-${activity.split('/').at(-1)}`));
  return {
    ...shared,
    id: id.href,
    takesBack: at(here, activity).href,
    verb: 'Undo',
    activity: async () => new RelayUndo({ id, actor, object: follow }),
  };
}

/** The instance actor's boost of a new entry, for LitePub relays; null when the entry has gone meanwhile. */
export async function entryRelayed(here: Here, happening: Happening): Promise<Telling | null> {
  const entry = await entryById(here.db, { id: happening.object });
  if (entry === null || entry.state !== 'published') return null;
  const id = at(here, path.activity(`relay-${entry.id}-0`));
  const object = at(here, path.article(entry.id));
  return {
    id: id.href,
    verb: 'Announce',
    object: object.href,
    shown: 0,
    inboxes: await relayInboxes(here.db, { style: 'litepub' }),
    activity: async () =>
      new Announce({
        id,
        actor: at(here, path.actor(INSTANCE)),
        object,
        published: wireInstant(happening.happened),
        tos: [PUBLIC],
        ccs: [at(here, path.actor(entry.blog))],
      }),
  };
}
