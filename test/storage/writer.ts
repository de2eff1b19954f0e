// Another process, as the command line is beside the server: brings the database forward, then writes so many settings, each
// in a transaction that reads first. Run as `node writer.ts PATH NAME COUNT`.
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { inTransaction } from '../../src/storage/transaction.ts';

const [path = '', name = '', count = '0'] = process.argv.slice(2);
const db = openDatabase({ path });
await migrate(db, { path });
for (let i = 0; i < Number(count); i++) await inTransaction(db, (db) => readThenWrite(db, `${name}-${i}`));
await db.destroy();

async function readThenWrite(db: Db, key: string): Promise<void> {
  const before = await db.selectFrom('settings').selectAll().execute();
  await db
    .insertInto('settings')
    .values({ key, value: String(before.length) })
    .execute();
}
