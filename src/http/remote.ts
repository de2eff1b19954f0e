// Finding the way to a visitor's own server, for following and for answering from there (federation.md §11).
import type { Telling } from '../domain/refusal.ts';
import { words } from '../views/messages/words.ts';
import { addressOf } from './address.ts';
import type { Asking } from './door.ts';
import { take } from './limits.ts';
import { accountHost, leadsHome } from './redirects.ts';

export type Way =
  | { kind: 'found'; url: string }
  | { kind: 'unknown'; telling: Telling }
  | { kind: 'too-many'; seconds: number };

/**
 * Asks the server of `account` where its people interact with `object` (an ActivityPub id, or a handle). Anybody may ask,
 * so the asking is counted, and what the server answers is followed only to that server itself.
 */
export async function wayToTheirServer(
  c: Asking,
  { account, object }: { account: string; object: string },
): Promise<Way> {
  const host = accountHost(account);
  if (host === null) return { kind: 'unknown', telling: said((w) => w.notAnAccount) };
  const taken = await take(c.var.limits.asksFrom, addressOf(c));
  if (!taken.ok) return { kind: 'too-many', seconds: taken.seconds };
  const found = await c.var.deps.remoteTemplate(account.trim(), object);
  if (!found.ok) return { kind: 'unknown', telling: found.telling };
  if (!leadsHome(c, { address: found.url, host })) return { kind: 'unknown', telling: said((w) => w.noWayIn(host)) };
  return { kind: 'found', url: found.url };
}

function said(choose: (remote: ReturnType<typeof words>['remote']) => string): Telling {
  return { th: choose(words('th').remote), en: choose(words('en').remote) };
}
