// The least that a delivery can do: the body and its digest are made once, each inbox gets a signature of its own, and the
// connections are kept.
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { Agent, request as open } from 'node:http';
import { onAsk } from '../gauge.ts';

/** `pem` is an RSA key of 2048 bits. */
export interface Given {
  pem: string;
  keyId: string;
  body: string;
}

export interface Round {
  inboxes: readonly string[];
  atOnce: number;
}

// A program without a server of its own ends when it has nothing to do; this one waits to be asked.
setInterval(() => undefined, 60_000);

onAsk('open', ({ pem, keyId, body }: Given) => {
  const key = createPrivateKey(pem);
  const bytes = Buffer.from(body);
  const agent = new Agent({ keepAlive: true });
  onAsk('deliver', async ({ inboxes, atOnce }: Round) => {
    const digest = `SHA-256=${createHash('sha256').update(bytes).digest('base64')}`;
    let next = 0;
    let taken = 0;
    const hands = Array.from({ length: atOnce }, async () => {
      for (let inbox = inboxes[next++]; inbox !== undefined; inbox = inboxes[next++]) {
        const url = new URL(inbox);
        const date = new Date().toUTCString();
        const base = `(request-target): post ${url.pathname}\nhost: ${url.host}\ndate: ${date}\ndigest: ${digest}`;
        const made = sign('sha256', Buffer.from(base), key).toString('base64');
        const signature = `keyId="${keyId}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${made}"`;
        const type = 'application/activity+json';
        const headers = {
          host: url.host,
          date,
          digest,
          signature,
          'content-type': type,
          'content-length': bytes.length,
        };
        if ((await posted(url, { headers, bytes, agent })) === 202) taken++;
      }
    });
    await Promise.all(hands);
    return taken;
  });
  return '';
});

function posted(
  url: URL,
  { headers, bytes, agent }: { headers: Record<string, string | number>; bytes: Buffer; agent: Agent },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = open(url, { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    request.once('error', reject);
    request.end(bytes);
  });
}
