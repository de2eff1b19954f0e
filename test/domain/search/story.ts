// The questions of story 9 (thai.md §3) about the entry of 2006, for the test and for the table of docs/search.md.

export const STORY: { typed: string; found: boolean }[] = [
  { typed: 'คุณอำนวย', found: true },
  { typed: 'ตำบล', found: true },
  { typed: 'จัดการความรู้', found: true },
  { typed: 'การจัดการความรู้', found: true },
  { typed: 'อบต.', found: true },
  { typed: 'ปุ๋ยหมัก', found: true },
  { typed: 'บางจาก', found: true },
  { typed: 'หมู่ที่ 1', found: true },
  { typed: 'ตอนที่ 9', found: true },
  { typed: 'คน', found: true },
  { typed: 'ปุยหมัก', found: false },
];
