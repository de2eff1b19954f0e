// Queries that are asked on the way to every page, put together and compiled once for each database: that took longer than
// most of them take to run.
import type { Compilable, CompiledQuery } from 'kysely';
import type { Db } from './database.ts';

/** Where a value will stand. */
class Gap {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const GAPS = new Proxy({}, { get: (_, name) => new Gap(String(name)) });

/**
 * A query of one shape. `build` is called once for each database, with nothing but places for the values in `given`, so it may
 * put them into the query and not look at them. In a transaction the same compiled query is run.
 */
export function prepared<Given extends Record<string, string | number>, Row>(
  build: (db: Db, given: Given) => Compilable<Row>,
): (db: Db, given: Given) => Promise<Row[]> {
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return async (db, given) => {
    // A transaction has a handle of its own, and its database's adapter.
    const { adapter } = db.getExecutor();
    let query = compiled.get(adapter);
    if (query === undefined) {
      query = build(db, GAPS as Given).compile();
      compiled.set(adapter, query);
    }
    const parameters = query.parameters.map((value) => (value instanceof Gap ? given[value.name] : value));
    return (await db.executeQuery<Row>({ ...query, parameters })).rows;
  };
}
