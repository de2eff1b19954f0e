// From props to an answer: the frame that every page has, and who may keep a copy.
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Organisation, organisation } from '../domain/organisations.ts';
import type { Shell } from '../views/layout.ts';
import type { Html } from '../views/template.ts';
import type { Asking } from './door.ts';
import { languageOf, prefixOf } from './language.ts';
import { visitorOf } from './session.ts';

/** The organisation, asked for once a request; null before set-up. */
export function organisationOf(c: Asking): Promise<Organisation | null> {
  // Not by `c.var`, which copies everything that was set.
  const asked = c.get('organisation') ?? organisation(c.get('deps').pages);
  c.set('organisation', asked);
  return asked;
}

/** What every page shows around its own content. */
export async function shellOf(c: Asking): Promise<Shell> {
  const { origin, practice } = c.var.deps;
  const owner = await organisationOf(c);
  const { person } = await visitorOf(c);
  return {
    language: languageOf(c),
    origin,
    path: ownPath(c),
    query: new URL(c.req.url).search,
    organisation: owner,
    person: person === null ? null : { name: person.name, role: person.role },
    practice,
    assets: c.var.files.urls,
  };
}

/** The path as it was asked for, still encoded. One slash at its start: `//evil` in a link would be another server. */
function ownPath(c: Asking): string {
  const path = new URL(c.req.url).pathname.slice(prefixOf(c).length);
  return path.replace(/^\/*/, '/');
}

/** A page for this visitor alone, or one that must not be kept. */
export async function show(c: Asking, page: Html, status: ContentfulStatusCode = 200): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  return c.html(String(await page), status);
}

/**
 * A page that everybody may see and a cache may keep, unless it knows the visitor. The cache asks each time whether it is still the
 * same: whoever comes back to see their comment, or has signed in meanwhile, must not be shown what they saw before.
 */
export async function showToAll(c: Asking, page: Html): Promise<Response> {
  const { person } = await visitorOf(c);
  if (person !== null) return await show(c, page);
  const bytes = Buffer.from(String(await page));
  c.set('page', bytes);
  c.header('Cache-Control', 'public, no-cache');
  return c.body(bytes, 200, { 'Content-Type': 'text/html; charset=UTF-8' });
}
