// What readers are told at the web's doors when something is not there for them; each says what to do next.
import { Refusal, type Telling } from '../domain/refusal.ts';

/** A withdrawn entry. */
export function entryGone(): Refusal {
  return new Refusal('gone', {
    th: 'บันทึกนี้ถูกถอนแล้ว และหมายเลขนี้จะไม่ใช้ซ้ำ อ่านบันทึกอื่นได้จากหน้าแรก',
    en: 'This entry was withdrawn, and its number is never used again. Read on from the home page.',
  });
}

/** A comment that a blog here wrote, here or under another server's post, and took back. */
export function commentGone(): Refusal {
  return new Refusal('gone', {
    th: 'ผู้เขียนลบความเห็นนี้แล้ว อ่านบันทึกอื่นได้จากหน้าแรก',
    en: 'Its author deleted this comment. Read on from the home page.',
  });
}

/** Whatever is not there, or is not this visitor's business: the two look alike (security.md T56). */
export function nothingHere(): Refusal {
  return new Refusal('not-found', {
    th: 'ไม่มีหน้านี้ ตรวจที่อยู่อีกครั้ง หรือเริ่มจากหน้าแรก',
    en: 'There is no such page. Check the address, or start from the home page.',
  });
}

/** A blog that one may not act as. */
export function notYourBlog(): Refusal {
  return new Refusal('forbidden', {
    th: 'คุณไม่ได้เป็นผู้เขียนของบล็อกนี้ เลือกบล็อกของคุณ หรือขอสิทธิ์จากผู้ดูแลเวที',
    en: 'You are not an author of this blog. Choose one of yours, or ask the administrator.',
  });
}

/** A blog that takes no comments. */
export function commentsClosed(): Refusal {
  return new Refusal('forbidden', {
    th: 'บล็อกนี้ไม่รับความเห็น เขียนบันทึกของคุณเองแล้ววางลิงก์มาที่นี่ได้',
    en: 'This blog takes no comments. Write an entry of your own and link here.',
  });
}

/** A blog that nobody can follow any more. */
export function blogClosed(): Refusal {
  return new Refusal('gone', {
    th: 'บล็อกนี้ปิดแล้ว อ่านบันทึกเดิมได้ แต่ติดตามไม่ได้ เลือกบล็อกอื่นจากหน้าแรก',
    en: 'This blog is closed. Its entries can be read, but it cannot be followed; choose another from the home page.',
  });
}

/** Too many questions to other servers from one place. */
export function askedTooMuch(seconds: number): Telling {
  const minutes = Math.ceil(seconds / 60);
  return {
    th: `ถามเซิร์ฟเวอร์อื่นบ่อยเกินไป รอ ${minutes} นาทีแล้วลองอีกครั้ง`,
    en: `Too many questions to other servers; wait ${minutes} min and try again.`,
  };
}
