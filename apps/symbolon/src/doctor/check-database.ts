import { CliFailure } from '../cli/cli-failure.ts';
import { onDatabase } from '../cli/database-trouble.ts';
import type { SchemaEngine } from '../cli/schema-engine.ts';
import type { Secret } from '../config/secret.ts';
import { type Finding, finding, ok } from './finding.ts';

export interface DatabaseUrls {
  /** That of the broker. */
  readonly url: Secret;
  /** That of the migrations, where it is known here. */
  readonly migrateUrl: Secret | null;
}

/** A PostgreSQL database as the broker's own login finds it, and whether that login is another than the schema's owner. */
export async function checkDatabase(
  { url, migrateUrl }: DatabaseUrls,
  engine: Pick<SchemaEngine, 'checkDatabase'>,
): Promise<readonly Finding[]> {
  return [await checkSchema(url, engine), ...checkLogins(url, migrateUrl)];
}

async function checkSchema(url: Secret, engine: Pick<SchemaEngine, 'checkDatabase'>): Promise<Finding> {
  try {
    const state = await onDatabase('SYMBOLON_DATABASE_URL', () => engine.checkDatabase(url));
    switch (state.kind) {
      case 'up_to_date':
        return ok('storage', "the database has this version's schema");
      case 'pending': {
        const what = `the database lacks ${state.names.length} of this version's migrations, so the broker does not start`;
        return finding('problem', 'storage', [what, 'run "symbolon migrate"']);
      }
      case 'unknown':
        return finding('problem', 'storage', [
          state.problem,
          'run the version that made this schema, or a later one',
        ]);
    }
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return finding('problem', 'storage', [
      error.message,
      'correct SYMBOLON_DATABASE_URL, or start the database',
    ]);
  }
}

function checkLogins(url: Secret, migrateUrl: Secret | null): readonly Finding[] {
  const [login, owner] = [url, migrateUrl].map((each) => URL.parse(each?.reveal() ?? '')?.username ?? null);
  if (owner === null) return [];
  return login === owner
    ? [
        finding('warning', 'storage', [
          "the broker enters the database as the schema's owner, and so may change anything in it",
          'give the broker a login of its own, a member of symbolon_gateway, of symbolon_admin or of both',
        ]),
      ]
    : [ok('storage', "the broker's login is another than the schema's owner")];
}
