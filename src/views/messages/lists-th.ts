// The words of the ways through all that was written, in Thai: a part of th.ts.

export const lists = {
  archive: {
    title: 'คลังบันทึก',
    lead: (entries: number, years: number) => `${entries} บันทึก จาก ${years} ปี`,
    inYear: (entries: number) => `${entries} บันทึกในปีนี้`,
    years: 'เลือกปี',
    months: 'ไปที่เดือน',
    all: 'ทุกปี',
    byYear: 'ดูตามปี',
    empty: 'ยังไม่มีบันทึก',
    emptyNext: 'เมื่อมีบันทึกแรก ปีที่เขียนจะมาอยู่ตรงนี้',
    goBlog: 'ไปที่บล็อก',
  },

  feeds: {
    node: 'ฟีดของเวทีนี้',
    blog: 'ฟีดของบล็อกนี้',
    tag: 'ฟีดของคำสำคัญนี้',
    series: 'ฟีดของชุดนี้',
    what: 'คัดลอกลิงก์ไปใส่ในโปรแกรมอ่านฟีด บันทึกใหม่จะไปถึงคุณโดยไม่ต้องมีบัญชี',
  },
};
