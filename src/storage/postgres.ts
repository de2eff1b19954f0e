// The engine for more than one machine: a pool of connections to a server, speaking the same portable subset as the file.
import {
  type ColumnDefinitionNode,
  CompiledQuery,
  type DataTypeNode,
  HandleEmptyInListsPlugin,
  Kysely,
  type Logger,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  PostgresQueryCompiler,
  replaceWithNoncontingentExpression,
} from 'kysely';
import pg from 'pg';
import type { Db, Opened } from './database.ts';
import { Names } from './names.ts';
import { boardOf, SHOWN } from './postgres-board.ts';
import type { Tables } from './tables.ts';

/** Connections at once, of the writer and of the pages; a server allows a hundred in all unless told otherwise. */
const CONNECTIONS_MAX = 8;

/** Milliseconds to wait for a connection before the query fails. */
const CONNECT_MS_MAX = 10_000;

/** Milliseconds that one question of a page may take: a stranger's dear one must not keep the others waiting. */
const READ_MS_MAX = 15_000;

/** The type numbers of `bigint` and of what sums of it become (pg_type.dat of PostgreSQL). */
const INT8 = 20;
const NUMERIC = 1700;

/** The first whole number that a `bigint` cannot hold. */
const INT8_MAX = 2n ** 63n;

/** Whether `path` is a server's address, not a file's. */
export function isAddress(path: string): boolean {
  return /^postgres(ql)?:\/\//.test(path);
}

/** The address as it may be shown. */
export function addressWithoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  url.searchParams.delete('password');
  return url.href;
}

/** Whether this handle, or this transaction's, is of PostgreSQL. */
export function isPostgres(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Opens pools lazily: a server that cannot be reached is noticed by the first query. */
export function openPostgres({ address, readonly, log }: { address: string; readonly: boolean; log?: Logger }): Opened {
  const board = boardOf(address);
  const pool = new pg.Pool({
    connectionString: address,
    application_name: 'wethi',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A connection that breaks is thrown away: whoever used it is told by their query, and the next one opens another or says why
  // it cannot. An event that nobody hears would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined).on('notification', board.read));
  const db = new Kysely<Tables>({
    dialect: new PortablePostgres({
      pool: asWritten(pool),
      // A connection is told of its own commits before they are answered, so this process never waits for the news of them.
      onCreateConnection: async (connection) => {
        const first = readonly
          ? ['set default_transaction_read_only = on', `set statement_timeout = ${READ_MS_MAX}`]
          : [`listen ${SHOWN}`];
        for (const statement of first) await connection.executeQuery(CompiledQuery.raw(statement));
      },
    }),
    plugins: [
      new Names(),
      // Nothing is in an empty list; SQLite knows that, and to PostgreSQL `in ()` is a mistake.
      new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression }),
    ],
    ...(log !== undefined && { log }),
  });
  const leave = board.join();
  const destroy = db.destroy.bind(db);
  // The driver is not told of the end of a handle that was never asked anything.
  db.destroy = async () => {
    await leave();
    await destroy();
  };
  return { db, shown: board.shown, whenAdded: board.whenAdded, shared: true };
}

/** Numbers are numbers, as on SQLite: none that we count comes near the 2^53 from which on they would not be exact. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (type, format) =>
  type === INT8 || type === NUMERIC ? Number : pg.types.getTypeParser(type, format);

/**
 * The pool with three differences. PostgreSQL's text cannot hold U+0000, which SQLite's can and strangers send: it becomes the
 * replacement character, everywhere alike, so that what is kept is also found. A number that is too large to be there, as
 * strangers write it into addresses, is not found instead of failing. And what goes wrong bears the database's name,
 * so that it can be told from a peer's doing.
 */
function asWritten(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const wrapped = (client: pg.PoolClient): PostgresPoolClient => {
    const known = clients.get(client);
    if (known !== undefined) return known;
    const query = async (text: string, parameters: readonly unknown[] = []) => {
      try {
        return await client.query(text, parameters.map(storable));
      } catch (error) {
        throw named(error);
      }
    };
    // Without cursors, which nobody here asks for. The pool gives `release` anew each time.
    const release: PostgresPoolClient['release'] = (destroy) => client.release(destroy);
    const made = { query, release } as unknown as PostgresPoolClient;
    clients.set(client, made);
    return made;
  };
  return {
    options: pool.options,
    connect: async () => {
      try {
        return wrapped(await pool.connect());
      } catch (error) {
        throw named(error);
      }
    },
    end: () => pool.end(),
  };
}

function storable(value: unknown): unknown {
  if (typeof value === 'number' && value >= INT8_MAX) return String(INT8_MAX - 1n);
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}

function named(error: unknown): unknown {
  if (error instanceof Error) error.name = 'PostgresError';
  return error;
}

class PortablePostgres extends PostgresDialect {
  override createQueryCompiler(): PostgresQueryCompiler {
    return new PortableTypes();
  }
}

/**
 * The words in which migrations name SQLite's types, said in PostgreSQL's. An integer has 64 bits there. Text is sorted and compared by its bytes as SQLite
 * does, whatever the database's locale: instants, ids and keys must stand in one order everywhere.
 */
class PortableTypes extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    if (node.dataType === 'blob') this.append('bytea');
    else if (node.dataType === 'integer') this.append('bigint');
    else if (node.dataType === 'text') this.append('text collate "C"');
    else super.visitDataType(node);
  }

  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    if (node.autoIncrement) {
      // By default: a number that is given is taken, as a restored copy's rows need.
      this.visitNode(node.column);
      this.append(' bigint generated by default as identity primary key');
    } else super.visitColumnDefinition(node);
  }
}
