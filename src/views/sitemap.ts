// Sitemaps as sitemaps.org has them, protocol 0.9.
import { html } from 'hono/html';
import type { Html } from './template.ts';

/** An absolute address, and the instant of its last change where it is known. */
export interface Location {
  address: string;
  changed?: string;
}

/** A sitemap of pages, at most 50,000, of which each line was made by `sitemapLine`. */
export function sitemap(lines: string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${lines.join('')}</urlset>
`;
}

/** What a sitemap says of a page. */
export function sitemapLine(location: Location): string {
  return `${html`<url>${inside(location)}</url>\n`}`;
}

/** A sitemap of sitemaps. */
export function sitemapIndex(locations: Location[]): string {
  return `${html`<?xml version="1.0" encoding="utf-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${locations.map((location) => html`<sitemap>${inside(location)}</sitemap>\n`)}</sitemapindex>
`}`;
}

function inside({ address, changed }: Location): Html {
  return html`<loc>${address}</loc>${changed !== undefined && html`<lastmod>${changed}</lastmod>`}`;
}
