import type { Pool, QueryResultRow } from 'pg';
import type { Statements } from './database.ts';

/** A statement that each connection parses and plans once, and knows by its name from then on. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

export async function runPrepared<Row extends QueryResultRow>(
  statements: Statements,
  prepared: Prepared,
  values: readonly (string | number)[],
): Promise<readonly Row[]> {
  // The driver below drizzle, which puts no name to a statement that is written as SQL.
  const { $client } = statements as Statements & { readonly $client: Pick<Pool, 'query'> };
  const { rows } = await $client.query<Row>({ ...prepared, values: [...values] });
  return rows;
}
