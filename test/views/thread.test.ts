import { expect, test } from 'vitest';
import { plainToHtml } from '../../src/domain/text/sanitise.ts';
import type { CommentView } from '../../src/views/comment.ts';
import { type ThreadProps, thread } from '../../src/views/thread.ts';
import { comment, shellFor } from './samples.ts';

const shell = shellFor('th', '/@b/1');
const props: ThreadProps = {
  entry: { handle: 'b', number: 1 },
  comments: [],
  mayModerate: false,
  open: true,
  importedFrom: null,
};

/** How many lists deep each comment stands, by its id. */
function depths(page: string): Record<string, number> {
  const found: Record<string, number> = {};
  let depth = -1;
  for (const [token, id] of page.matchAll(/<ol\b|<\/ol>|<article class="comment" id="c-(\w+)"/g)) {
    if (token === '</ol>') depth -= 1;
    else if (id === undefined) depth += 1;
    else found[id] = depth;
  }
  return found;
}

function chain(length: number): CommentView {
  let last = comment(`n${length}`);
  for (let at = length - 1; at >= 0; at -= 1) last = comment(`n${at}`, { name: `ผู้อ่าน ${at}`, replies: [last] });
  return last;
}

test('answers are indented three levels and then stay flat, in order, saying whom they answer', () => {
  const page = String(thread(shell, { ...props, comments: [chain(6)] }));
  expect(depths(page)).toEqual({ n0: 0, n1: 1, n2: 2, n3: 3, n4: 3, n5: 3, n6: 3 });
  expect([...page.matchAll(/id="c-(n\d)"/g)].map(([, id]) => id)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
  expect(page).toContain('<a href="#c-n3"><bdi>ตอบ ผู้อ่าน 3</bdi></a>');
  expect(page).not.toContain('<a href="#c-n2"><bdi>ตอบ');
});

test('a chain of answers as long as somebody likes is shown', () => {
  const page = String(thread(shell, { ...props, comments: [chain(900)] }));
  expect(Object.keys(depths(page))).toHaveLength(901);
  expect(page).toContain('ความเห็น (901)');
});

test('held comments stand first, dashed and with their form, for those who decide', () => {
  const waiting = comment('w', { state: 'held', body: plainToHtml('รอตรวจ') });
  const page = String(thread(shell, { ...props, comments: [comment('a'), waiting], mayModerate: true }));
  const held = page.slice(page.indexOf('class="held"'), page.indexOf('<ol class="thread"'));
  expect(held).toContain('ความเห็นรอตรวจ 1 รายการ');
  expect(held).toContain('id="c-w"');
  expect(held).toContain('action="/comments/w"');
  expect(held).toContain('name="act" value="show"');
  expect(held).toContain('name="act" value="hide"');
  expect(page.match(/id="c-w"/g)).toHaveLength(1);
});

test('what is held or hidden is never shown to readers, even when it is handed to the page', () => {
  const secret = plainToHtml('ยังไม่ให้ใครเห็น');
  const comments = [
    comment('h', { state: 'held', body: secret }),
    comment('i', { state: 'hidden', body: secret, replies: [comment('j')] }),
    comment('k', { state: 'deleted', body: secret, replies: [comment('l')] }),
  ];
  const page = String(thread(shell, { ...props, comments }));
  expect(page).not.toContain('ยังไม่ให้ใครเห็น');
  expect(page).toContain('ความเห็นนี้ไม่ได้แสดง');
  expect(page).toContain('ความเห็นนี้ถูกลบแล้ว');
  expect(page).toContain('ความเห็น (2)');
  expect(depths(page)).toEqual({ j: 1, l: 1 });
});

test('an empty thread invites, a closed one says what to do instead', () => {
  expect(String(thread(shell, props))).toContain('ยังไม่มีใครนั่งล้อมวง');
  const closed = String(thread(shell, { ...props, open: false, comments: [comment('a')] }));
  expect(closed).toContain('บล็อกนี้ปิดรับความเห็น');
  expect(closed).not.toContain('/answer');
});

test('a reader who came along with an import is named after where they read', () => {
  const reader = comment('a', { name: null, handle: null, imported: true, published: null, url: null });
  const page = String(thread(shell, { ...props, comments: [reader], importedFrom: 'GotoKnow' }));
  expect(page).toContain('<bdi>ผู้อ่านจาก GotoKnow</bdi>');
  expect(page).toContain('ไม่ระบุวันที่');
});

test('an original at a dangerous address is not linked', () => {
  const page = String(thread(shell, { ...props, comments: [comment('a', { url: 'javascript:alert(1)' })] }));
  expect(page).not.toContain('javascript:');
  expect(page).toContain('href="#c-a"');
});
