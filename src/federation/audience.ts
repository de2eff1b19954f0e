// Who hears of what: followers, whoever is in the thread, and for a withdrawal everybody who was ever told.
import { actorNow } from '../domain/actors.ts';
import type { Comment } from '../domain/comments/receive.ts';
import { entryById } from '../domain/entries/find.ts';
import type { Entry } from '../domain/entries/write.ts';
import { followerInboxes, inboxOf, interactorInboxes } from '../domain/followers.ts';
import { relayInboxes } from '../domain/relays.ts';
import type { Reply } from '../domain/replies.ts';
import { path } from '../urls.ts';
import { at, type Here } from './here.ts';
import { inboxesTold } from './queue/told.ts';

/** Followers and whoever holds a copy and listens to the speaker. An old entry brought here silently concerns only the latter (design §4.10). */
export async function entryInboxes(here: Here, entry: Entry, speaker = entry.blog): Promise<string[]> {
  const interactors = await interactorInboxes(here.db, { entry: entry.id, speaker });
  if (entry.silent === 1) return interactors;
  return [...new Set([...(await followerInboxes(here.db, { followed: entry.blog })), ...interactors])];
}

/** A new or revised entry goes to relays as well, unless it was brought here silently. */
export async function publishingInboxes(here: Here, entry: Entry): Promise<string[]> {
  const relays = entry.silent === 1 ? [] : await relayInboxes(here.db, { style: 'mastodon' });
  return [...new Set([...(await entryInboxes(here, entry)), ...relays])];
}

/** A withdrawal goes further than an edit: to followers in any case, and to every server that was ever sent the entry. */
export async function withdrawalInboxes(here: Here, entry: Entry): Promise<string[]> {
  const object = at(here, path.article(entry.id)).href;
  return [
    ...new Set([
      ...(await followerInboxes(here.db, { followed: entry.blog })),
      ...(await interactorInboxes(here.db, { entry: entry.id, speaker: entry.blog })),
      ...(await inboxesTold(here.db, { object })),
    ]),
  ];
}

/** Who hears a comment: the speaker's followers, the entry's followers, and everybody in the thread. */
export async function threadInboxes(
  here: Here,
  { comment, speaker }: { comment: Comment; speaker: string },
): Promise<string[]> {
  const entry = await entryById(here.db, { id: comment.entry });
  const own = await followerInboxes(here.db, { followed: speaker });
  if (entry === null) return own;
  return [...new Set([...own, ...(await entryInboxes(here, entry, speaker))])];
}

/**
 * Who hears an answer given elsewhere: whoever is answered, where they spoke and where they moved to since, and the speaker's
 * followers.
 */
export async function replyInboxes(here: Here, reply: Reply): Promise<string[]> {
  const spoke = await inboxOf(here.db, { actor: reply.actor });
  const now = await actorNow(here.db, { id: reply.actor });
  return [
    ...new Set([
      ...(spoke === null ? [] : [spoke]),
      ...(now === null || now.gone !== null ? [] : [now.inbox]),
      ...(await followerInboxes(here.db, { followed: reply.blog })),
    ]),
  ];
}
