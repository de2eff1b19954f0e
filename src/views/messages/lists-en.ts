// The words of the ways through all that was written, in English: a part of en.ts.
import { counted } from './counted.ts';
import type { lists as thai } from './lists-th.ts';

export const lists: typeof thai = {
  archive: {
    title: 'Archive',
    lead: (entries, years) => `${counted(entries, 'entry', 'entries')} from ${counted(years, 'year', 'years')}`,
    inYear: (entries) => `${counted(entries, 'entry', 'entries')} in this year`,
    years: 'Choose a year',
    months: 'Go to a month',
    all: 'All years',
    byYear: 'By year',
    empty: 'No entries yet',
    emptyNext: 'With the first entry, the year it was written in will stand here.',
    goBlog: 'Go to the blog',
  },

  feeds: {
    node: 'Feeds of this forum',
    blog: 'Feeds of this blog',
    tag: 'Feeds of this tag',
    series: 'Feeds of this series',
    what: 'Copy a link into a feed reader, and new entries reach you without any account',
  },
};
