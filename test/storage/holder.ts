// Another program that is writing to a new database just now: says when it has begun, and ends a third of a second later.
import Sqlite from 'better-sqlite3';

const [, , path = ''] = process.argv;
const file = new Sqlite(path);
file.exec('begin immediate');
process.stdout.write('begun\n');
setTimeout(() => {
  file.exec('commit');
  file.close();
}, 300);
