// The floor of everything that is read: `node:http` and bytes that were there before. It parses what Node parses, looks a
// path up and writes; nothing smaller answers HTTP from this language.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onAsk } from '../gauge.ts';

/** What the floor answers with, by path and query. */
export type Stored = Record<string, { type: string; etag: string; body: Uint8Array }>;

onAsk('open', async (stored: Stored) => {
  const byPath = new Map(Object.entries(stored));
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const found = byPath.get(request.url ?? '/');
    if (found === undefined) return void response.writeHead(404, { 'content-length': 0 }).end();
    const { type, etag, body } = found;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { 'content-type': type, 'content-length': body.length, etag }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
