// Entries as villages write them, made up from the seed's own phrases and a list of words, as many as are asked for; and
// questions about them. One seed gives the same every time.
import { readFileSync } from 'node:fs';
import { type Chance, chanceOf } from '../../../bench/faults/chance.ts';
import { seed } from '../../world.ts';

const WHO =
  'ชาวบ้าน คุณอำนวย คุณกิจ คุณลิขิต ผู้ใหญ่บ้าน กำนัน ครู พระ หมออนามัย อสม. นักวิจัย เยาวชน แม่บ้าน ผู้สูงอายุ เกษตรกร ชาวประมง ประธานกลุ่ม เหรัญญิก'.split(
    ' ',
  );
const DID =
  'ทดลอง วัด จดบันทึก ประชุม กลับกอง รดน้ำ เก็บเกี่ยว แลกเปลี่ยน ขุดลอก ปลูก เพาะพันธุ์ หมัก ซ่อมแซม สำรวจ สอน ถ่ายรูป ขาย แจกจ่าย ทำบัญชี ออมเงิน'.split(
    ' ',
  );
const WHAT =
  'ปุ๋ยหมัก ปุ๋ยอินทรีย์ น้ำหมักชีวภาพ กล้าไม้ ข้าวสังข์หยด เมล็ดพันธุ์ ปลานิล ปูดำ กุ้งแชบ๊วย น้ำเค็ม คลองส่งน้ำ ประตูระบายน้ำ บัญชีครัวเรือน กองทุนหมู่บ้าน สวัสดิการวันละบาท สมุนไพร ขมิ้นชัน มังคุด ยางพารา ปาล์มน้ำมัน เตาเผาถ่าน น้ำส้มควันไม้ ขยะเปียก ไส้เดือนดิน ถังดักไขมัน หนังตะลุง ผ้ายกเมืองนคร เครื่องถม กระจูด ย่านลิเภา โรคเบาหวาน ความดันโลหิต ลูกน้ำยุงลาย'.split(
    ' ',
  );
const WHERE =
  'บางจาก ปากพูน ท่าซัก ท่าไร่ ปากนคร นาเคียน กำแพงเซา ไชยมนตรี มะม่วงสองต้น นาทราย โพธิ์เสด็จ บ้านมะขามเรียง ศาลาหมู่บ้าน วัดพระธาตุ โรงเรียนวัดโคกโพธิ์ ห้องสมุดประชาชน อบต. อำเภอเมือง ริมคลอง ป่าชายเลน'.split(
    ' ',
  );
const WHEN = 'เมื่อเช้า เมื่อวาน วันพระ หน้าฝน หน้าแล้ง ปลายเดือน หลังสงกรานต์ ปีก่อน สัปดาห์นี้'.split(' ');
const HOW = 'ได้ผลดี ยังไม่ได้ผล ช้ากว่าที่คิด ประหยัดค่าใช้จ่าย ลดต้นทุน ต้องลองใหม่ ควรทำต่อ น่าเป็นห่วง'.split(' ');

/** Phrases of people, not of a list: real Thai between the made-up. */
const PHRASES = readFileSync(seed.file, 'utf8')
  .split(/[\s\u00a0]+/)
  .filter((phrase) => /^[\u0e01-\u0e4e]{8,}$/.test(phrase));

export interface Telling {
  title: string;
  /** Markdown. */
  source: string;
  tags: string[];
}

/** So many entries, of about 700 characters each. */
export function* tellings({ count, seed = 1 }: { count: number; seed?: number }): Generator<Telling> {
  const chance = chanceOf(seed);
  for (let n = 0; n < count; n++) {
    const paragraphs = Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => sentence(chance)).join(' '));
    yield {
      title: `${one(chance, WHAT)}ที่${one(chance, WHERE)} ตอนที่ ${chance.between(1, 40)}`,
      source: paragraphs.join('\n\n'),
      tags: [one(chance, WHAT), one(chance, WHERE).replace('.', '')],
    };
  }
}

function sentence(chance: Chance): string {
  const [who, did, what] = [one(chance, WHO), one(chance, DID), one(chance, WHAT)];
  const [where, when, how] = [one(chance, WHERE), one(chance, WHEN), one(chance, HOW)];
  const moo = `หมู่ที่ ${chance.between(1, 12)}`;
  return one(chance, [
    `${when}${who}ไป${did}เรื่อง${what}ที่${where} ${how}`,
    `${who}เล่าว่า${when}ได้${did}${what} แล้ว${how}`,
    `พวกเราช่วยกัน${did}${what} ${moo} ${where} ปี ${chance.between(2540, 2569)}`,
    `${one(chance, PHRASES)} ${who}จึงชวน${one(chance, WHO)}มา${did}`,
    `โครงการ${what}ของ${where}${how} เพราะ${who}${did}ทุกวัน`,
    `ใช้เงิน ${chance.between(1, 900) * 10} บาท ซื้อ${what} ${one(chance, PHRASES)}`,
  ]);
}

/** Questions as people ask them: a word, several, one with a number, a few words run together, the beginning of one. */
export function questions({ count, seed = 7 }: { count: number; seed?: number }): string[] {
  const chance = chanceOf(seed);
  const lists = [WHO, DID, WHAT, WHERE, HOW];
  const word = () => one(chance, one(chance, lists));
  return Array.from({ length: count }, (_, n) => {
    switch (n % 8) {
      case 0:
      case 1:
        return word();
      case 2:
        return one(chance, WHAT);
      case 3:
        return `${word()} ${word()}`;
      case 4:
        return `${one(chance, WHAT)}ที่${one(chance, WHERE)}`;
      case 5:
        return one(chance, PHRASES);
      case 6:
        return `หมู่ที่ ${chance.between(1, 12)} ${one(chance, WHERE)}`;
      default:
        return `เรื่อง${one(chance, WHAT)}`;
    }
  });
}

function one<T>(chance: Chance, things: readonly T[]): T {
  const thing = things[chance.between(0, things.length - 1)];
  if (thing === undefined) throw new Error('nothing to choose from');
  return thing;
}
