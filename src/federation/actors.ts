// Our actors as others see them: blogs, the organisation, and the instance actor that signs what nobody in particular asks.
import { type Federatable, importJwk } from '@fedify/fedify';
import {
  type Actor,
  Application,
  CryptographicKey,
  Endpoints,
  Image,
  Multikey,
  Organization,
  Person,
  PropertyValue,
  Tombstone,
} from '@fedify/vocab';

import { type Blog, blogByHandle, blogById } from '../domain/blogs.ts';
import { entryById, entryByNumber } from '../domain/entries/find.ts';
import { keptKeysOf } from '../domain/keys.ts';
import { linksOf, type ProfileLink } from '../domain/links.ts';
import { aliasesOfBlog } from '../domain/moves.ts';
import { INSTANCE, ORGANISATION, type Organisation, organisation } from '../domain/organisations.ts';
import { shortText } from '../domain/text/excerpt.ts';
import { named, path } from '../urls.ts';
import { escaped } from './articles.ts';
import { at, type Here } from './here.ts';
import { wireInstant } from './instants.ts';

/** The instance actor's handle; reserved, so no blog can have it. */
export const INSTANCE_HANDLE = 'instance';

/** Misskey keeps no longer names and summaries, and an Update of an actor has to fit into a letter (federation.md §2). */
const NAME_UNITS_MAX = 128;
const SUMMARY_UNITS_MAX = 2_000;

/** A local actor with what its documents need. */
export type LocalActor =
  | { kind: 'blog'; id: string; handle: string; blog: Blog }
  | { kind: 'organisation'; id: string; handle: string; organisation: Organisation }
  | { kind: 'instance'; id: string; handle: string };

/** Finds a local actor by its opaque id; null for a stranger and before set-up. */
export async function localActor(here: Here, id: string): Promise<LocalActor | null> {
  if (id === INSTANCE)
    return (await organisation(here.db)) === null ? null : { kind: 'instance', id, handle: INSTANCE_HANDLE };
  if (id === ORGANISATION) {
    const owner = await organisation(here.db);
    return owner === null ? null : { kind: 'organisation', id, handle: owner.handle, organisation: owner };
  }
  const blog = await blogById(here.db, { id });
  return blog === null ? null : { kind: 'blog', id, handle: blog.handle, blog };
}

type Properties = ConstructorParameters<typeof Person>[0];

/** The actor as the vocabulary has it; a closed blog is a `Tombstone`, answered with 410. */
export async function actorOf(here: Here, local: LocalActor): Promise<Actor | Tombstone> {
  const shared: Properties = {
    id: at(here, path.actor(local.id)),
    preferredUsername: local.handle,
    inbox: at(here, path.inbox(local.id)),
    outbox: at(here, path.outbox(local.id)),
    endpoints: new Endpoints({ sharedInbox: at(here, path.sharedInbox()) }),
    icon: new Image({ url: at(here, path.picture()), mediaType: 'image/png', name: 'เวที' }),
    manuallyApprovesFollowers: false,
    ...(await keyDocuments(here, local.id)),
  };
  if (local.kind === 'instance') {
    return new Application({
      ...shared,
      name: new URL(here.origin).host,
      url: at(here, path.home()),
      manuallyApprovesFollowers: true,
    });
  }
  const followable: Properties = {
    ...shared,
    followers: at(here, path.followers(local.id)),
    following: at(here, path.following(local.id)),
    featured: at(here, path.featured(local.id)),
    featuredTags: at(here, path.featuredTags(local.id)),
    discoverable: true,
    indexable: true,
    attachments: (await linksOf(here.db, { actor: local.id })).map(linkField),
  };
  if (local.kind === 'organisation') {
    const { name, summary, created } = local.organisation;
    return new Organization({
      ...followable,
      name: shortText(name, { units: NAME_UNITS_MAX }),
      summary: paragraph(summary),
      url: at(here, path.home()),
      published: wireInstant(created),
    });
  }
  const { title, summary, handle, created, closed, kind, movedTo } = local.blog;
  if (closed !== null) {
    return new Tombstone({ id: at(here, path.actor(local.id)), deleted: wireInstant(closed) });
  }
  const properties: Properties = {
    ...followable,
    name: shortText(title, { units: NAME_UNITS_MAX }),
    summary: paragraph(summary),
    url: at(here, path.blog(handle)),
    published: wireInstant(created),
    aliases: aliasesOfBlog(local.blog).map((alias) => new URL(alias)),
    ...(movedTo === null ? {} : { successor: new URL(movedTo) }),
  };
  return kind === 'team' ? new Organization(properties) : new Person(properties);
}

/** The address of a local actor's key. The names are those that the library gives to the pairs in their order. */
export function keyId(here: Here, actor: string, name: 'main-key' | 'multikey-1' | 'multikey-2'): URL {
  return new URL(`#${name}`, at(here, path.actor(actor)));
}

/** The singular `publicKey` is RSA, because others read nothing else there; both stand as Multikey too (FEP-521a). */
async function keyDocuments(
  here: Here,
  id: string,
): Promise<Pick<NonNullable<Properties>, 'publicKey' | 'assertionMethods'>> {
  const [rsa, ed25519] = await signingKeys(here, id);
  if (rsa === undefined || ed25519 === undefined) throw new Error(`the local actor ${id} has no keys`);
  const owner = at(here, path.actor(id));
  return {
    publicKey: new CryptographicKey({ id: keyId(here, id, 'main-key'), owner, publicKey: rsa.publicKey }),
    assertionMethods: [
      new Multikey({ id: keyId(here, id, 'multikey-1'), controller: owner, publicKey: rsa.publicKey }),
      new Multikey({ id: keyId(here, id, 'multikey-2'), controller: owner, publicKey: ed25519.publicKey }),
    ],
  };
}

/** Registers actors, their keys and how WebFinger finds them. */
export function registerActors(federation: Federatable<Here>): void {
  federation
    .setActorDispatcher('/ap/actors/{identifier}', async (context, identifier) => {
      const local = await localActor(context.data, identifier);
      if (local === null) return null;
      return await actorOf(context.data, local);
    })
    .setKeyPairsDispatcher(async (context, identifier) => await signingKeys(context.data, identifier))
    .mapHandle(async (context, handle) => await identifierOf(context.data, handle))
    .mapAlias(async (context, { href }) => {
      // The node itself is nobody's blog: whoever asks for its address wants the actor that speaks for it (FEP-d556).
      const identifier = href === at(context.data, path.home()).href ? INSTANCE : await behind(context.data, href);
      return identifier === null ? null : { identifier };
    });
}

/** Who stands behind an address of ours: a profile's own actor, and an entry's blog as long as the entry is published. */
async function behind(here: Here, address: string): Promise<string | null> {
  const ours = named(here.origin, address);
  if (ours?.kind === 'blog') return await identifierOf(here, ours.handle);
  if (ours?.kind !== 'entry' && ours?.kind !== 'article') return null;
  const entry =
    ours.kind === 'article'
      ? await entryById(here.db, { id: ours.id })
      : await entryByNumber(here.db, { number: ours.number });
  if (entry?.state !== 'published') return null;
  if (ours.kind === 'entry' && (await identifierOf(here, ours.handle)) !== entry.blog) return null;
  return entry.blog;
}

/** The opaque id behind a handle, whatever its case (federation.md item 2); null for a stranger. */
async function identifierOf(here: Here, handle: string): Promise<string | null> {
  const lower = handle.toLowerCase();
  if (lower === INSTANCE_HANDLE) return INSTANCE;
  const owner = await organisation(here.db);
  if (owner?.handle === lower) return ORGANISATION;
  return (await blogByHandle(here.db, { handle: lower }))?.id ?? null;
}

/** A local actor's keys ready to sign with, RSA first. Kept, because importing a key costs more than signing with it. */
export async function signingKeys(here: Here, owner: string): Promise<CryptoKeyPair[]> {
  const rows = await keptKeysOf(here.db, { owner });
  return await Promise.all(rows.map((row) => imported(row)));
}

const kept = new Map<string, Promise<CryptoKeyPair>>();
const KEPT_MAX = 1_000;

function imported({ privateJwk, publicJwk }: { privateJwk: string; publicJwk: string }): Promise<CryptoKeyPair> {
  let pair = kept.get(publicJwk);
  if (pair === undefined) {
    if (kept.size >= KEPT_MAX) kept.clear();
    pair = importPair(privateJwk, publicJwk);
    kept.set(publicJwk, pair);
  }
  return pair;
}

async function importPair(privateJwk: string, publicJwk: string): Promise<CryptoKeyPair> {
  return {
    privateKey: await importJwk(JSON.parse(privateJwk), 'private'),
    publicKey: await importJwk(JSON.parse(publicJwk), 'public'),
  };
}

/** A link as Mastodon verifies it: exactly one `<a>`, its text the very address (federation.md §5 and item 21). */
function linkField({ name, url }: ProfileLink): PropertyValue {
  const shown = escaped(url);
  return new PropertyValue({ name, value: `<a rel="me" href="${shown}">${shown}</a>` });
}

/** Actor summaries are HTML on the wire; ours are plain lines, of which Misskey keeps no more (federation.md §2). */
function paragraph(text: string): string | null {
  if (text === '') return null;
  return `<p>${escaped(shortText(text, { units: SUMMARY_UNITS_MAX }))}</p>`;
}
