// Reads a collection to its end as others do: Mastodon takes the first page where it stands, inside or at its own address, and
// then each `next` on the collection's own host; Akkoma and its kin (LitePub) do the same for ordered ones, page by page.

import type { Json } from './scripted.ts';
import { getJson } from './served.ts';

/** GoToSocial stops after so many pages (federation.md §10). */
const PAGES_MAX = 512;

export interface ReadWhole {
  /** The collection itself. */
  head: Json;
  items: unknown[];
  /** How many pages were read. */
  pages: number;
}

/** Everything on all pages. @throws Error for what a strict reader would refuse. */
export async function readWhole(url: string): Promise<ReadWhole> {
  const head = await fetched(url);
  if (!/^(Ordered)?Collection$/.test(String(head.type))) throw new Error(`${url} is a ${head.type}`);
  if (typeof head.totalItems !== 'number') throw new Error(`${url} does not say how many it has`);
  const items: unknown[] = [];
  const read = new Set<string>();
  let page = head.first === undefined ? undefined : await pageOf(head.first);
  while (page !== undefined) {
    if (page.type !== `${head.type}Page` || page.partOf !== url) throw new Error(`${page.id} is no page of ${url}`);
    if (read.has(String(page.id)) || read.size >= PAGES_MAX) throw new Error(`${url} does not end`);
    read.add(String(page.id));
    items.push(...[page[head.type === 'Collection' ? 'items' : 'orderedItems'] ?? []].flat());
    page = page.next === undefined ? undefined : await pageOf(page.next);
  }
  return { head, items, pages: read.size };

  async function pageOf(named: unknown): Promise<Json> {
    if (typeof named === 'object') return named as Json;
    if (new URL(String(named)).host !== new URL(url).host) throw new Error(`${named} is elsewhere`);
    return await fetched(String(named));
  }
}

async function fetched(url: string): Promise<Json> {
  const { status, headers, json } = await getJson(url);
  if (status !== 200 || headers['content-type'] !== 'application/activity+json') throw new Error(`${url}: ${status}`);
  if (json.id !== url) throw new Error(`${url} says that it is ${json.id}`);
  return json;
}
