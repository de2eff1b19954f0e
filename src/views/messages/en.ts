// Every word of the pages in English. `typeof th` makes a missing or superfluous key an error of the compiler.
import { counted } from './counted.ts';
import { desk } from './desk-en.ts';
import { lists } from './lists-en.ts';
import { search } from './search-en.ts';
import type { th } from './th.ts';

export const en: typeof th = {
  shell: {
    skip: 'Skip to content',
    menuName: 'Main menu',
    menu: 'Menu',
    home: 'Home',
    blogs: 'Blogs',
    tags: 'Tags',
    search: 'Search',
    reading: 'Following',
    desk: 'My desk',
    write: 'Write an entry',
    signIn: 'Sign in',
    signOut: 'Sign out',
    otherLanguage: 'ไทย',
    crumbs: 'Where this page is',
    practice: 'Practice mode: nothing is sent outside, and what is written here cannot move to the real node',
    made: 'Runs on Wethi, free software',
    software: 'Wethi',
  },

  count: {
    entries: (n) => counted(n, 'entry', 'entries'),
    comments: (n) => (n === 0 ? 'No comments yet' : counted(n, 'comment', 'comments')),
    parts: (n) => counted(n, 'part', 'parts'),
    held: (n) => `${counted(n, 'comment', 'comments')} held`,
  },

  entry: {
    label: (number) => `Entry ${number}`,
    number: 'Entry number',
    written: 'Written',
    revised: 'Revised',
    licence: 'Licence',
    comments: 'Comments',
    commentCount: (n) => counted(n, 'comment', 'comments'),
    reads: 'Read',
    times: (n) => counted(n, 'time', 'times'),
    read: (n) => (n === 0 ? 'Not read yet' : `Read ${counted(n, 'time', 'times')}`),
    original: 'Original',
    importedAs: (system, number) => `Imported from ${system}, number ${number}`,
    highlight: 'Highlight: ',
    series: 'Series',
    part: (part) => `Part ${part}`,
    partOf: (part, last) => `Part ${part} of ${last}`,
    missingParts: (from, to) => (from === to ? `Part ${from} is not here yet` : `Parts ${from}–${to} are not here yet`),
    previousPart: 'Previous part',
    nextPart: 'Next part',
    noPart: 'None yet, see the whole series',
    likes: 'Likes',
    shares: 'Shares',
    quotes: 'Quotes',
    joinIn: 'Join in',
    tags: 'Tags',
    source: 'Source',
    share: 'Pass this entry on',
    shareByLine: 'Send by LINE',
    shortAddress: 'Or copy its address',
    onlyAuthor: 'Only the author sees this',
    revise: 'Edit entry',
    draft: 'This draft is not published',
    draftNext: 'Only its author sees it. Press Edit entry to go on writing or to publish.',
  },

  thread: {
    title: (n) => (n === 0 ? 'Comments' : `Comments (${n})`),
    writeComment: 'Write a comment',
    reply: 'Reply',
    viewOriginal: 'View original',
    link: 'Link',
    answering: (name) => `Answers ${name}`,
    author: 'Author',
    imported: 'Imported with the entry',
    reader: 'A reader',
    readerFrom: (system) => `A reader of ${system}`,
    undated: 'No date given',
    deleted: 'This comment was deleted',
    notShown: 'This comment is not shown',
    onlyModerators: 'Only the author and moderators see this',
    heldWhy: 'Held until the author or a moderator has looked at it',
    show: 'Show',
    hide: 'Don’t show',
    empty: 'Nobody has sat down yet',
    emptyNext: 'Ask a question, or tell how you do it where you live',
    emptyAct: 'Answer from my account',
    closed: 'This blog takes no comments',
    closedNext: 'Pass the entry on to somebody you would like to talk to, or write your own and link here.',
  },

  follow: {
    blog: 'Follow this blog',
    team: 'Follow this group',
    organisation: 'Follow this forum',
    how: 'Use your Mastodon account or any other server. There is nothing to sign up for.',
    account: 'Your account',
    accountSample: '@you@your.server',
    act: 'Follow',
    copyHandle: 'Or copy the name and search for it yourself',
    pageLead: 'Enter the account you already have. We take you to your own server, where you press follow.',
  },

  answer: {
    title: 'Answer from your own account',
    how: 'Enter your account and we take you to your own server to answer. Your answer comes back and shows below this entry.',
    act: 'Go and answer',
    copyEntry: 'Or copy the entry’s address and search for it yourself',
    copyComment: 'Or copy the comment’s address and search for it yourself',
    asBlog: 'Answer as a blog',
    blog: 'Answer as',
    text: 'Comment',
    textHint: 'Whoever you answer is told on their own server',
    send: 'Send comment',
    pageEntry: 'Comment on the entry',
    pageComment: (name) => `Answer ${name}`,
    back: 'Back to the entry',
  },

  remote: {
    notAnAccount: 'This account cannot be read. Write both the name and the server, such as @you@your.server.',
    serverNotFound: (host) =>
      `The server ${host} could not be reached. Check the spelling and try again, or copy the address below and search for it on your server.`,
    noWayIn: (host) =>
      `The server ${host} does not say where to take you. Copy the address below and paste it into the search field of that server.`,
  },

  links: {
    verified: 'Verified',
    verifiedHow: 'That page links back here, so both are of the same hand',
  },
  home: {
    latest: 'Latest entries',
    featured: 'Featured entry',
    blogs: 'Blogs',
    allBlogs: (n) => (n === 1 ? 'The one blog' : `All ${n} blogs`),
    tags: 'Tags',
    allTags: 'All tags',
    figureBlogs: 'Blogs',
    figureEntries: 'Entries',
    figureComments: 'Comments',
    empty: 'No entries yet',
    emptyNext: 'The first one starts with one question: what did you try today?',
    notSetUp: 'This forum is not set up yet',
    notSetUpNext: 'Whoever installed it opens the set-up link printed when the program started. It works once.',
  },

  blogs: {
    title: 'Blogs',
    lead: (n) => `${counted(n, 'blog', 'blogs')} in this forum`,
    empty: 'No blog yet',
    emptyNext: 'The administrator can open a blog, and it will stand here.',
  },

  blog: {
    person: 'Blog',
    team: 'Blog written together',
    all: 'All entries',
    entries: 'Entries',
    comments: 'Comments',
    followers: 'Followers',
    series: 'Series',
    tags: 'Tags of this blog',
    empty: 'Opened, nothing written',
    emptyNext: 'Follow it now, and the first entry will come to you.',
    moved: 'The author of this blog has moved',
    movedNext: 'Everything written here can still be read. Go on reading at',
    closed: 'This blog is closed',
    closedNext: 'All its entries can still be read, but no new ones will come.',
  },

  tag: {
    kicker: 'Tag',
    lead: (entries, posts) =>
      posts === 0
        ? `${counted(entries, 'entry', 'entries')} in this forum`
        : `${counted(entries, 'entry', 'entries')} in this forum, and ${counted(posts, 'post', 'posts')} from other servers that we follow`,
    here: 'In this forum',
    elsewhere: 'From other servers',
    empty: 'No entry in this forum yet',
    emptyNext: 'Write an entry with this tag, and it will stand here.',
    folded: 'Different spellings are folded together',
    foldedHow: 'Whether typed with ๑ or 1, เเ or แ, with a hidden space or without: one page holds them all.',
    all: 'All tags',
  },

  tags: {
    title: 'Tags',
    lead: (n) => `${counted(n, 'tag', 'tags')} used in this forum. Numbers count entries.`,
    empty: 'No tags yet',
    emptyNext: 'Give an entry tags, and people with the same interest will find it.',
  },

  series: {
    kicker: 'Series',
    lead: (here, all) => (here === all ? counted(here, 'part', 'parts') : `${here} of ${all} parts are in this forum`),
    order: 'First part first',
    gap: 'Not in this forum yet',
    gapNext: 'It can be written or imported later. Part numbers will not change.',
    unnumbered: 'No part number',
    latest: 'latest part',
    empty: 'This series has no published entry yet',
    emptyNext: 'Follow the blog, and the first part will come to you.',
  },

  ...lists,

  search,

  reading: {
    title: 'Following',
    lead: 'New entries of the blogs that we follow on other servers',
    posts: 'Latest posts',
    whole: 'Read all of it',
    answer: 'Answer or like',
    following: 'Blogs we follow',
    waiting: 'Waiting for an answer',
    rejected: 'Not accepted',
    by: (blog) => `Followed by ${blog}`,
    add: 'Follow a blog elsewhere',
    address: 'Account or address',
    addressHint: 'Such as @you@your.server, or paste the blog’s address',
    find: 'Find',
    empty: 'No posts yet',
    emptyNext: 'Follow a blog elsewhere, and its new entries will stand here.',
  },

  interaction: {
    follow: 'Follow this account',
    answer: 'Answer this post',
    as: 'As the blog',
    followAct: 'Follow',
    likeAct: 'Like',
    alreadyFollowing: 'Your blog already follows this account',
    noBlog: 'You have no blog yet',
    noBlogNext: 'Ask the administrator to open one for you, then come back to this page.',
    cancel: 'Cancel and go to my desk',
    lookUp: 'Look this address up',
    lookUpWhat:
      'Another site sent you here. If that was your wish, press the button to look this address up on its server.',
    lookUpAct: 'Look it up',
  },

  ...desk,

  pager: {
    name: 'Pages of this list',
    newer: 'Newer',
    older: 'Older',
  },

  licences: {
    'all-rights-reserved': 'All rights reserved',
    'cc-by-4.0': 'Attribution (CC BY 4.0)',
    'cc-by-sa-4.0': 'Attribution, share alike (CC BY-SA 4.0)',
    'cc-by-nc-4.0': 'Attribution, non-commercial (CC BY-NC 4.0)',
    'cc-by-nd-4.0': 'Attribution, no derivatives (CC BY-ND 4.0)',
    'cc-by-nc-sa-4.0': 'Attribution, non-commercial, share alike (CC BY-NC-SA 4.0)',
    'cc-by-nc-nd-4.0': 'Attribution, non-commercial, no derivatives (CC BY-NC-ND 4.0)',
  },

  errors: {
    400: { title: 'This request cannot be read', next: 'Go back, check what you filled in, and send it again.' },
    403: {
      title: 'This page is not open to you',
      next: 'If it is your work, sign in with a name that may see it, or ask the administrator.',
    },
    404: { title: 'There is no such page', next: 'Check the address, or start from the home page.' },
    409: { title: 'Somebody changed this first', next: 'Open the page again to see the latest version, then edit it.' },
    410: {
      title: 'This page was withdrawn',
      next: 'Its author or this forum took it away. Read on from the home page.',
    },
    413: { title: 'What you sent is too large', next: 'Go back, split it into parts, and send it again.' },
    429: { title: 'Too many requests', next: 'Wait a little, then try again.' },
    500: {
      title: 'The forum has a fault',
      next: 'It is not your doing. Wait a little and try again; if it stays, tell the administrator.',
    },
    503: { title: 'The forum has its hands full', next: 'Wait a little, then try again.' },
    goHome: 'Go to the home page',
    goSignIn: 'Sign in',
  },
};
