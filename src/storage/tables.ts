// The shape of every table, as the newest migration leaves it. Code says camelCase, columns are snake_case.
// Portable subset: text ids, ISO-8601 UTC text for instants, 0/1 integers, JSON as text, bodies as bytes.
import type { Generated } from 'kysely';
import type { BlockRow, BoostRow, QuoteRow, ReactionRow, ReportRow, ReportSubjectRow } from './tables-of-acts.ts';
import type { FiguresRow, LatestRow, MonthRow, TagFiguresRow } from './tables-of-figures.ts';
import type {
  AbsenceRow,
  ActivityRow,
  DeliveryRow,
  FeedChangeRow,
  KvRow,
  LaneRow,
  MessageRow,
  SenderRow,
} from './tables-of-mail.ts';
import type { LinkRow, RelayRow } from './tables-of-neighbours.ts';
import type { FindableRow } from './tables-of-search.ts';
import type { FormRow, InvitationRow, SessionRow } from './tables-of-visits.ts';

/** An ISO-8601 instant in UTC with a trailing Z, such as `2006-11-09T02:30:00.000Z`; text order is time order. */
export type Instant = string;
/** 0 or 1: SQLite has no booleans. */
export type Flag = 0 | 1;
/** UTF-8 text kept as bytes, because moving Thai TEXT between SQLite and JavaScript costs ten times as much. */
export type Bytes = Uint8Array;

export interface SettingRow {
  key: string;
  value: string;
}

export interface OrganisationRow {
  /** Always `organisation`: a node belongs to one. */
  id: string;
  name: string;
  handle: string;
  summary: string;
  area: string | null;
  language: string;
  created: Instant;
  version: number;
}

export interface PersonRow {
  id: string;
  username: string;
  name: string;
  role: 'administrator' | 'moderator' | 'author';
  /** scrypt parameters, salt and hash in one string; never logged. */
  password: string | null;
  disabled: Flag;
  created: Instant;
}

export interface BlogRow {
  id: string;
  handle: string;
  title: string;
  summary: string;
  kind: 'person' | 'team';
  language: string;
  licence: string;
  comments: 'open' | 'hold-first' | 'closed';
  /** Whether the highlight travels as `summary` (design §4.11). */
  sendsHighlight: Flag;
  /** Who may quote its entries. */
  quotes: 'anyone' | 'followers' | 'nobody';
  created: Instant;
  closed: Instant | null;
  /** The ActivityPub ids of accounts elsewhere that are the same author's, as JSON: those may move here. */
  aliases: string;
  /** The ActivityPub id of the account that the author writes in now. */
  movedTo: string | null;
  moved: Instant | null;
  version: number;
}

export interface AuthorRow {
  blog: string;
  person: string;
}

export interface KeyRow {
  /** The local actor: a blog's id, `organisation` or `instance`. */
  owner: string;
  kind: 'rsa' | 'ed25519';
  /** JWK as JSON. Secret: the database file is mode 0600. */
  privateJwk: string;
  publicJwk: string;
  created: Instant;
}

export interface SeriesRow {
  id: string;
  blog: string;
  title: string;
  /** Folded title, unique in its blog. */
  titleKey: string;
  created: Instant;
}

export interface EntryRow {
  id: string;
  number: number;
  blog: string;
  author: string | null;
  title: string;
  highlight: string;
  /** 1 when the highlight was taken from the first paragraph, so a revision takes it anew. */
  highlightDerived: Flag;
  source: Bytes;
  html: Bytes;
  language: string;
  licence: string;
  series: string | null;
  part: number | null;
  state: 'draft' | 'published' | 'withdrawn';
  originalSystem: string | null;
  originalNumber: string | null;
  /** 1 when the entry came by import and was never announced (design §4.10). */
  silent: Flag;
  pinned: Flag;
  created: Instant;
  published: Instant | null;
  revised: Instant | null;
  withdrawn: Instant | null;
  version: number;
}

export interface ImportRow {
  /** The entry that the text became. */
  entry: string;
  system: string;
  /** What was pasted or saved, verbatim. */
  raw: Bytes;
  imported: Instant;
}

export interface TagRow {
  key: string;
  shown: string;
}

export interface EntryTagRow {
  entry: string;
  tag: string;
  position: number;
  shown: string;
  /** As the entry's, null for a draft's: lists of a tag are read newest first. A withdrawn entry has no tags. */
  published: Instant | null;
  /** The entry's. */
  number: number;
}

export interface ActorRow {
  /** The actor's ActivityPub id. */
  id: string;
  handle: string;
  host: string;
  name: string;
  summary: string;
  url: string;
  icon: string | null;
  inbox: string;
  sharedInbox: string | null;
  followers: string | null;
  fetched: Instant;
  gone: Instant | null;
  /** The actor that they are now, when they moved. */
  movedTo: string | null;
  moved: Instant | null;
}

export interface CommentRow {
  id: string;
  /** The entry whose thread this stands in. */
  entry: string;
  parent: string | null;
  /** Its ActivityPub id when it came from afar; local ones derive theirs from `id`. */
  uri: string | null;
  url: string | null;
  blog: string | null;
  actor: string | null;
  guest: string | null;
  source: string | null;
  html: Bytes;
  language: string | null;
  state: 'held' | 'shown' | 'hidden' | 'deleted';
  imported: Flag;
  published: Instant | null;
  revised: Instant | null;
  received: Instant;
  version: number;
}

export interface PostRow {
  /** ActivityPub id. */
  id: string;
  actor: string;
  type: 'Article' | 'Note' | 'Page' | 'Question';
  title: string | null;
  summary: string | null;
  html: Bytes;
  url: string;
  language: string | null;
  inReplyTo: string | null;
  published: Instant;
  revised: Instant | null;
  received: Instant;
}

export interface PostTagRow {
  post: string;
  tag: string;
  shown: string;
}

export interface ReplyRow {
  /** A comment that a blog here wrote under somebody else's post. */
  id: string;
  blog: string;
  inReplyTo: string;
  /** The author of what is answered, told by Mention. */
  actor: string;
  source: string;
  html: Bytes;
  language: string | null;
  deleted: Instant | null;
  published: Instant;
  revised: Instant | null;
  version: number;
}

export interface FollowerRow {
  /** The local actor followed: a blog's id or `organisation`. */
  followed: string;
  actor: string;
  /** The Follow's id, kept for Accept and Undo. */
  activity: string;
  since: Instant;
  /** Where their mail goes, one address for a server that shares one; null for who is gone. The database keeps it. */
  inbox: string | null;
}

export interface FollowingRow {
  /** The local actor who follows. */
  follower: string;
  actor: string;
  activity: string;
  state: 'requested' | 'accepted' | 'rejected';
  since: Instant;
}

export interface LikeRow {
  /** The like's ActivityPub id. */
  id: string;
  /** A remote actor's id, or null when a local blog likes. */
  actor: string | null;
  blog: string | null;
  /** The ActivityPub id of what is liked, local or remote. */
  object: string;
  created: Instant;
}

export interface TombstoneRow {
  /** ActivityPub id that existed, or was deleted before it came: never to be used again. */
  id: string;
  /** Who said so; nobody else's word counts for a text of this actor. */
  actor: string;
  formerType: string;
  deleted: Instant;
}

export interface HappeningRow {
  /** Counts up; happenings are told in this order. */
  number: Generated<number>;
  verb: string;
  /** The local actor who does it: a blog's id or `organisation`. */
  actor: string;
  /** What it is about: a local id, or an ActivityPub id from afar. */
  object: string;
  revision: number;
  /** Further plain facts as JSON, such as what was liked. */
  facts: string;
  happened: Instant;
  told: Instant | null;
  /** Times that telling it failed. */
  attempts: number;
  /** Why it was given up; null while it may still be told. */
  untellable: string | null;
}

export interface ReadsRow {
  entry: string;
  /** By people with browsers; nothing is kept of them. */
  times: number;
}

export interface ReceivedRow {
  /** An inbound activity's id, with the actor it came from: its effect has been applied. */
  activity: string;
  actor: string;
  received: Instant;
}

export interface Tables {
  settings: SettingRow;
  organisations: OrganisationRow;
  people: PersonRow;
  sessions: SessionRow;
  forms: FormRow;
  invitations: InvitationRow;
  blogs: BlogRow;
  links: LinkRow;
  relays: RelayRow;
  authors: AuthorRow;
  keys: KeyRow;
  series: SeriesRow;
  entries: EntryRow;
  imports: ImportRow;
  findable: FindableRow;
  tags: TagRow;
  entryTags: EntryTagRow;
  actors: ActorRow;
  comments: CommentRow;
  posts: PostRow;
  postTags: PostTagRow;
  replies: ReplyRow;
  followers: FollowerRow;
  following: FollowingRow;
  likes: LikeRow;
  reactions: ReactionRow;
  boosts: BoostRow;
  blocks: BlockRow;
  quotes: QuoteRow;
  reports: ReportRow;
  reportSubjects: ReportSubjectRow;
  tombstones: TombstoneRow;
  happenings: HappeningRow;
  reads: ReadsRow;
  figures: FiguresRow;
  latest: LatestRow;
  months: MonthRow;
  tagFigures: TagFiguresRow;
  received: ReceivedRow;
  kv: KvRow;
  messages: MessageRow;
  senders: SenderRow;
  activities: ActivityRow;
  deliveries: DeliveryRow;
  lanes: LaneRow;
  absences: AbsenceRow;
  feedChanges: FeedChangeRow;
}
