import { describe, expect, test } from 'vitest';
import {
  picturesNamed,
  plainToHtml,
  sanitiseOwn,
  sanitiseRemote,
  storedHtml,
  stripLeadingMentions,
  wireContent,
} from '../../../src/domain/text/sanitise.ts';

const origin = 'https://wethi.test';
const own = (html: string) => sanitiseOwn(html, { origin });
const REL = 'rel="nofollow noopener noreferrer ugc"';

/** `content` of replies as real servers sent them on 2026-11-23. */
const hollo =
  '<p><a  data-account-id="01a2067c-25ea-74f8-8e0f-9aea76032eab" data-account-handle="@kha@node.test" translate="no" class="h-card u-url mention" href="https://node.test/@kha">@<span>kha</span></a> ขอบคุณครับ น้ำในกองเท่าไร <a  data-tag="ป" class="mention hashtag" rel="tag" href="https://hollo.test/tags/%E0%B8%9B">#<span>ป</span></a>ุ๋ยหมัก</p>\n';
const holloNested =
  '<p><a  translate="no" class="h-card u-url mention" href="https://gts.test/@gigi">@<span>gigi</span></a> <a  translate="no" class="h-card u-url mention" href="https://node.test/@kha">@<span>kha</span></a> ตอบซ้อนจาก Hollo</p>\n';
const gotosocial =
  '<p><span class="h-card"><a href="https://node.test/@kha" class="u-url mention" rel="nofollow noreferrer noopener" target="_blank">@<span>kha</span></a></span> แก้ไขแล้ว <a href="https://gts.test/tags/%E0%B8%9B%E0%B8%B8%E0%B9%8B%E0%B8%A2%E0%B8%AB%E0%B8%A1%E0%B8%B1%E0%B8%81" class="mention hashtag" rel="tag nofollow noreferrer noopener" target="_blank">#<span>ปุ๋ยหมัก</span></a></p>';
const snac =
  '<span class="h-card"><a href="https://gts.test/users/gigi" class="u-url mention">@gigi@gts.test</a></span> <span class="h-card"><a href="https://node.test/users/kha" class="u-url mention">@kha@node.test</a></span> ตอบซ้อน<br>';
const snacOld = '<a href="https://node.test/users/kha" class="u-url mention">@kha@node.test</a> สวัสดีจาก snac<br>';

describe('from afar', () => {
  test('the markup that people use in comments stays', () => {
    const html =
      '<p>ก<br />ข</p><blockquote><p><em>ค</em> <strong>ง</strong></p></blockquote><ul><li>จ</li></ul><ol start="3"><li>ฉ</li></ol><pre><code>ช\n  ซ</code></pre><p><del>ฌ</del></p>';
    expect(sanitiseRemote(html)).toBe(html);
  });

  test('headings start below those of the page, and deeper ones keep their level', () => {
    expect(sanitiseRemote('<h1>ก</h1><h2>ข</h2><h3>ค</h3><h6>ง</h6>')).toBe('<h3>ก</h3><h3>ข</h3><h3>ค</h3><h6>ง</h6>');
  });

  test('a link goes to http or https, says rel, and carries no user name', () => {
    expect(sanitiseRemote('<a href="https://bank.test:x@evil.test/" target="_blank">ธนาคาร</a>')).toBe(
      `<a href="https://evil.test/" ${REL}>ธนาคาร</a>`,
    );
    expect(sanitiseRemote('<a href="/relative">ก</a> <a href="mailto:a@b.test">ข</a>')).toBe(
      '<span>ก</span> <span>ข</span>',
    );
  });

  test('an address is shown whole: the classes that hide parts of it are dropped', () => {
    const html = '<a href="https://evil.test/"><span class="invisible">https://evil.test/</span>bank.test</a>';
    expect(sanitiseRemote(html)).toBe(
      `<a href="https://evil.test/" ${REL}><span>https://evil.test/</span>bank.test</a>`,
    );
  });

  test('an image leaves its alt text', () => {
    expect(sanitiseRemote('<p>ดู <img src="https://a.test/1.png" alt="กองปุ๋ย"> นี่ <img src="x"></p>')).toBe(
      '<p>ดู <span>กองปุ๋ย</span> นี่ <span></span></p>',
    );
  });

  test('cells of a table and divisions do not run together', () => {
    expect(sanitiseRemote('<table><tr><td>ปี</td><td>จำนวน</td></tr></table><div>ก</div><div>ข</div>')).toBe(
      '<p>ปี</p><p>จำนวน</p><p>ก</p><p>ข</p>',
    );
  });

  test('text cannot be turned round, and towers of marks are cut', () => {
    expect(sanitiseRemote('<p>\u202egnp.exe\u202c &#8238;x \u2066y</p>')).toBe('<p>gnp.exe x y</p>');
    expect(sanitiseRemote(`<p>ก${'\u0e47'.repeat(500)}ข</p>`)).toBe(`<p>ก${'\u0e47'.repeat(8)}ข</p>`);
  });

  test('Thai survives as it was typed: doubled marks, NBSP, zero-width space, SARA AM taken apart', () => {
    const thai = '<p>เรียนร ูู้้และ\u00a0 จัดการ\u200bความรู้ น\u0e49\u0e4d\u0e32 เเก้จน</p>';
    expect(sanitiseRemote(thai)).toBe(thai);
    expect(own(thai)).toBe(thai);
  });
});

describe('leading mentions', () => {
  const shown = (html: string) => stripLeadingMentions(sanitiseRemote(html)).trim();

  test('of Hollo, GoToSocial and snac are taken off', () => {
    expect(shown(hollo)).toMatch(/^<p>ขอบคุณครับ น้ำในกองเท่าไร <a /);
    expect(shown(holloNested)).toBe('<p>ตอบซ้อนจาก Hollo</p>');
    expect(shown(gotosocial)).toMatch(/^<p>แก้ไขแล้ว <a /);
    expect(shown(snac)).toBe('ตอบซ้อน<br />');
    expect(shown(snacOld)).toBe('สวัสดีจาก snac<br />');
  });

  test('of Misskey, with a host after the name or a line break behind it, are taken off', () => {
    expect(shown('<p><a href="https://n.test/@k" class="u-url mention">@k@n.test</a><span> ดีครับ</span></p>')).toBe(
      '<p><span> ดีครับ</span></p>',
    );
    expect(shown('<p><a href="https://n.test/@k" class="mention">@<span>k</span>@n.test</a><br>ดี</p>')).toBe(
      '<p>ดี</p>',
    );
  });

  test('stay when they stand in the text, when they are hashtags, and when there is nothing else', () => {
    const inside = `<p>ถาม <a href="https://n.test/@k" class="mention" ${REL}>@k</a></p>`;
    const tag = `<p><a href="https://n.test/t" class="mention hashtag" ${REL}>#<span>ท</span></a> ดี</p>`;
    const alone = `<p><a href="https://n.test/@k" class="mention" ${REL}>@k</a></p>`;
    for (const html of [inside, tag, alone]) expect(shown(html)).toBe(html);
  });

  test('a link that only looks like a mention stays', () => {
    const html = `<p><a href="https://n.test/@k" ${REL}>@k</a> ดี</p>`;
    expect(shown(html)).toBe(html);
  });
});

describe('our own', () => {
  test('addresses become absolute, and links that lead away say so', () => {
    expect(own('<a href="/@kha/1">ก</a> <a href="https://a.test/x">ข</a> <a href="http://a.test/">ค</a>')).toBe(
      '<a href="https://wethi.test/@kha/1">ก</a> <a href="https://a.test/x" rel="noopener ugc">ข</a> <a href="http://a.test/" rel="noopener ugc">ค</a>',
    );
  });

  test('mentions and hashtags keep the classes that peers look for', () => {
    const html =
      '<span class="h-card"><a href="https://a.test/@b" class="u-url mention" rel="noopener ugc">@<span>b</span></a></span> <a href="https://wethi.test/t/x" class="mention hashtag" rel="tag">#<span>x</span></a>';
    expect(own(html)).toBe(html);
  });

  test('images come over https or from here, with alt text', () => {
    expect(own('<img src="/media/1.webp" alt="กอง" onerror="x">')).toBe(
      '<img src="https://wethi.test/media/1.webp" alt="กอง" loading="lazy" />',
    );
    expect(own('<img src="https://a.test/1.png">')).toBe('<img src="https://a.test/1.png" alt="" loading="lazy" />');
    expect(own('<img src="http://a.test/1.png" alt="กอง">')).toBe('<span>กอง</span>');
  });

  test('in practice mode images come from the node over http', () => {
    expect(sanitiseOwn('<img src="/m/1" alt="ก">', { origin: 'http://localhost:8000' })).toContain(
      'src="http://localhost:8000/m/1"',
    );
  });

  test('h1 is the page’s own', () => {
    expect(own('<h1>ก</h1><h2>ข</h2>')).toBe('<h2>ก</h2><h2>ข</h2>');
  });

  test('what goes on the wire is without frames, rules and lazy loading, also when the text speaks of them', () => {
    const html = own(
      '<p>เขียน loading="lazy" เอง</p><div class="scroll" aria-label="ปี"><table><tr><td>1</td></tr></table></div><hr><img src="/m/1" alt="ก">',
    );
    expect(html).toContain('<div class="scroll" tabindex="0" role="region" aria-label="ปี"><table>');
    expect(wireContent(html)).toBe(
      '<p>เขียน loading="lazy" เอง</p><table><tr><td>1</td></tr></table><img src="https://wethi.test/m/1" alt="ก" />',
    );
  });

  test('a figure goes on the wire as a paragraph, its caption below the picture', () => {
    const html = own('<figure><img src="/m/1" alt="ก"><figcaption>วันที่ 9</figcaption></figure><p>ข</p>');
    expect(wireContent(html)).toBe('<p><img src="https://wethi.test/m/1" alt="ก" /><br />วันที่ 9</p><p>ข</p>');
  });

  test('§15.30 §15.37 a picture without words is called by the title of its text, and no other', () => {
    const html = own('<p>alt="" <img src="/m/1"> <img src="/m/2" alt="ก"></p>');
    const title = 'กลับ "กอง" <b> & $& $1';
    expect(picturesNamed(html, { title })).toBe(
      html.replace('src="https://wethi.test/m/1" alt=""', () => {
        return 'src="https://wethi.test/m/1" alt="กลับ &quot;กอง&quot; &lt;b&gt; &amp; $&amp; $1"';
      }),
    );
    expect(own(picturesNamed(html, { title }))).toBe(picturesNamed(html, { title }));
  });

  test('what was kept as bytes is read back', () => {
    expect(storedHtml(new TextEncoder().encode(own('<p>เวที</p>')))).toBe('<p>เวที</p>');
  });
});

describe('plain text', () => {
  test('blank lines part paragraphs, single lines are kept, nothing is markup', () => {
    expect(plainToHtml('บรรทัด 1\r\nบรรทัด 2\n \u00a0\n<b>&amp; "คำ" https://a.test/\n\n\n')).toBe(
      '<p>บรรทัด 1<br />บรรทัด 2</p><p>&lt;b&gt;&amp;amp; "คำ" https://a.test/</p>',
    );
  });

  test('of nothing is nothing', () => {
    expect(plainToHtml(' \n\n\u00a0')).toBe('');
  });
});
