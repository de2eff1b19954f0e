// What a person hands to a command: numbers, seconds, files, and a password that must not stand in a shell's history.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { InvalidArgumentError } from 'commander';
import type { Config } from '../config.ts';
import { Refusal } from '../domain/refusal.ts';
import { say } from './say.ts';

/** A file that is larger is certainly not an entry. */
const FILE_BYTES_MAX = 20 * 1024 * 1024;

/** Reads a whole number of at least 0, for an option or an argument. @throws InvalidArgumentError (exit 64). */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Collects an option that may be given more than once. */
export function collected(text: string, before: string[]): string[] {
  return [...before, text];
}

/** The bytes of a file, or of stdin for `-`. @throws Refusal that says what to do. */
export async function bytesOf(file: string): Promise<Uint8Array> {
  const bytes = file === '-' ? await stdinBytes() : await fileBytes(file);
  if (bytes.length <= FILE_BYTES_MAX) return bytes;
  throw new Refusal('too-large', {
    th: `${file} ใหญ่เกิน 20 MB ตรวจว่าเป็นไฟล์ข้อความของบันทึกเดียว`,
    en: `${file} is over 20 MB; check that it is the text of one entry`,
  });
}

/** The text of a UTF-8 file, or of stdin for `-`. @throws Refusal that says what to do. */
export async function textOf(file: string): Promise<string> {
  const bytes = await bytesOf(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refusal('invalid', {
      th: `${file} ไม่ได้บันทึกเป็น UTF-8 เปิดไฟล์แล้วบันทึกใหม่โดยเลือกรหัสอักขระ UTF-8`,
      en: `${file} is not UTF-8; open it and save it again with the encoding UTF-8`,
    });
  }
}

/** The first line of stdin; on a terminal it asks and does not show what is typed. */
export async function passwordFromStdin(config: Config): Promise<string> {
  if (process.stdin.isTTY) return await askedPassword(config);
  const text = (await stdinBytes()).toString('utf8');
  return text.split(/\r?\n/, 1)[0] ?? '';
}

async function askedPassword(config: Config): Promise<string> {
  say(
    { th: 'พิมพ์รหัสผ่านแล้วกด Enter จะไม่แสดงบนจอ', en: 'type the password and press Enter; it is not shown' },
    config.language,
  );
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
  }
}

async function fileBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Refusal('not-found', {
      th: `อ่านไฟล์ ${file} ไม่ได้ (${String(error.code)}) ตรวจชื่อไฟล์และโฟลเดอร์`,
      en: `the file ${file} cannot be read (${String(error.code)}); check its name and folder`,
    });
  }
}

async function stdinBytes(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
