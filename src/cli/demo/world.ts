// The named world: two offices, their blogs and what they write. The demo and the tests live in the same one.
// The seed entry and its comment are real (GotoKnow 58082, 2006); everybody else is named by their role.
import { fileURLToPath } from 'node:url';

/** The subdistrict office whose facilitator brings the seed entry home. */
export const office = {
  organisation: { name: 'องค์การบริหารส่วนตำบลบางจาก', handle: 'obt_bang_chak', area: '800119' },
  person: { username: 'amnuay', name: 'คุณอำนวยตำบล', password: 'ปุ๋ยหมักระบบกองเติมอากาศ' },
  blog: { handle: 'khunamnuay_muang', title: 'การส่งเสริมอาชีพโดยกระบวนการจัดการความรู้' },
} as const;

/** The provincial library that reads along and answers. */
export const library = {
  organisation: { name: 'ห้องสมุดประชาชนจังหวัด', handle: 'hongsamut', area: '8001' },
  person: { username: 'bannarak', name: 'บรรณารักษ์', password: 'ห้องสมุดเปิดวันเสาร์ทุกสัปดาห์' },
  blog: { handle: 'hong_an', title: 'ห้องอ่านของห้องสมุด' },
} as const;

/** The real entry of 2006 and what its import must give (thai.md §6). */
export const seed = {
  file: fileURLToPath(new URL('./gotoknow-58082.txt', import.meta.url)),
  original: '58082',
  title: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร ตอนที่9',
  highlight: 'การใช้สื่อเทคโนโลยีอินเตอร์เน็ต เป็นอีกส่วนหนึ่งที่ คุณอำนวยตำบลสามารถพัฒนาตนเองให้เป็นคนที่ทันสมัย ทันต่อเหตุการณ์',
  tag: 'รักเธอประเทศไทย',
  published: '2006-11-09T02:30:00.000Z',
  revised: '2012-02-11T09:17:00.000Z',
  licence: 'all-rights-reserved',
  series: { title: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร', part: 9 },
  comment: 'ถ้าคุณอำนวยตำบลได้มาเรียนกันที่ ชุมชนเสมือนจริง\u00a0 (Weblog)\u00a0ก็ถือได้ว่า เยี่ยมยอดเลยนะคะ',
} as const;

/** An entry written today, in the seed's own words. */
export const fresh = {
  title: 'กลับมาเปิดเวทีอีกครั้ง: ปุ๋ยหมักและน้ำ',
  revisedTitle: 'กลับมาเปิดเวทีอีกครั้ง: ปุ๋ยหมัก น้ำ และคุณกิจ',
  highlight: 'นอกจากการเรียนรู้ในเวทีชาวบ้านที่ได้ปฏิบัติจริงแล้ว ยังแลกเปลี่ยนเรียนรู้กันทางอินเตอร์เน็ตได้อีกด้วย',
  tags: ['รักเธอประเทศไทย', 'น้ำ', 'ปุ๋ยหมัก'],
  /** น้ำ as Mastodon sends it: SARA AM taken apart by NFKC. The page must be the same (thai.md §0.3). */
  tagTakenApart: 'น\u0e49\u0e4d\u0e32',
  source: `## ที่บ้านมะขามเรียง

กลุ่มเกษตรอินทรีย์เปิดกองปุ๋ยหมักระบบกองเติมอากาศ หมู่ที่ ๑ ตำบลบางจาก

- วัดความร้อนทุกเช้า
- จดไว้ในเวที แล้วให้ตำบลอื่นถาม`,
  revisedSource: 'คุณกิจเขียนเองแล้ววันนี้ ดู **กองที่สอง** ได้ที่บ้านมะขามเรียง',
  comment: 'ห้องสมุดมีคอมพิวเตอร์ให้ใช้วันเสาร์ ชวนกันมาเขียนได้',
  secondComment: 'บันทึกนี้ยังใช้ได้อยู่ ทุกตำบลควรได้อ่าน',
} as const;
