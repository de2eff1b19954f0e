// Judges pages that hold hostile words, in two ways that share nothing: a grammar, strict as our templates are, and Chromium,
// which runs what can be run and touches everything that waits for a touch.
import type { Page } from 'playwright-core';

export interface Tag {
  name: string;
  attributes: Map<string, string>;
}

const OPENING = /<([a-z][a-z0-9]*)((?:\s+[a-zA-Z][a-zA-Z:-]*(?:="[^"]*")?)*)\s*\/?>/y;
const CLOSING = /<\/[a-z][a-z0-9]*>/y;
const ATTRIBUTE = /([a-zA-Z][a-zA-Z:-]*)(?:="([^"]*)")?/g;

/** Every tag of a page. @throws Error at any `<` that does not begin one as our templates and our sanitiser write them. */
export function tagsOf(html: string): Tag[] {
  const text = html.replace(/^<!doctype html>/, '');
  const tags: Tag[] = [];
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    OPENING.lastIndex = at;
    CLOSING.lastIndex = at;
    const match = OPENING.exec(text);
    if (match !== null) {
      const attributes = [...(match[2] ?? '').matchAll(ATTRIBUTE)].map(
        ([, name = '', value = '']) => [name.toLowerCase(), unescaped(value)] as const,
      );
      tags.push({ name: match[1] ?? '', attributes: new Map(attributes) });
    } else if (!CLOSING.test(text)) {
      throw new Error(`no tag of ours: ${text.slice(Math.max(0, at - 60), at + 60)}`);
    }
  }
  return tags;
}

const NEVER =
  /^(?:script|style|iframe|frame|frameset|object|embed|applet|base|math|template|video|audio|source|track|area|map|marquee|dialog|portal|foreignobject|use|animate|set|image)$/;
const NEVER_ATTRIBUTE = /^(?:on.*|style|srcdoc|formaction|http-equiv|ping|background|xlink:href|is|contenteditable)$/;

/** What the grammar finds at fault on a page of the node at `origin`; empty for a page where nothing can act. */
export function faultsOf(html: string, origin: string): string[] {
  const tags = tagsOf(html);
  const body = tags.findIndex(({ name }) => name === 'body');
  return tags.flatMap((tag, index) => {
    const { name, attributes } = tag;
    const faults: string[] = NEVER.test(name) && !(index < body && isData(tag)) ? [`<${name}>`] : [];
    for (const [attribute, value] of attributes) {
      if (NEVER_ATTRIBUTE.test(attribute)) faults.push(`${name}[${attribute}="${value}"]`);
      if (!['href', 'src', 'action', 'poster', 'data', 'cite'].includes(attribute)) continue;
      const url = URL.parse(value, origin);
      const web = url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '';
      if (!web || (attribute === 'action' && url.origin !== origin)) faults.push(`${name}[${attribute}="${value}"]`);
    }
    return faults;
  });
}

/** A data block, which no browser runs; ours stand in the head. */
function isData({ name, attributes }: Tag): boolean {
  return name === 'script' && attributes.size === 1 && attributes.get('type') === 'application/ld+json';
}

const FRAME =
  /^(?:html|head|body|meta|script|link|title|form|input|button|select|option|textarea|label|svg|path|circle|g|header|footer|main|nav|section|article|details|summary|dl|dt|dd)$/;

const NEIGHBOUR = /^\/@[a-z0-9_]+\/[1-9][0-9]*$/;

/** How often each element stands on a page that only our templates may write, never an author or a stranger. */
export function frameOf(html: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, attributes } of tagsOf(html)) {
    // Words make tags, and each tag has its line in the head.
    if (!FRAME.test(name) || attributes.get('property') === 'article:tag') continue;
    // Titles that fold alike are one series, and its parts name their neighbours: entries of ours, or they count.
    if (/^(?:prev|next)$/.test(attributes.get('rel') ?? '') && NEIGHBOUR.test(attributes.get('href') ?? '')) continue;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** The text of a page without its tags, entities read. */
export function textOf(html: string): string {
  return unescaped(html.replace(/<[^<>]*>/g, ' '));
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** How many documents Chromium opens at once. */
const AT_ONCE = 150;

/**
 * Opens each document in a frame without any content security policy, fires every event at every element, and tells
 * which of them called `alert`. The page must have been opened with `bypassCSP`.
 */
export async function fired(page: Page, documents: string[]): Promise<number[]> {
  const guilty: number[] = [];
  for (let from = 0; from < documents.length; from += AT_ONCE) {
    const batch = documents.slice(from, from + AT_ONCE).map(hooked);
    for (const index of await page.evaluate(openAndTouch, batch)) guilty.push(from + index);
  }
  return guilty;
}

/** The document with our own `alert` in it, first of all. */
function hooked(document: string): string {
  const hook = '<script>window.alert=()=>{parent.called(window)}</script>';
  return document.includes('<head>') ? document.replace('<head>', `<head>${hook}`) : hook + document;
}

/** Runs in Chromium. */
async function openAndTouch(documents: string[]): Promise<number[]> {
  const guilty = new Set<number>();
  const events = 'click mouseover pointerenter focus focusin toggle wheel scroll animationend transitionrun'.split(' ');
  const frames = documents.map((html) => {
    const frame = document.createElement('iframe');
    frame.srcdoc = html;
    return frame;
  });
  Object.assign(window, {
    called: (from: Window) => guilty.add(frames.findIndex((frame) => frame.contentWindow === from)),
    alert: () => guilty.add(-1),
  });
  const loaded = frames.map((frame) => new Promise((resolve) => frame.addEventListener('load', resolve)));
  document.body.replaceChildren(...frames);
  const late = new Promise((resolve) => setTimeout(resolve, 800));
  await Promise.race([Promise.all(loaded), late]);
  for (const frame of frames) {
    for (const element of frame.contentDocument?.querySelectorAll('*') ?? []) {
      // Links are followed only where they are programs: the others would only lead away.
      const href = element.getAttribute('href') ?? element.getAttribute('xlink:href') ?? '';
      const leads = element.closest('a[href], form') !== null && !/script:/i.test(href);
      for (const event of events) {
        if (event === 'click' && leads) continue;
        element.dispatchEvent(new Event(event, { bubbles: false, cancelable: true }));
      }
      if (/^\s*j\s*a\s*v\s*a\s*script:/i.test(href)) (element as HTMLElement).click?.();
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  return [...guilty];
}
