// The floor of a page that has to be made: `node:http` and the page's own template, with everything that it shows at hand.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EntryPageProps, entryPage } from '../../../src/views/entry-page.ts';
import type { Shell } from '../../../src/views/layout.ts';
import { onAsk } from '../gauge.ts';

/** What the page is made of. */
export interface Given {
  shell: Shell;
  props: EntryPageProps;
}

onAsk('open', async ({ shell, props }: Given) => {
  const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
    const body = Buffer.from(String(entryPage(shell, props)));
    response.writeHead(200, { 'content-type': 'text/html; charset=UTF-8', 'content-length': body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
