// The signing oracle (T21): a server answers our own requests with 401 and asks for a signature that covers little, which it
// could then send elsewhere as ours. Nothing that we sign may cover less than we always do.
import type { Chance } from '../../../bench/faults/chance.ts';
import { atOnce } from '../../../bench/faults/senders.ts';
import { openPeer, type Peer, signCavage } from '../../federation/peer.ts';
import { type Arrived, activityOf, actorDocument, drop, openServer, type Server } from '../../federation/scripted.ts';
import { openServed, type Served } from '../../federation/served.ts';
import type { Verdict } from './forgery.ts';

const LABELS = ['()', '("@scheme")', '("date")', '("@method")', '("@method" "@target-uri")', '("content-digest")'];
const PARAMETERS = [
  ...['', ';created', ';created;keyid="x"', ';alg="rsa-v1_5-sha256"', ';created;nonce="abc"', ';tag="x";created'],
];

/** Every label with every parameter, and some that no grammar has. */
const WISHES = [
  ...LABELS.flatMap((label) => PARAMETERS.map((parameters) => `sig1=${label}${parameters}`)),
  ...['sig1=("date");created, sig2=()', 'sig1=("@query-param";name="x")', '=', 'sig1', 'sig1=("host" "host")'],
];

/** Asks for mail with one wish a server, by POST and by GET. The control is the mail before the wish was made. */
export async function begged({ chance, variants }: { chance: Chance; variants: number }): Promise<Verdict> {
  const node = await openServed();
  const servers: Server[] = [];
  const verdict: Verdict = {
    ...{ threat: 'T21', name: 'a server that asks us to sign less', variants: 0 },
    ...{ accepted: [], lostControls: [], strayed: [], failures: [], statuses: {} },
  };
  const key = openPeer('http://127.0.0.1');
  try {
    const wishes = chance.shuffled(WISHES).slice(0, variants);
    const jobs = wishes.map((wish) => async () => {
      const server = await openServer();
      servers.push(server);
      await beg(node, { server, wish, key, verdict });
    });
    await atOnce(4, jobs);
    return verdict;
  } finally {
    await node.close();
    for (const server of servers) await server.close();
  }
}

async function beg(
  node: Served,
  { server, wish, key, verdict }: { server: Server; wish: string; key: Peer; verdict: Verdict },
): Promise<void> {
  verdict.variants += 1;
  await follow(node, { server, key, name: 'early' });
  await arrived(server, 1);
  if (server.posts.length !== 1 || server.posts.some(isWeak)) verdict.lostControls.push(`the mail before ${wish}`);
  const refusal = { status: 401, headers: { 'accept-signature': wish } };
  server.answer = () => refusal;
  server.otherwise = refusal;
  await follow(node, { server, key, name: 'late' });
  await node.federation.lookUp(`${server.origin}/users/nobody`);
  await arrived(server, 2);
  const signed = [...server.posts, ...server.gets].filter(({ headers }) => headers.signature !== undefined);
  const asked = [signed.filter(({ method }) => method === 'POST').length, signed.length];
  verdict.statuses['signed requests'] = (verdict.statuses['signed requests'] ?? 0) + signed.length;
  if ((asked[0] ?? 0) < 2 || (asked[1] ?? 0) < 3) verdict.lostControls.push(`nothing was signed for ${wish}`);
  verdict.accepted.push(...signed.filter(isWeak).map(({ method, path }) => `${wish}: ${method} ${path}`));
}

async function follow(node: Served, { server, key, name }: { server: Server; key: Peer; name: string }): Promise<void> {
  const actor = `${server.origin}/users/${name}`;
  const peer = { ...key, actor, keyId: `${actor}#main-key` };
  server.pages.set(`/users/${name}`, { body: JSON.stringify(actorDocument(peer)) });
  const { status } = await drop(
    signCavage(peer, { url: node.inbox, activity: activityOf(peer, 'Follow', node.blog), at: new Date() }),
  );
  if (status !== 202) throw new Error(`a Follow was answered ${status}`);
}

/** Waits until so many letters came; the node sends each at once. */
async function arrived(server: Server, count: number): Promise<void> {
  const until = performance.now() + 10_000;
  while (server.posts.length < count && performance.now() < until) await new Promise((r) => setTimeout(r, 15));
}

/** Whether the request's signature covers less than what it is to vouch for, in any of its labels. */
function isWeak({ method, headers }: Arrived): boolean {
  const body = method === 'POST';
  const input = headers['signature-input'];
  const covers = (covered: string, names: string[]) => names.every((name) => covered.includes(name));
  if (typeof input !== 'string') {
    const needed = ['(request-target)', 'host', 'date', ...(body ? ['digest'] : [])];
    return !covers(String(headers.signature).match(/headers="([^"]*)"/)?.[1] ?? '', needed);
  }
  const needed = ['"@method"', '"@target-uri"', ...(body ? ['"content-digest"'] : [])];
  const labels = [...input.matchAll(/=\(([^()]*)\)/g)].map(([, list = '']) => list);
  return labels.length === 0 || !labels.every((label) => covers(label, needed));
}
