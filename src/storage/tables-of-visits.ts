// The rows of coming in and acting once: sessions, one-time links, forms. Their tables stand among the others in tables.ts.
import type { Instant } from './tables.ts';

export interface SessionRow {
  /** SHA-256 of the token that only the browser holds. */
  tokenHash: string;
  person: string;
  created: Instant;
  expires: Instant;
}

export interface FormRow {
  /** SHA-256 of the form's one-time id, of who sent it and of what was written in it. */
  id: string;
  person: string;
  /** The path that the first sending was answered with. */
  location: string;
  created: Instant;
}

export interface InvitationRow {
  tokenHash: string;
  purpose: 'set-up';
  created: Instant;
  expires: Instant;
  used: Instant | null;
}
