// Texts that nobody would write, and Thai that anybody might: what the laws on text are tried with.
import fc from 'fast-check';

/** Any UTF-16 unit, half surrogates among them, as JSON from afar may carry them. */
const anyUnits = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 })), { maxLength: 60 })
  .map((units) => String.fromCharCode(...units));

/** Thai letters, vowels, tones and digits in any order, with what word processors and other servers put between them. */
const thaiSoup = fc.string({
  unit: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0x0e01, max: 0x0e5b }).map((code) => String.fromCharCode(code)) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...[
          ' ',
          '\n',
          '\u00a0',
          '\u200b',
          '\u200c',
          '\u200d',
          '\ufeff',
          '\u0301',
          'น้ำ',
          'น\u0e4d\u0e49า',
          'เเ',
          'a',
          '1',
          '👩‍👩‍👧',
          '🇹🇭',
          'ﷺ',
          'ǆ',
        ],
        ...['\ud800', '\udc00', '<', '&', '#', '＃', '.', '🧑🏽‍🌾'],
      ),
    },
  ),
  maxLength: 120,
});

/** Both, and long ones. */
export const anyText = fc.oneof(
  anyUnits,
  thaiSoup,
  fc.tuple(thaiSoup, fc.integer({ min: 1, max: 40 })).map(([text, times]) => text.repeat(times)),
);

const MARKS =
  '# ## - * + 1. > ``` ~~~ ` ** __ ~~ [ ] ( ) ![ ](  < > | --- === : " \' \\ & &lt; &#106; \t \n \n\n    '.split(' ');
const TAGS =
  `<script> </script> <img onerror=x src=x> <svg/onload=x> <a href=javascript:x> <style> <!-- --> <![CDATA[ <?x <math>
  <iframe srcdoc=x> <b onclick=x> <table><tr><td onx> <p style=x> <base href=//x> <form action=x> <plaintext> <title>`.split(
    /\s*\n?\s+(?=<)/,
  );
const ADDRESSES =
  `javascript:alert(1) JaVaScRiPt:x java\tscript:x data:text/html,x vbscript:x //evil.example \\\\evil file:///x
  https://a.example/ http://[::1 https://u:p@a.example https://a.example/"onx=" /@a/1 #x mailto:a@b  &#106;avascript:x`.split(
    /\s+/,
  );

/** Markdown as an enemy writes it: its own marks, HTML, addresses, and any text between. */
export const markdownSoup = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...MARKS) },
      { weight: 3, arbitrary: fc.constantFrom(...TAGS) },
      { weight: 2, arbitrary: fc.constantFrom(...ADDRESSES).map((address) => `[x](${address})`) },
      { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES).map((address) => `![x](${address} "t")`) },
      { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES).map((address) => `[x]: ${address}\n\n[x]`) },
      { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES).map((address) => `<${address}>`) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 6 }) },
      { weight: 2, arbitrary: anyUnits },
      { weight: 1, arbitrary: thaiSoup },
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));
