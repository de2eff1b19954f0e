// The rows of what ties this node to others beside followers: links to pages elsewhere. Their tables stand among the others
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
