// The rows of what actors do with what is written here, beyond answering and liking it. Their tables stand among the others in
// tables.ts.
import type { Instant } from './tables.ts';

export interface BoostRow {
  /** The Announce's ActivityPub id; a path for our own. */
  id: string;
  /** A remote actor's id, or null when somebody here boosts. */
  actor: string | null;
  /** The local actor who boosts: a blog's id or `organisation`. */
  booster: string | null;
  /** The ActivityPub id of what is boosted; a path for what is ours. */
  object: string;
  created: Instant;
}

/** A like that says how: one of an actor's for each emoji. All of an actor's together count as one like. */
export interface ReactionRow {
  /** The activity's ActivityPub id. */
  id: string;
  actor: string;
  /** The path of what it is about. */
  object: string;
  /** One grapheme, or `:shortcode:`. */
  emoji: string;
  created: Instant;
}

/** An actor elsewhere who will not hear from somebody here. */
export interface BlockRow {
  /** The local actor: a blog's id or `organisation`. */
  blocked: string;
  actor: string;
  /** The Block's id, by which it may be undone. */
  activity: string;
  since: Instant;
}

/** What somebody elsewhere asks us to look at. For moderators' eyes only. */
export interface ReportRow {
  id: string;
  /** The Flag's ActivityPub id. */
  activity: string;
  /** Who reports; Mastodon's do so as their server. */
  actor: string;
  /** Plain text as it came, cut. */
  content: string;
  received: Instant;
  seen: Instant | null;
  /** The person who marked it as seen. */
  seenBy: string | null;
}

export interface ReportSubjectRow {
  report: string;
  kind: 'actor' | 'entry' | 'comment';
  /** A local id: a blog's or `organisation`, an entry's, a comment's. */
  subject: string;
}

/** A post elsewhere that quotes an entry with our stamp. */
export interface QuoteRow {
  /** Opaque; the stamp's address holds it. */
  id: string;
  entry: string;
  /** The quoting post's ActivityPub id. */
  post: string;
  actor: string;
  created: Instant;
  revoked: Instant | null;
}
