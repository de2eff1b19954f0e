// Sitemaps as sitemaps.org has them, protocol 0.9.
import { html } from 'hono/html';
import type { Html } from './template.ts';

/** An absolute address, and the instant of its last change where it is known. */
export interface Location {
  address: string;
  changed?: string;
}

/** A sitemap of pages, at most 50,000. */
export function sitemap(locations: Location[]): string {
  return `${html`<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${locations.map((location) => html`<url>${inside(location)}</url>\n`)}</urlset>
`}`;
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
