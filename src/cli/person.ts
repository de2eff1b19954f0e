// `wethi person add|password|disable|enable|list`: who may sign in. Passwords come by stdin and never stand in the shell's history.
import { type Command, Option } from 'commander';
import { readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { addPerson, disablePerson, enablePerson, ROLES, type Role, setPassword } from '../domain/people.ts';
import { peopleHere } from '../domain/reading/operator.ts';
import { withDatabase } from './database.ts';
import { passwordFromStdin } from './input.ts';
import { type Asked, answer, inBoth } from './say.ts';

const PASSWORD_FLAG = ['--password-stdin', 'อ่านรหัสผ่านจากบรรทัดแรกของ stdin · read the password from stdin'] as const;

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('add')
    .description('เพิ่มสมาชิก · add somebody who may sign in')
    .argument('<username>')
    .addOption(new Option('--role <role>', 'หน้าที่ · role').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'ชื่อที่แสดง · name as shown')
    .requiredOption(...PASSWORD_FLAG)
    .action(add);
  command
    .command('password')
    .description('ตั้งรหัสผ่านใหม่ และให้ออกจากระบบทุกเครื่อง · give a new password and end every session')
    .argument('<username>')
    .requiredOption(...PASSWORD_FLAG)
    .action(password);
  command
    .command('disable')
    .description('ไม่ให้เข้าสู่ระบบอีก สิ่งที่เขียนไว้ยังอยู่ · keep somebody from signing in')
    .argument('<username>')
    .action(disable);
  command
    .command('enable')
    .description('ให้เข้าสู่ระบบได้อีกครั้ง · let somebody sign in again')
    .argument('<username>')
    .action(enable);
  command.command('list').description('รายชื่อสมาชิก · everybody who may sign in').action(list);
}

async function add(username: string, options: Asked & { role: Role; name?: string }): Promise<void> {
  const config = readConfig();
  const password = await passwordFromStdin(config);
  const person = await withDatabase(config, (db) =>
    addPerson(db, { username, name: options.name ?? '', role: options.role, password, clock: systemClock }),
  );
  const { name, role } = person;
  answer(options, {
    value: { username, name, role },
    lines: [inBoth({ th: `เพิ่มสมาชิก ${username} แล้ว`, en: `${username} may sign in now` }, config.language)],
  });
}

async function password(username: string, options: Asked): Promise<void> {
  const config = readConfig();
  const password = await passwordFromStdin(config);
  await withDatabase(config, (db) => setPassword(db, { username, password }));
  answer(options, {
    value: { username },
    lines: [
      inBoth(
        {
          th: `เปลี่ยนรหัสผ่านของ ${username} แล้ว ต้องเข้าสู่ระบบใหม่`,
          en: `${username} has a new password and must sign in again`,
        },
        config.language,
      ),
    ],
  });
}

async function disable(username: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => disablePerson(db, { username }));
  answer(options, {
    value: { username, disabled: true },
    lines: [inBoth({ th: `${username} เข้าสู่ระบบไม่ได้แล้ว`, en: `${username} can no longer sign in` }, config.language)],
  });
}

async function enable(username: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => enablePerson(db, { username }));
  answer(options, {
    value: { username, disabled: false },
    lines: [inBoth({ th: `${username} เข้าสู่ระบบได้อีกครั้ง`, en: `${username} may sign in again` }, config.language)],
  });
}

async function list(options: Asked): Promise<void> {
  const config = readConfig();
  const people = await withDatabase(config, peopleHere);
  const disabled = inBoth({ th: 'ปิดไว้', en: 'disabled' }, config.language);
  answer(options, {
    value: people,
    lines: people.map((person) =>
      [person.username, person.role, person.name, person.disabled ? disabled : ''].join('\t'),
    ),
  });
}
