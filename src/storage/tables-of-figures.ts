// The rows of what is counted before anybody asks. The database keeps them by itself (migrations/0010_figures.ts, 0019_at_scale.ts).

export interface FiguresRow {
  /** A blog's id, or `organisation`. */
  owner: string;
  /** An owner's figure is the sum of its parts. Always 0 on SQLite; on PostgreSQL one of 16, so that writers do not meet. */
  part: number;
  /** Published ones; a part may be below 0. */
  entries: number;
  /** Shown ones under them. */
  comments: number;
  followers: number;
  /** What it passed on. */
  boosts: number;
}

export interface MonthRow {
  /** A blog's id; empty for all of them together. */
  owner: string;
  /** In Thailand, of the common era: `2026-11`. */
  month: string;
  /** Published ones. */
  entries: number;
}

export interface TagFiguresRow {
  /** Key. */
  tag: string;
  /** A blog's id; empty for all of them together. */
  owner: string;
  /** Published ones. */
  entries: number;
}

export interface LatestRow {
  /** A `part` of the sitemap by its number, a `blog` or a `series` by its id. */
  kind: 'part' | 'blog' | 'series';
  owner: string;
  /** Published ones. */
  entries: number;
  /** The last change of any that ever was one of them. */
  changed: string;
}
