// Stylesheet, fonts and the mark, read once at the start, so that no path of a request ever reaches the disk.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { getMimeType } from 'hono/utils/mime';
import { type AssetUrls, assetUrls } from '../views/assets.ts';

/** Beside us in the sources and in the compiled package alike. */
const FOLDER = new URL('../public/', import.meta.url);

export interface PublicFile {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
  /** Of the content, short: what addresses and ETags carry. */
  hash: string;
}

export interface PublicFiles {
  /** By path below `src/public/`. */
  byName: Map<string, PublicFile>;
  urls: AssetUrls;
}

/** Reads `src/public/`. @throws Error when a file that pages name is not there. */
export function readPublicFiles(): PublicFiles {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => extname(name) !== '');
  const byName = new Map(names.map((name) => [name, readPublicFile(name)]));
  const hashOf = (name: string) => {
    const file = byName.get(name);
    if (file === undefined) throw new Error(`src/public/${name} is missing`);
    return file.hash;
  };
  return { byName, urls: assetUrls(hashOf) };
}

function readPublicFile(name: string): PublicFile {
  const bytes = new Uint8Array(readFileSync(new URL(name, FOLDER)));
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
  return { bytes, type: getMimeType(name) ?? 'application/octet-stream', hash };
}
