// Our actors' documents with what no vocabulary class carries out: the handle, for servers that ask under it again (FEP-2c59),
// and the hosts whose pages may name the actor as their author (Mastodon's byline, federation.md §9 and item 22).
import { Tombstone, Update } from '@fedify/vocab';
import { actorOf, type LocalActor } from './actors.ts';
import { spellPublic } from './compose.ts';
import { shippedContext } from './contexts.ts';
import type { Here } from './here.ts';

const TERMS = {
  webfinger: { '@id': 'https://purl.archive.org/socialweb/webfinger#webfinger' },
  attributionDomains: { '@id': 'http://joinmastodon.org/ns#attributionDomains', '@type': '@id' },
};

/** The document at an actor's id: the actor, or the Tombstone of a closed blog. */
export async function actorDocument(here: Here, local: LocalActor): Promise<object> {
  const actor = await actorOf(here, local);
  const document = await actor.toJsonLd({ format: 'compact', contextLoader: shippedContext });
  const spelt = spellPublic(document) as Document;
  return actor instanceof Tombstone ? spelt : withTerms(completed(here, { local, actor: spelt }));
}

/**
 * An Update of an actor that carries the same, because Mastodon takes a missing `attributionDomains` for none. The terms are
 * added wherever the library writes the document out, so that its proof covers them.
 */
export function actorUpdate(
  here: Here,
  { local, ...properties }: { local: LocalActor } & ConstructorParameters<typeof Update>[0],
): Update {
  // A class of its own, because the library copies activities by calling their constructors.
  class ActorUpdate extends Update {
    override async toJsonLd(options?: Parameters<Update['toJsonLd']>[0]): Promise<unknown> {
      const document = await super.toJsonLd(options);
      if (options?.format !== 'compact') return document;
      // Spelt out already here: what is signed is spelt by the library only where it knows every term.
      const spelt = spellPublic(document) as Document;
      return withTerms({ ...spelt, object: completed(here, { local, actor: spelt.object ?? {} }) });
    }
  }
  return new ActorUpdate(properties);
}

interface Document {
  '@context': unknown;
  object?: Fields;
  attachment?: unknown;
  alsoKnownAs?: unknown;
}

type Fields = Omit<Document, '@context' | 'object'>;

/** The actor with its own terms. A single link or alias stands in an array like many: some readers take nothing else (§5). */
function completed<Actor extends Fields>(
  here: Here,
  { local, actor }: { local: LocalActor; actor: Actor },
): Actor & { webfinger: string; attributionDomains: string[] } {
  const { host } = new URL(here.origin);
  const lists = {
    ...(actor.attachment !== undefined && { attachment: [actor.attachment].flat() }),
    ...(actor.alsoKnownAs !== undefined && { alsoKnownAs: [actor.alsoKnownAs].flat() }),
  };
  return { ...actor, ...lists, webfinger: `${local.handle}@${host}`, attributionDomains: [host] };
}

function withTerms(document: Document): object {
  return { ...document, '@context': [document['@context'], TERMS].flat() };
}
