// The rows of what ties this node to others beside followers: links to pages elsewhere, and relays. Their tables stand among the others
// in tables.ts.
import type { Instant } from './tables.ts';

export interface LinkRow {
  /** Sorts by when it was added. */
  id: string;
  /** The local actor whose page it is: a blog's id or `organisation`. */
  actor: string;
  name: string;
  url: string;
  /** Since when the page at `url` is known to link back; null while it does not. */
  verified: Instant | null;
  /** When that was last looked at. */
  checked: Instant | null;
}

export interface RelayRow {
  /** As the operator named it: a Mastodon-style relay's inbox, or a LitePub relay's actor. */
  url: string;
  style: 'mastodon' | 'litepub';
  inbox: string;
  /** What our instance actor asked to follow: `Public`, or the relay's actor. */
  followed: string;
  /** The path of that Follow. */
  activity: string;
  state: 'requested' | 'accepted' | 'rejected';
  since: Instant;
}
