// A node's folder as an office has it after some weeks: the seed entry with a talk below it, series, tags, a team, a draft,
// a withdrawn entry and posts from elsewhere. Furnished through the domain's acts before, or while, a node serves it.
import { fresh, library, office, seed } from '../../src/cli/demo/world.ts';
import { addBlog, blogByHandle, type CommentPolicy } from '../../src/domain/blogs.ts';
import { instant } from '../../src/domain/clock.ts';
import { decideComment } from '../../src/domain/comments/moderate.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, writeEntry } from '../../src/domain/entries/write.ts';
import { askToFollow, noteFollowAnswer } from '../../src/domain/following.ts';
import { setOrganisation } from '../../src/domain/organisations.ts';
import { receivePost } from '../../src/domain/posts.ts';
import { plainToHtml } from '../../src/domain/text/sanitise.ts';
import { databaseUrl } from '../databases.ts';
import {
  arrivingPost,
  commented,
  meet,
  openWorld,
  published,
  reader,
  stranger,
  type World,
  withSeed,
  words,
} from '../world.ts';
import { freePort, type Place } from './nodes.ts';

export interface Furnished {
  world: World;
  place: Place;
  seed: Entry;
  /** Written here, with three tags and everything that Markdown gives. */
  fresh: Entry;
  draft: Entry;
  withdrawn: Entry;
  /** Comments by who speaks in them; `held` waits for a decision. */
  talk: { reader: string; author: string; again: string; held: string; alsoHeld: string };
}

/** The team's blog beside the office's own. */
export const team = { handle: 'pui_makhamriang', title: 'กลุ่มปุ๋ยหมักบ้านมะขามเรียง' } as const;

const MARKDOWN = `${fresh.source}

> กองร้อนถึง 62 องศาในวันที่เก้า

1. กลับกอง
2. รดน้ำ

| วัน | องศา | ความชื้น | ผู้วัด | สถานที่ | หมายเหตุ |
|---|---:|---:|---|---|---|
| 1 | 35 | 60 | คุณกิจหมู่ที่ ๑ | บ้านมะขามเรียง | ตั้งกองใหม่ข้างโรงเรือน ใช้ฟางกับมูลวัว |
| 9 | 62 | 45 | คุณอำนวย | บ้านมะขามเรียง | กลับกองครั้งที่สอง |

    กากน้ำตาล 1 : น้ำ 100 : หัวเชื้อจุลินทรีย์ 1 ผสมแล้วรดให้ทั่วกองก่อนคลุม ${'ปุ๋ยหมัก'.repeat(20)}

https://example.org/${'wethi'.repeat(30)}

อ่านต่อที่ [เวทีชาวบ้าน](https://example.org/wethi)`;

/** Makes the folder. `origin` is where the world finds it; a free port of this machine unless it is given. */
export async function furnish({
  network,
  origin,
  comments = 'hold-first',
}: {
  network: Place['network'];
  origin?: string;
  comments?: CommentPolicy;
}): Promise<Furnished> {
  const port = await freePort();
  const home = origin ?? `http://${network === 'loopback' ? '127.0.0.1' : 'localhost'}:${port}`;
  const world = await openWorld({ origin: home, comments });
  const { db, clock, author } = world;
  await setOrganisation(db, {
    ...office.organisation,
    summary: 'เล่าสิ่งที่ได้ลงมือทำ แล้วแลกเปลี่ยนเรียนรู้กัน',
    origin: home,
    clock,
  });
  await addBlog(db, { ...team, author: author.username, kind: 'team', summary: 'เขียนร่วมกันห้าคน', clock });
  const { title: series } = seed.series;
  const seedEntry = await withSeed(world, home);
  await published(world, { title: `${series} ตอนที่ 8`, series, part: 8, tags: [seed.tag] }, home);
  const freshEntry = await published(world, { ...fresh, tags: [...fresh.tags], source: MARKDOWN }, home);
  await published(
    { ...world, blog: await teamOf(world) },
    { title: 'Compost', language: 'en', tags: ['compost'] },
    home,
  );
  const gone = await published(world, { title: 'เขียนผิดที่' }, home);
  await withdrawEntry(db, { id: gone.id, clock });
  await follow(world);
  const furnished = {
    world,
    place: { origin: home, port, folder: world.folder, database: databaseUrl(world), network },
    seed: seedEntry,
    fresh: freshEntry,
    draft: await draft(world, home),
    withdrawn: gone,
    talk: await talk(world, seedEntry, home),
  };
  // All that was weeks ago. Told now, it would be sent to servers that do not exist.
  await db
    .updateTable('happenings')
    .set({ told: instant(clock) })
    .execute();
  return furnished;
}

async function teamOf({ db }: World) {
  const blog = await blogByHandle(db, { handle: team.handle });
  if (blog === null) throw new Error('the team has no blog');
  return blog;
}

async function draft({ db, clock, blog, author }: World, origin: string): Promise<Entry> {
  const given = words({ title: 'ร่างที่ยังไม่เสร็จ', tags: ['น้ำ'] });
  const written = await writeEntry(db, { blog: blog.id, author: author.id, words: given, as: 'draft', origin, clock });
  if (!written.ok) throw new Error('the draft was refused');
  return written.entry;
}

/** Three levels, five voices: the reader, the author's answer, the reader again, and two strangers who wait. */
async function talk(world: World, entry: Entry, origin: string): Promise<Furnished['talk']> {
  const { db, clock, blog } = world;
  const say = async (parent: string | null, source: string) => {
    clock.pass({ minutes: 5 });
    return (
      await writeComment(db, {
        blog: blog.id,
        place: { entry: entry.id, parent },
        source,
        language: 'th',
        origin,
        clock,
      })
    ).id;
  };
  const hear = async (actor: typeof reader, parent: string | null, text: string) => {
    clock.pass({ minutes: 5 });
    const uri = `https://${actor.host}/notes/${clock.now()}`;
    return (
      await commented(world, {
        actor,
        entry,
        parent,
        uri,
        html: plainToHtml(text),
        published: new Date(clock.now()).toISOString(),
      })
    ).id;
  };
  await meet(world, reader);
  await meet(world, stranger);
  const first = await hear(reader, null, 'ที่ตำบลเราเริ่มจากให้คุณกิจส่งรูปก่อน แล้วคุณลิขิตช่วยเขียน');
  await decideComment(db, { id: first, decision: 'show', viewer: 'operator' });
  const author = await say(first, 'ขอบคุณครับ วิธีให้ส่งรูปก่อนน่าสนใจมาก');
  const again = await hear(reader, author, 'สองเดือนก็เริ่มเขียนเองได้');
  await say(again, 'ขอนำไปลองกับกลุ่มที่บ้านมะขามเรียง');
  const held = await hear(stranger, null, 'อยากให้มีตอนต่อไป');
  const alsoHeld = await hear({ ...stranger }, again, 'ซื้อปุ๋ยราคาถูกได้ที่นี่');
  return { reader: first, author, again, held, alsoHeld };
}

/** Somebody whom the blog follows, with an article and a note of theirs. */
async function follow(world: World): Promise<void> {
  const { db, clock, blog } = world;
  const writer = {
    ...reader,
    id: 'https://books.example/users/library',
    handle: 'library',
    host: 'books.example',
    name: library.organisation.name,
  };
  await meet(world, writer);
  const { activity } = await askToFollow(db, { follower: blog.id, actor: writer.id, clock });
  await noteFollowAnswer(db, { actor: writer.id, activity, follower: null, answer: 'accepted' });
  const article = { summary: 'ห้องสมุดเปิดวันเสาร์ มีคอมพิวเตอร์ให้ใช้', tags: [seed.tag] };
  await receivePost(db, { post: arrivingPost(writer, article), clock });
  const note = arrivingPost(writer, {
    id: 'https://books.example/posts/2',
    type: 'Note',
    title: null,
    tags: [seed.tag],
  });
  await receivePost(db, { post: note, clock });
}
