// Names are written apart in the database (`moved_to`) and together in the code (`movedTo`).
import { CamelCasePlugin, type PluginTransformResultArgs, type QueryResult, type UnknownRow } from 'kysely';

/**
 * As the plugin that it extends, but it looks at the names once for each answer and not for each row, and leaves rows alone whose
 * names are the same in both. What is inside of a value stays as it is.
 */
export class Names extends CamelCasePlugin {
  override async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const [first] = result.rows;
    if (first === undefined) return result;
    const names = Object.keys(first).map((apart) => ({ apart, together: this.camelCase(apart) }));
    if (names.every(({ apart, together }) => apart === together)) return result;
    const rows = result.rows.map((row) => {
      const named: UnknownRow = {};
      for (const { apart, together } of names) named[together] = row[apart];
      return named;
    });
    return { ...result, rows };
  }
}
