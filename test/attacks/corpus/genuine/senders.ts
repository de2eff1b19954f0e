// Every sender that is built, and one that names things by their ids alone.
import { bare, type Shape } from './shape.ts';
import { akkoma } from './shapes/akkoma.ts';
import { gotosocial } from './shapes/gotosocial.ts';
import { hollo } from './shapes/hollo.ts';
import { lemmy } from './shapes/lemmy.ts';
import { mastodon } from './shapes/mastodon.ts';
import { misskey } from './shapes/misskey.ts';
import { snac } from './shapes/snac.ts';
import { wordpress } from './shapes/wordpress.ts';

/** By their id alone, as some servers name what they take back (federation.md item 48). */
const byId = (shape: Shape): Shape => ({
  ...shape,
  name: `${shape.name}, by ids`,
  deletion: bare,
  undone: ({ id }) => id,
});

export const SHAPES: readonly Shape[] = [
  ...[mastodon('4.3'), mastodon('4.6'), gotosocial, misskey, akkoma, lemmy, wordpress, hollo, snac],
  byId(mastodon('4.6')),
];
