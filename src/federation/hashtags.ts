// Tags on the wire: a name with its `#`, and a page that shows it (federation.md §4).
import { Hashtag } from '@fedify/vocab';
import { path } from '../urls.ts';
import { at, type Here } from './here.ts';

/** A `Hashtag` for each tag. `href` is always set: Hollo and Hackers' Pub skip a tag without it. */
export function hashtagsOf(here: Here, tags: string[]): Hashtag[] {
  return tags.map((tag) => new Hashtag({ name: `#${tag}`, href: at(here, path.tag(tag)) }));
}
