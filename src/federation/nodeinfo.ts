// NodeInfo: what software this is and how much is written here. Lemmy stops delivering to a node without it. The library
// serves one version and no link beside it, so both documents are written here.
import { INSTANCE } from '../domain/organisations.ts';
import { nodeFigures } from '../domain/reading/node.ts';
import { path } from '../urls.ts';
import { wellKnown } from './answers.ts';
import { at, type Here } from './here.ts';

const VERSIONS = ['2.1', '2.0'] as const;

/**
 * Answers `/.well-known/nodeinfo` and NodeInfo 2.1 and 2.0 (FEP-f1d5, federation.md item 7); null for other paths. `version`
 * is the program's. The first also names the instance actor, which may be read unsigned (FEP-2677).
 */
export async function nodeinfoAt(
  here: Here,
  { pathname, version }: { pathname: string; version: string },
): Promise<Response | null> {
  if (pathname === '/.well-known/nodeinfo') return wellKnown(JSON.stringify(links(here)), 'application/jrd+json');
  const asked = VERSIONS.find((one) => pathname === path.nodeinfo(one));
  if (asked === undefined) return null;
  const { blogs, entries, comments } = await nodeFigures(here.db);
  const document = {
    version: asked,
    software: { name: 'wethi', version },
    protocols: ['activitypub'],
    services: { inbound: [], outbound: [] },
    openRegistrations: false,
    usage: { users: { total: blogs }, localPosts: entries, localComments: comments },
    metadata: {},
  };
  return wellKnown(JSON.stringify(document), `application/json; profile="${schemaOf(asked)}#"`);
}

function links(here: Here): object {
  const documents = VERSIONS.map((one) => ({ rel: schemaOf(one), href: at(here, path.nodeinfo(one)).href }));
  const application = {
    rel: 'https://www.w3.org/ns/activitystreams#Application',
    type: 'application/activity+json',
    href: at(here, path.actor(INSTANCE)).href,
  };
  return { links: [...documents, application] };
}

function schemaOf(version: string): string {
  return `http://nodeinfo.diaspora.software/ns/schema/${version}`;
}
