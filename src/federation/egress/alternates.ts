// Where a page says that its ActivityPub document is. We read this ourselves and hand Fedify a redirect instead of the
// page: it follows such links without end (GHSA-97w4), and its pattern for tags takes hours over 64 kB of blanks.

const OFFERED = /^application\/(?:activity|ld)\+json\s*(?:;|$)/i;
const HTML = /^(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i;

/** The first ActivityPub alternate that a page names, in its Link header or, for HTML, in its links; null for none. */
export function alternateOf({ url, headers, bytes }: { url: URL; headers: Headers; bytes: Uint8Array }): URL | null {
  for (const [, href, parameters] of (headers.get('link') ?? '').matchAll(/<([^<>]*)>([^<>]*)/g)) {
    const target = targetOf({ url, href, attributes: attributesOf(parameters ?? '') });
    if (target !== null) return target;
  }
  if (!HTML.test(headers.get('content-type') ?? '')) return null;
  // Bounded and without overlapping repeats, so that the time is linear in the page.
  for (const [, text] of new TextDecoder().decode(bytes).matchAll(/<(?:a|link)\s([^<>]{1,2000})>/gi)) {
    if (text === undefined || !/alternate/i.test(text)) continue;
    const attributes = attributesOf(text);
    const target = targetOf({ url, href: attributes.get('href'), attributes });
    if (target !== null) return target;
  }
  return null;
}

function targetOf({
  url,
  href,
  attributes,
}: {
  url: URL;
  href: string | undefined;
  attributes: Map<string, string>;
}): URL | null {
  const related = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/);
  if (!related.includes('alternate') || !OFFERED.test(attributes.get('type') ?? '')) return null;
  const target = href === undefined ? null : URL.parse(href.replace(/&(?:amp|#0*38);/g, '&'), url);
  return target === null || target.href === url.href ? null : target;
}

/** The attributes of a tag, or the parameters of a Link header, by their names in lower case; of two alike the first counts. */
export function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g)) {
    const [, name = '', double, single, bare] = match;
    if (!attributes.has(name.toLowerCase())) {
      attributes.set(name.toLowerCase(), double ?? single ?? (bare ?? '').replace(/(?<![;,])[;,]+$/, ''));
    }
  }
  return attributes;
}
