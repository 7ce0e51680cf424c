import type { PublicJwk } from '@symbolon/testkit';
import { type Postgres, startPostgres } from '@symbolon/testkit/postgres';
import { giveWay } from '../servers/give-way.ts';
import { RULES_BY_API } from './configure.ts';
import { type Ground, makeEmbeddedGround, type Program } from './ground.ts';
import { makePostgresGround } from './postgres-ground.ts';
import { writeRules } from './write-rules.ts';

export type RuleCount = 100 | 100_000 | 1_000_000;

/** Configured databases, each made when a row first asks for it. */
export interface Databases extends AsyncDisposable {
  embedded(): Promise<Ground>;
  postgres(ruleCount: RuleCount): Promise<Ground>;
  /** Null where no row asked for one. */
  postgresVersion(): string | null;
  /** From now on PostgreSQL lets the load generator go first on the core that they share, and works when it rests. */
  letGeneratorGoFirst(): void;
}

export interface DatabasesOptions {
  readonly program: Program;
  readonly clusterKey: PublicJwk;
  makeFolder(name: string): string;
  progress(line: string): void;
}

const VERSION = '18';

/** As an operator would have it: nothing is acknowledged before the disk has it. The rest is sized for the machine. */
const SETTINGS = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
};

export function openDatabases(options: DatabasesOptions): Databases {
  const { program, clusterKey, makeFolder, progress } = options;
  let server: Postgres | null = null;

  const embedded = once(() => {
    progress('configuring the embedded database');
    return makeEmbeddedGround(program, { dataDir: makeFolder('embedded'), clusterKey });
  });
  const started = once(async () => {
    progress(`starting PostgreSQL ${VERSION}`);
    server = await startPostgres(VERSION, { settings: SETTINGS });
    return server;
  });
  const small = once(async () => {
    const postgres = await started();
    progress(`configuring PostgreSQL with ${RULES_BY_API} rules`);
    return makePostgresGround(program, { postgres, secrets: makeFolder('secrets'), clusterKey });
  });

  /** Beyond what is written through the admin API, which takes milliseconds a rule: straight into the table. */
  async function large(ruleCount: RuleCount): Promise<Ground> {
    const [postgres, ground] = [await started(), await small()];
    progress(`writing ${ruleCount} rules`);
    const database = await postgres.createDatabase({ copyOf: ground.database });
    await writeRules((statements) => postgres.execute(statements, database.url), ruleCount);
    return ground.on(database);
  }
  const many = once(() => large(100_000));
  const million = once(() => large(1_000_000));

  return {
    embedded,
    postgres(ruleCount) {
      switch (ruleCount) {
        case 100:
          return small();
        case 100_000:
          return many();
        case 1_000_000:
          return million();
      }
    },
    postgresVersion: () => (server === null ? null : VERSION),
    letGeneratorGoFirst() {
      if (server !== null && program.pinning !== null) giveWay(server.pid());
    },
    [Symbol.asyncDispose]: async () => server?.stop(),
  };
}

/** What is made at the first call, for all. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
