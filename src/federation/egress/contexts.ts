// Answers for every JSON-LD context, so that no request ever leaves for one: a stranger's letter names contexts before
// anybody knows whether its signature is good (security.md T34), and the node must work while all context hosts are down.
import type { Federation } from '@fedify/fedify';
import { preloadedContexts, type RemoteDocument } from '@fedify/vocab-runtime';

const AS = 'https://www.w3.org/ns/activitystreams#';
const TOOT = 'http://joinmastodon.org/ns#';
const SCHEMA = 'http://schema.org#';
const MISSKEY = 'https://misskey-hub.net/ns#';

/**
 * What any context means here that does not ship with the library. Akkoma, Pleroma, Mbin, Hubzilla and PieFed each serve
 * one from their own host, and all of them say by it what Mastodon writes inline: keys as in security/v1, and these
 * extensions. Whatever else such a context may define, the vocabulary that we read has no use for it.
 */
const ANY_OTHER = {
  '@context': [
    'https://w3id.org/security/v1',
    {
      Hashtag: `${AS}Hashtag`,
      sensitive: `${AS}sensitive`,
      manuallyApprovesFollowers: `${AS}manuallyApprovesFollowers`,
      movedTo: { '@id': `${AS}movedTo`, '@type': '@id' },
      alsoKnownAs: { '@id': `${AS}alsoKnownAs`, '@type': '@id' },
      quoteUrl: `${AS}quoteUrl`,
      _misskey_quote: `${MISSKEY}_misskey_quote`,
      Emoji: `${TOOT}Emoji`,
      featured: { '@id': `${TOOT}featured`, '@type': '@id' },
      featuredTags: { '@id': `${TOOT}featuredTags`, '@type': '@id' },
      discoverable: `${TOOT}discoverable`,
      indexable: `${TOOT}indexable`,
      suspended: `${TOOT}suspended`,
      PropertyValue: `${SCHEMA}PropertyValue`,
      value: `${SCHEMA}value`,
      EmojiReact: 'http://litepub.social/ns#EmojiReact',
    },
  ],
};

/** A context from memory: as the library ships it, or the one that stands for all others. Never fails, never fetches. */
export async function contextFromMemory(url: string): Promise<RemoteDocument> {
  return {
    contextUrl: null,
    documentUrl: url,
    document: Object.hasOwn(preloadedContexts, url) ? preloadedContexts[url] : ANY_OTHER,
  };
}

/**
 * Has the library read every context from memory. It takes a context loader only from those who give up
 * `allowPrivateAddress` (design §4.4), and would write what that loader says into the cache that documents are read from,
 * where a stranger could plant it under a victim's address; so its field is set instead.
 *
 * @throws Error where the library has no such field any more: it would fetch again.
 */
export function readContextsFromMemory<T>(federation: Federation<T>): Federation<T> {
  if (!('contextLoaderFactory' in federation)) throw new Error('the library reads contexts in another way now');
  return Object.assign(federation, { contextLoaderFactory: () => contextFromMemory });
}
