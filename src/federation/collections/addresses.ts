// A list of addresses as others page through it: by key, its first page inside (Mastodon reads that one without asking again).
import { pageAfter } from '../../urls.ts';
import { at, type Here } from '../here.ts';

/** ActivityStreams' own context, enough for a list. */
export const AS = 'https://www.w3.org/ns/activitystreams';

/** Addresses on one page. Mastodon has 60 on its own, and takes 500 of a post in all. */
export const PAGE = 50;

/** A list to be paged. */
export interface AddressList {
  /** Its path, which is its id too. */
  path: string;
  type: 'Collection' | 'OrderedCollection';
  /** What is said of the whole beside its number, such as whose it is. */
  about?: object;
  /** How many addresses there are on all pages. */
  total(): Promise<number>;
  /** Up to `PAGE` addresses behind the key `after`, empty for the beginning, and the key of the next page. */
  page(after: string): Promise<{ items: string[]; next: string | null }>;
}

/** The list with its first page inside, or the page behind the key `after`. */
export async function listed(here: Here, list: AddressList, after: string | null): Promise<object> {
  const id = at(here, list.path).href;
  const pageAt = (key: string) => at(here, pageAfter(list.path, key)).href;
  const { items, next } = await list.page(after ?? '');
  const page = {
    id: pageAt(after ?? ''),
    type: `${list.type}Page`,
    partOf: id,
    [list.type === 'Collection' ? 'items' : 'orderedItems']: items,
    ...(next === null ? {} : { next: pageAt(next) }),
  };
  if (after !== null) return { '@context': AS, ...page };
  return { '@context': AS, id, type: list.type, ...list.about, totalItems: await list.total(), first: page };
}
