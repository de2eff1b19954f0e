// What a signature vouches for: the body, the address, the hour, and enough of all of them (T19, T20, T22, T23).
import { createHash } from 'node:crypto';
import type { Letter } from '../../federation/peer.ts';
import { createOf, noteOf } from '../../federation/scripted.ts';
import type { ForgeryClass, Trick } from './forgery.ts';
import { cavage, rfc9421, type Scene, sealed } from './honest.ts';

const MD5 = '1B2M2Y8AsgTpgAmY7PhCfg==';
const SHA256_OF_NOTHING = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

type Changes = Parameters<typeof cavage>[3];
type Changes9421 = Parameters<typeof rfc9421>[3];

const byCavage = (name: string, changes: (scene: Scene) => NonNullable<Changes>): Trick => ({
  name,
  hands: ['cavage'],
  forge: (scene) => ({ forged: cavage(scene, scene.author, scene.honest.activity, changes(scene)) }),
});

const byRfc9421 = (name: string, changes: (scene: Scene) => NonNullable<Changes9421>): Trick => ({
  name,
  hands: ['rfc9421'],
  forge: (scene) => ({ forged: rfc9421(scene, scene.author, scene.honest.activity, changes(scene)) }),
});

/** The honest letter, changed on its way. */
const onItsWay = (name: string, change: (letter: Letter, scene: Scene) => Letter, hands?: Trick['hands']): Trick => ({
  name,
  hands: hands ?? ['cavage', 'rfc9421'],
  forge(scene) {
    const letter = sealed(scene, scene.author, scene.honest.activity);
    return { forged: change(letter, scene), control: letter };
  },
});

function withBody(letter: Letter, text: string): Letter {
  const bytes = new TextEncoder().encode(text);
  return { ...letter, bytes, headers: { ...letter.headers, 'content-length': String(bytes.length) } };
}

const textOf = ({ bytes }: Letter) => new TextDecoder().decode(bytes);
const COVERED = ['(request-target)', 'host', 'date'];
const COVERED_9421 = ['@method', '@target-uri'];

export const body: ForgeryClass = {
  threat: 'T19',
  name: 'a body that is not covered by its signature (CVE-2023-49079)',
  tricks: [
    onItsWay('another body of the author', (letter, { author, stage }) =>
      withBody(letter, JSON.stringify(createOf(author, noteOf(author, stage.arena.entryId)))),
    ),
    onItsWay('one letter changed', (letter) => withBody(letter, textOf(letter).replace('"type"', '"typo"'))),
    onItsWay('another actor', (letter, { author, neighbour }) =>
      withBody(letter, textOf(letter).replaceAll(author.actor, neighbour.actor)),
    ),
    onItsWay('a blank at its end', (letter) => withBody(letter, `${textOf(letter)} `)),
    onItsWay('a line feed before it', (letter) => withBody(letter, `\n${textOf(letter)}`)),
    onItsWay('nothing left of it', (letter) => withBody(letter, '')),
    byCavage('a digest that is not covered', () => ({ cover: COVERED })),
    byCavage('no digest', () => ({ afterwards: { digest: null } })),
    byCavage('no digest, and none covered', () => ({ cover: COVERED, afterwards: { digest: null } })),
    byCavage('the digest of nothing', () => ({ headers: { digest: `SHA-256=${SHA256_OF_NOTHING}` } })),
    byCavage('the digest of nothing beside', ({ honest }) => {
      const right = cavageDigest(honest.activity);
      return { headers: { digest: `SHA-256=${right},SHA-256=${SHA256_OF_NOTHING}` } };
    }),
    byCavage('an MD5', () => ({ headers: { digest: `MD5=${MD5}` } })),
    byCavage('an empty digest', () => ({ headers: { digest: '' } })),
    byRfc9421('a digest that is not covered', () => ({ labels: [{ cover: COVERED_9421 }] })),
    byRfc9421('no digest', () => ({ afterwards: { 'content-digest': null } })),
    byRfc9421('the digest of nothing', () => ({ headers: { 'content-digest': `sha-256=:${SHA256_OF_NOTHING}:` } })),
    byRfc9421('an MD5', () => ({ headers: { 'content-digest': `md5=:${MD5}:` } })),
    byRfc9421('a digest that cannot be read', () => ({ headers: { 'content-digest': 'sha-256=x' } })),
    byRfc9421('a Digest of the other kind', ({ honest }) => ({
      headers: { 'content-digest': '', digest: `SHA-256=${cavageDigest(honest.activity)}` },
    })),
  ],
};

function cavageDigest(activity: unknown): string {
  return createHash('sha256').update(JSON.stringify(activity)).digest('base64');
}

const weak9421 = (cover: string[], place: 'alone' | 'first' | 'last'): Trick =>
  byRfc9421(`a label over ${cover.length === 0 ? 'nothing' : cover.join(' ')}, ${place}`, () => ({
    labels: place === 'alone' ? [{ cover }] : place === 'first' ? [{ cover }, {}] : [{}, { cover }],
  }));

const weakCavage = (cover: string[]): Trick =>
  byCavage(`a signature over ${cover.length === 0 ? 'nothing' : cover.join(' ')}`, () => ({ cover }));

const WEAK_9421 = [
  ...[[], ['@scheme'], ['content-type'], ['@method', 'content-digest'], ['@target-uri', 'content-digest']],
  ...[
    ['@method', '@target-uri'],
    ['@method', '@path', 'content-digest'],
    ['@method', '@authority', 'content-digest'],
  ],
];
const WEAK_CAVAGE = [
  ...[[], ['date'], ['digest'], ['host', 'date', 'digest'], ['(request-target)', 'date', 'digest']],
  ...[
    ['(request-target)', 'host', 'digest'],
    ['(request-target)', 'host', 'date'],
  ],
];

export const coverage: ForgeryClass = {
  threat: 'T20',
  name: 'a right signature that covers too little',
  tricks: [
    ...WEAK_9421.flatMap((cover) => [weak9421(cover, 'alone'), weak9421(cover, 'first'), weak9421(cover, 'last')]),
    ...WEAK_CAVAGE.map(weakCavage),
    byRfc9421('no created', () => ({ labels: [{ parameters: { created: null } }] })),
    byRfc9421('twenty labels', () => ({ labels: Array.from({ length: 20 }, () => ({})) })),
    byRfc9421('an algorithm that nobody knows', () => ({ labels: [{ parameters: { alg: 'none' } }] })),
    byCavage('an algorithm that nobody knows', () => ({ parameters: { algorithm: 'none' } })),
    byCavage('an HMAC with the key that everybody knows', () => ({ parameters: { algorithm: 'hmac-sha256' } })),
    onItsWay('no signature', (letter) => without(letter, 'signature')),
    onItsWay('an empty signature', (letter) => ({ ...letter, headers: { ...letter.headers, signature: '' } })),
    onItsWay('no Signature-Input', (letter) => without(letter, 'signature-input'), ['rfc9421']),
    onItsWay(
      'a header of both kinds',
      (letter) => ({
        ...letter,
        headers: { ...letter.headers, 'signature-input': 'sig1=("@method");created=1' },
      }),
      ['cavage'],
    ),
  ],
};

function without(letter: Letter, name: string): Letter {
  const { [name]: _, ...headers } = letter.headers;
  return { ...letter, headers };
}

const DOOR_AFTER = { shared: 'blog', blog: 'organisation', organisation: 'shared' } as const;

/** Signed for another address and then posted here. */
const signedFor = (name: string, url: (scene: Scene) => string): Trick => ({
  name: `signed for ${name}`,
  hands: ['cavage', 'rfc9421'],
  forge(scene) {
    const sign = scene.hand === 'cavage' ? cavage : rfc9421;
    const here = scene.stage.door(scene.door);
    const letter = sign(scene, scene.author, scene.honest.activity, { url: url(scene) });
    return { forged: { ...letter, url: here, headers: { ...letter.headers, host: new URL(here).host } } };
  },
});

export const place: ForgeryClass = {
  threat: 'T22',
  name: 'a letter replayed at another door, host or node',
  tricks: [
    onItsWay('posted to another door', (letter, { stage, door }) => ({ ...letter, url: stage.door(DOOR_AFTER[door]) })),
    onItsWay('posted with a query', (letter) => ({ ...letter, url: `${letter.url}?x=1` })),
    onItsWay('under another Host', (letter) => ({ ...letter, headers: { ...letter.headers, host: 'other.example' } })),
    onItsWay('under another Host, with ours as forwarded', (letter) => ({
      ...letter,
      headers: { ...letter.headers, host: 'other.example', 'x-forwarded-host': letter.headers.host ?? '' },
    })),
    onItsWay('under another port', (letter) => ({ ...letter, headers: { ...letter.headers, host: '127.0.0.1:9' } })),
    signedFor('another host', ({ stage, door }) => stage.door(door).replace(/127\.0\.0\.1:\d+/, 'other.example')),
    signedFor('another node on this machine', ({ stage, door }) => stage.door(door).replace(/:\d+\//, ':9/')),
    signedFor('another door', ({ stage, door }) => stage.door(DOOR_AFTER[door])),
    signedFor('the same door with a query', ({ stage, door }) => `${stage.door(door)}?x=1`),
  ],
};

const MINUTE = 60_000;
const seconds = (minutes: number) => Math.floor((Date.now() + minutes * MINUTE) / 1_000);
const away = (minutes: number) => new Date(Date.now() + minutes * MINUTE);

const madeAt = (name: string, minutes: number): Trick => ({
  name: `made ${name}`,
  hands: ['cavage', 'rfc9421'],
  forge(scene) {
    const sign = scene.hand === 'cavage' ? cavage : rfc9421;
    // Just inside the hour is right.
    const inside = Math.abs(minutes) === 61 ? Math.sign(minutes) * 58 : 0;
    return {
      forged: sign(scene, scene.author, scene.honest.activity, { at: away(minutes) }),
      control: sign(scene, scene.author, scene.honest.activity, { at: away(inside) }),
    };
  },
});

export const hour: ForgeryClass = {
  threat: 'T23',
  name: 'a signature of another hour, of none, or without end',
  tricks: [
    madeAt('61 minutes ago', -61),
    madeAt('61 minutes ahead', 61),
    madeAt('a day ago', -24 * 60),
    madeAt('a year ago', -365 * 24 * 60),
    madeAt('a day ahead', 24 * 60),
    byCavage('no date at all', () => ({ cover: ['(request-target)', 'host', 'digest'], afterwards: { date: null } })),
    byCavage('a date in words', () => ({ headers: { date: 'yesterday' } })),
    byCavage('a date in ISO 8601', () => ({ headers: { date: new Date().toISOString() } })),
    byCavage('an empty date', () => ({ headers: { date: '' } })),
    byCavage('a date changed on its way', () => ({ afterwards: { date: away(1).toUTCString() } })),
    byCavage('created two hours ago under a date of now', () => ({ parameters: { created: seconds(-120) } })),
    byCavage('an end that has passed', () => ({ parameters: { created: seconds(-2), expires: seconds(-1) } })),
    byRfc9421('an end that has passed', () => ({ labels: [{ parameters: { expires: seconds(-1) } }] })),
    byRfc9421('an end in ten years', () => ({ labels: [{ parameters: { expires: seconds(10 * 365 * 24 * 60) } }] })),
    byRfc9421('made in words', () => ({ labels: [{ parameters: { created: 'now' } }] })),
    byRfc9421('made at the epoch', () => ({ labels: [{ parameters: { created: 0 } }] })),
  ],
};
