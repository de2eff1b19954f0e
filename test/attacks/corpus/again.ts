// The right letter at the wrong time: replayed, or with dates that no text can have (T24, T29).
import { activityOf, createOf, noteOf, PUBLIC } from '../../federation/scripted.ts';
import type { Forged, ForgeryClass, Trick } from './forgery.ts';
import { cavage, commentAt, passedOn, rfc9421, type Scene, sealed } from './honest.ts';
import { ldSigned } from './ld-signature.ts';
import { DOORS, type State } from './stage.ts';

const REPLAYED = ['Create', 'Update', 'Delete', 'Like', 'Undo Like', 'Undo Follow', 'Follow'] as const;

/**
 * A Follow that comes again is promised its Accept once more, which is noted, but never posted twice: what counts is one
 * follower and one Accept.
 */
function followedTwice({ kind, honest, author }: Scene): Pick<Forged, 'harm'> {
  if (kind !== 'Follow') return {};
  return {
    harm: ({ followers = [], activities = [] }) =>
      followers.filter(({ actor }) => actor === author.actor).length !== 1 ||
      activities.filter(({ object }) => object === honest.activity.id).length !== 1,
  };
}

const replay = (name: string, forge: (scene: Scene) => ReturnType<typeof sealed>): Trick => ({
  name: `sent again ${name}`,
  kinds: REPLAYED,
  forge: (scene) => ({ forged: forge(scene), ...followedTwice(scene) }),
});

/** The scene at another of the three doors. */
const nextDoor = (scene: Scene): Scene => ({
  ...scene,
  door: DOORS[(DOORS.indexOf(scene.door) + 1) % DOORS.length] ?? 'shared',
});

export const replayed: ForgeryClass = {
  threat: 'T24',
  name: 'an activity that came before',
  order: 'control-first',
  tricks: [
    {
      name: 'the same bytes again',
      kinds: REPLAYED,
      forge(scene) {
        const letter = sealed(scene, scene.author, scene.honest.activity);
        return { forged: letter, control: letter, ...followedTwice(scene) };
      },
    },
    replay('signed anew', (scene) => sealed(scene, scene.author, scene.honest.activity)),
    replay('at another door', (scene) => sealed(nextDoor(scene), scene.author, scene.honest.activity)),
    replay('by draft-cavage', (scene) => cavage(scene, scene.author, scene.honest.activity)),
    replay('by RFC 9421', (scene) => rfc9421(scene, scene.author, scene.honest.activity)),
    replay('with an LD signature, by the courier', (scene) =>
      passedOn(scene, ldSigned(scene.author, scene.honest.activity)),
    ),
  ],
};

const WEB = Date.UTC(1990);

/** A comment of the author that stands in the future or before the web. */
function strange(state: State, uri: unknown): boolean {
  const row = commentAt(state, uri);
  const dates = [row?.published, row?.revised].filter((date) => date !== null && date !== undefined);
  return dates.some((date) => {
    const at = Date.parse(String(date));
    return !(at >= WEB && at <= Date.now());
  });
}

/** A text of its own with a date that none can have. Whatever becomes of it, nothing may stand outside of its time. */
const dated = (field: 'published' | 'updated', date: unknown): Trick => ({
  name: `${field} ${String(date)}`,
  kinds: field === 'published' ? ['Create'] : ['Update'],
  hands: ['cavage', 'rfc9421'],
  forge(scene) {
    const { author, stage } = scene;
    const note = noteOf(author, stage.arena.entryId, field === 'published' ? { published: date } : {});
    if (field === 'published') {
      return { forged: sealed(scene, author, createOf(author, note)), harm: (state) => strange(state, note.id) };
    }
    const edited = { ...note, content: '<p>แก้</p>', updated: date };
    return {
      before: [sealed(scene, author, createOf(author, note))],
      forged: sealed(scene, author, activityOf(author, 'Update', edited, { to: [PUBLIC] })),
      harm: (state) => strange(state, note.id),
    };
  },
});

const DATES: unknown[] = [
  ...['2099-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '+999999-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'],
  ...['1969-07-20T20:17:00Z', '0001-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '1989-12-31T00:00:00Z'],
  ...['yesterday', '', '2026-13-45T99:99:99Z', 'P1D', '2026-11-23', '1795410457', '2026-11-23T05:00:00+99:99'],
  ...[1_795_410_457, null, true, ['2099-01-01T00:00:00Z'], { '@value': '2099-01-01T00:00:00Z' }],
  ...['2099-01-01T00:00:00', '2026-11-23T05:07:17.026Z\n2099-01-01T00:00:00Z'],
];

export const strangeDates: ForgeryClass = {
  threat: 'T29',
  name: 'texts from the future, from before the web, or of no date',
  tricks: DATES.flatMap((date) => [dated('published', date), dated('updated', date)]),
};
