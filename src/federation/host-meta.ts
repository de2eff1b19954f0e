// host-meta (RFC 6415): where WebFinger is. Mastodon asks for it when WebFinger itself says 404 (federation.md §5, item 6).
import { absolute } from '../urls.ts';
import { wellKnown } from './answers.ts';
import type { Here } from './here.ts';

/** Answers `/.well-known/host-meta` as XRD and `/.well-known/host-meta.json` as JRD; null for other paths. */
export function hostMetaAt(here: Here, { pathname }: { pathname: string }): Response | null {
  // The template's braces must stay as they are, so it is no URL to be written by `at`.
  const template = `${absolute(here.origin, '/.well-known/webfinger')}?resource={uri}`;
  const link = { rel: 'lrdd', type: 'application/jrd+json', template };
  if (pathname === '/.well-known/host-meta.json') {
    return wellKnown(JSON.stringify({ links: [link] }), 'application/jrd+json');
  }
  if (pathname !== '/.well-known/host-meta') return null;
  const xrd = `<?xml version="1.0" encoding="UTF-8"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="${link.rel}" type="${link.type}" template="${template}"/></XRD>
`;
  return wellKnown(xrd, 'application/xrd+xml; charset=utf-8');
}
