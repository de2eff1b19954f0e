// Doors to what pages load, and to the two files that browsers and crawlers ask for by name.
import { Hono } from 'hono';
import { absolute, path, pattern } from '../urls.ts';
import type { Asking, Env } from './door.ts';

const MARK = 'mark.svg';
const PICTURE = 'mark.png';

export const assets = new Hono<Env>()
  .get(pattern.assets, (c) => serve(c, c.req.path.slice('/assets/'.length)))
  .get(path.favicon(), (c) => serve(c, MARK))
  .get(path.robots(), (c) => c.text(robots(c.var.deps.origin), 200, { 'Cache-Control': 'public, max-age=86400' }));

/** Everything may be read (RFC 9309); behind these doors there is nothing without a session. */
function robots(origin: string): string {
  const closed = [path.setUp(), path.signIn(), path.desk(), path.write(), path.reading()];
  const doors = [...closed, path.authorizeInteraction()].flatMap((door) => [door, `/en${door}`]);
  const lines = ['User-agent: *', 'Allow: /', ...doors.map((door) => `Disallow: ${door}`), ''];
  return [...lines, `Sitemap: ${absolute(origin, path.sitemap())}`, ''].join('\n');
}

async function serve(c: Asking, name: string): Promise<Response> {
  const file = c.var.files.byName.get(name);
  if (file === undefined) return await c.notFound();
  // An address with the hash of its content never means anything else; others are asked for again after a day.
  const kept = c.req.query('v') === file.hash ? 'max-age=31536000, immutable' : 'max-age=86400';
  c.header('Cache-Control', `public, ${kept}`);
  c.header('ETag', `"${file.hash}"`);
  // Other servers' pages show the mark as our actors' picture.
  if (name === PICTURE) c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  return c.body(file.bytes, 200, { 'Content-Type': file.type });
}
