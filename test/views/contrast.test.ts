// Every colour of the stylesheet against every ground that it stands on, light and dark, computed as WCAG 2.2 defines it:
// text 4.5 to 1 (1.4.3), edges of controls and the outline of what has the focus 3 to 1 (1.4.11, 2.4.13).
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const CSS = readFileSync(new URL('../../src/public/wethi.css', import.meta.url), 'utf8');
const [, TOKENS = ''] = CSS.match(/@layer tokens \{(.*?)\n\}/s) ?? [];
const COLOUR = /^ {4}--([a-z0-9-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));$/gm;

type Light = 'light' | 'dark';
const tokens = new Map(
  [...TOKENS.matchAll(COLOUR)].map(([, name = '', light = '', dark = '', both = '']) => [
    name,
    { light: light || both, dark: dark || both },
  ]),
);

/** What each ground carries as text. The bar's words and the seal's people are white. */
const TEXT: Record<string, string[]> = {
  ground: ['ink', 'ink-2', 'link', 'link-seen', 'chilli', 'leaf', 'turmeric-ink'],
  sunken: ['ink', 'ink-2', 'link', 'link-seen', 'chilli'],
  raised: ['ink', 'ink-2', 'link', 'chilli'],
  wash: ['ink', 'ink-2', 'link'],
  'turmeric-wash': ['ink', 'ink-2', 'link', 'turmeric-ink'],
  'leaf-wash': ['ink', 'ink-2', 'link'],
  'chilli-wash': ['ink', 'ink-2', 'link', 'chilli'],
  indigo: ['on-indigo', 'on-indigo-2', 'turmeric'],
  act: ['on-act'],
  'act-hover': ['on-act'],
  turmeric: ['on-turmeric'],
  // The pager's own page, and whatever else is turned round.
  ink: ['ground'],
};

/** What must be seen without being read. */
const EDGES: Record<string, string[]> = {
  ground: ['edge', 'focus', 'turmeric-edge', 'act'],
  sunken: ['edge', 'focus', 'act'],
  raised: ['edge', 'focus', 'act'],
  'turmeric-wash': ['turmeric-edge', 'focus'],
  wash: ['focus'],
  'leaf-wash': ['leaf', 'focus'],
  'chilli-wash': ['chilli', 'focus'],
};

/** Hairlines: nothing is lost to who does not see them. */
const DECORATION = ['line'];

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function colour(name: string, light: Light): string {
  const token = tokens.get(name);
  if (token === undefined) throw new Error(`there is no colour --${name}`);
  return token[light];
}

function tooWeak(table: Record<string, string[]>, light: Light, least: number): string[] {
  return Object.entries(table).flatMap(([ground, names]) =>
    names
      .map((name) => ({ name, is: contrast(colour(name, light), colour(ground, light)) }))
      .filter(({ is }) => is < least)
      .map(({ name, is }) => `${name} on ${ground}: ${is.toFixed(2)}`),
  );
}

test('the formula gives the figures that WCAG gives', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});

describe.each(['light', 'dark'] as const)('%s', (light) => {
  test('text has 4.5 to 1 on everything that it stands on', () => {
    expect(tooWeak(TEXT, light, 4.5)).toEqual([]);
  });

  test('edges and the focus have 3 to 1', () => {
    expect(tooWeak(EDGES, light, 3)).toEqual([]);
  });

  test('the bar’s own focus stands out from the bar', () => {
    const [, own = ''] = CSS.match(/\.bar \{[^}]*--focus: (#[0-9a-f]{6})/) ?? [];
    expect(contrast(own, colour('indigo', light))).toBeGreaterThanOrEqual(3);
  });
});

test('no colour is forgotten, and none stands outside of the tokens but white and black', () => {
  const known = new Set([TEXT, EDGES].flatMap((table) => Object.entries(table).flat(2)).concat(DECORATION));
  expect([...tokens.keys()].filter((name) => !known.has(name))).toEqual([]);
  const loose = CSS.replace(TOKENS, '').replace(/--focus: #[0-9a-f]{6};/, '');
  expect(loose.match(/#[0-9a-f]{3,8}\b(?=[^{}]*;)/g)?.filter((found) => !/^#(?:fff|000)$/.test(found)) ?? []).toEqual(
    [],
  );
  expect(loose).not.toContain('light-dark(');
});
