// The frame of every page: head, bar, content, foot. English pages live under /en with the same paths.
import { html } from 'hono/html';
import { absolute, path } from '../urls.ts';
import type { AssetUrls } from './assets.ts';
import { mark } from './mark.ts';
import { type Language, words } from './messages/words.ts';
import { handle, inLanguage } from './names.ts';
import type { Html } from './template.ts';

/** What every page knows about the node, the reader and itself. */
export interface Shell {
  language: Language;
  /** Scheme and host, such as `https://wethi.example`. */
  origin: string;
  /** Path of this page without the /en prefix. */
  path: string;
  /** What stood behind the path, from its `?` on: the other language must show the same thing. */
  query?: string;
  organisation: { name: string; handle: string; summary: string; language: string } | null;
  person: { name: string; role: string } | null;
  /** Practice mode: nothing is told to others. */
  practice: boolean;
  assets: AssetUrls;
}

/** What a page says about itself in its head. */
export interface Head {
  /** The page's own name; the organisation's is added. */
  title: string;
  description?: string;
  /** More of the head, from `head.ts`. */
  head?: Html;
  /** `noindex` for pages that are nobody else's business. */
  robots?: 'noindex';
}

/** A path of this node in the language of the page. Links and forms both go through here. */
export function link(shell: Shell, path: string): string {
  return shell.language === 'en' ? `/en${path}` : path;
}

/** Host and port of this node, as it stands in its handles. */
export function host(shell: Shell): string {
  return new URL(shell.origin).host;
}

/** A whole page around `body`. */
export function layout(shell: Shell, page: Head, body: Html): Html {
  const name = shell.organisation?.name ?? words(shell.language).shell.software;
  const title = page.title === name ? name : `${page.title} · ${name}`;
  return html`<!doctype html>
<html lang="${shell.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${page.description ? html`<meta name="description" content="${page.description}">` : ''}
${page.robots === undefined ? languages(shell) : html`<meta name="robots" content="${page.robots}">`}
<meta name="theme-color" content="#16375e">
<link rel="preload" href="${shell.assets.font}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${shell.assets.css}">
<link rel="icon" href="${shell.assets.mark}" type="image/svg+xml">
${page.head ?? ''}
</head>
<body>
<a class="skip" href="#main">${words(shell.language).shell.skip}</a>
${bar(shell, name)}
<main id="main">
${body}
</main>
${foot(shell, name)}
</body>
</html>`;
}

function languages(shell: Shell): Html {
  return html`<link rel="alternate" hreflang="th" href="${absolute(shell.origin, shell.path)}">
<link rel="alternate" hreflang="en" href="${absolute(shell.origin, `/en${shell.path}`)}">`;
}

function bar(shell: Shell, name: string): Html {
  const w = words(shell.language).shell;
  const other = shell.language === 'th' ? 'en' : 'th';
  const here = `${other === 'en' ? '/en' : ''}${shell.path}${shell.query ?? ''}`;
  const tool = shell.person === null ? { to: path.signIn(), text: w.signIn } : { to: path.write(), text: w.write };
  return html`<header class="bar">
<div class="wrap">
<a class="home" href="${link(shell, path.home())}">${mark}<span${inLanguage(shell.language, shell.organisation?.language ?? null)}>${name}</span></a>
<nav class="menu" id="menu" popover aria-label="${w.menuName}"><ul role="list">
${places(shell).map(({ to, text, within }) => html`<li><a href="${link(shell, to)}"${current(shell, to, within)}>${text}</a></li>`)}
<li class="extra"><a href="${link(shell, tool.to)}"${current(shell, tool.to)}>${tool.text}</a></li>
</ul></nav>
<a class="tool" href="${here}" hreflang="${other}" lang="${other}">${w.otherLanguage}</a>
<a class="tool long" href="${link(shell, tool.to)}">${tool.text}</a>
<button class="tool opener" type="button" popovertarget="menu">${w.menu}</button>
</div>
${shell.practice ? html`<p class="practice"><span class="wrap">${w.practice}</span></p>` : ''}
</header>`;
}

interface Place {
  to: string;
  text: string;
  /** Pages that belong to this place without being it. */
  within?: RegExp;
}

function places(shell: Shell): Place[] {
  const w = words(shell.language).shell;
  const everybody: Place[] = [
    { to: path.home(), text: w.home },
    { to: path.blogs(), text: w.blogs, within: /^\/@[^/]+$/ },
    { to: path.tags(), text: w.tags, within: /^\/t\// },
    { to: path.search(), text: w.search },
  ];
  if (shell.person === null) return everybody;
  return [...everybody, { to: path.reading(), text: w.reading }, { to: path.desk(), text: w.desk }];
}

function current(shell: Shell, to: string, within?: RegExp): Html | '' {
  if (shell.path === to) return html` aria-current="page"`;
  return within?.test(shell.path) ? html` aria-current="true"` : '';
}

function foot(shell: Shell, name: string): Html {
  const w = words(shell.language).shell;
  const { organisation } = shell;
  const identity = organisation !== null && html`<br>${handle(organisation.handle, host(shell))}`;
  return html`<footer class="foot">
<div class="wrap">
<div><b${inLanguage(shell.language, organisation?.language ?? null)}>${name}</b>${identity}</div>
<ul role="list">
${places(shell).map(({ to, text }) => html`<li><a href="${link(shell, to)}">${text}</a></li>`)}
<li>${shell.person === null ? html`<a href="${link(shell, path.signIn())}">${w.signIn}</a>` : signOut(shell)}</li>
</ul>
<span class="made">${mark}<span>${w.made}</span></span>
</div>
</footer>`;
}

/** The form that ends the session: signing out changes something, so it is not a link. */
export function signOut(shell: Shell): Html {
  return html`<form action="${link(shell, path.signOut())}" method="post"><button class="plain">${words(shell.language).shell.signOut}</button></form>`;
}
