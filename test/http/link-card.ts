// Mastodon's preview card, scripted: what its FetchLinkCardService would show of an address (federation.md §9). oEmbed first
// and alone, unless it is rich; else structured data of the two types that it knows, else what OpenGraph says.
import { readXml, text } from './feed-reader.ts';

const BYTES_MAX = 1024 * 1024;
const KNOWN_TYPES = ['NewsArticle', 'WebPage'];

/** Asks as Mastodon's server would; the path is absolute. */
export type Ask = (address: string, headers: Record<string, string>) => Promise<Response>;

export interface Card {
  url: string;
  title: string;
  description: string;
  image: string | null;
  imageAlt: string;
  provider: string;
  author: string;
  language: string | null;
  published: string | null;
  kind: 'article' | 'unknown';
  /** `@user@host`, still to be attributed: the actor has to name the page's host. */
  creator: string | null;
}

/** The card of an address, or null where Mastodon would show none. */
export async function cardOf(ask: Ask, address: string): Promise<Card | null> {
  const response = await ask(address, {
    Accept: 'text/html',
    'User-Agent': 'Mastodon/4.6.0 (http.rb/5.3.1; +https://example.social/) Bot',
  });
  if (response.status !== 200 || !response.headers.get('Content-Type')?.startsWith('text/html')) return null;
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.byteLength > BYTES_MAX) return null;
  const page = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return (await fromEmbedding(ask, address, page)) ?? fromPage(address, page);
}

async function fromEmbedding(ask: Ask, address: string, page: string): Promise<Card | null> {
  const json = linkTo(page, 'type', 'application/json+oembed');
  const endpoint = json ?? linkTo(page, 'type', 'text/xml+oembed');
  if (endpoint === null) return null;
  const answer = await ask(new URL(endpoint, address).href, {});
  if (answer.status !== 200) return null;
  const told = await answer.text();
  const field = (name: string) =>
    json === null ? text(readXml(told), 'oembed', name) : (JSON.parse(told) as Record<string, string>)[name];
  if (field('version') !== '1.0' || field('type') !== 'link') return null;
  return {
    ...{ url: address, title: field('title') ?? '', description: '', image: null, imageAlt: '' },
    ...{ provider: field('provider_name') ?? '', author: field('author_name') ?? '' },
    ...{ language: null, published: null, kind: 'unknown', creator: null },
  };
}

function fromPage(address: string, page: string): Card | null {
  const data = structuredData(page);
  const graph = (name: string) => meta(page, name);
  const canonical = linkTo(page, 'rel', 'canonical') ?? graph('og:url');
  const sameHost = canonical !== null && new URL(canonical).host === new URL(address).host;
  const title = data.headline ?? graph('og:title') ?? page.match(/<title>([^<]*)/)?.[1] ?? '';
  if (title.trim() === '') return null;
  return {
    url: sameHost ? canonical : address,
    title: title.trim(),
    description: data.description ?? graph('og:description') ?? graph('description') ?? '',
    image: graph('og:image'),
    imageAlt: graph('og:image:alt') ?? '',
    provider: graph('og:site_name') ?? '',
    author: graph('og:author') ?? '',
    language:
      (data.inLanguage ?? graph('og:locale') ?? page.match(/<html lang="([^"]*)"/)?.[1])?.split(/[-_]/)[0] ?? null,
    published: data.datePublished ?? graph('article:published_time'),
    kind: data['@type'] === 'NewsArticle' || graph('og:type') === 'article' ? 'article' : 'unknown',
    creator: graph('fediverse:creator'),
  };
}

/** Entities are decoded before the JSON is parsed, as Mastodon does: JSON that is not written for that breaks here. */
function structuredData(page: string): Record<string, string | undefined> {
  const blocks = [...page.matchAll(/<script type="application\/ld\+json">([\s\S]*?)<\/script>/g)];
  const found = blocks.flatMap(([, json]) => [JSON.parse(decoded(json ?? ''))].flat());
  return found.find((one) => KNOWN_TYPES.includes(one['@type'])) ?? {};
}

function meta(page: string, name: string): string | null {
  const tags = page.match(/<meta [^>]*>/g) ?? [];
  const tag = tags.find((tag) => attribute(tag, 'property') === name || attribute(tag, 'name') === name);
  return tag === undefined ? null : attribute(tag, 'content');
}

function linkTo(page: string, by: 'rel' | 'type', value: string): string | null {
  const tag = (page.match(/<link [^>]*>/g) ?? []).find((tag) => attribute(tag, by) === value);
  return tag === undefined ? null : attribute(tag, 'href');
}

function attribute(tag: string, name: string): string | null {
  const value = tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];
  return value === undefined ? null : decoded(value);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
}
