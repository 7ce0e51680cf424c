import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Change, startChanging } from './change-rules.ts';
import { expectNothingHalfWritten, expectRefused, expectRightKinds } from './judge-suffered.ts';
import { giveAuditSmallDisk, type SmallDisk } from './small-disk.ts';
import { CHANGE_BOUND_MS, isServed, type Suffered, type Trouble } from './suffer.ts';
import { openTroubleGround, type TroubleGround } from './trouble-ground.ts';
import { undergo } from './undergo.ts';

/*
 * A database that answers and cannot do what is asked: whoever asks the broker meanwhile is told 503 and when to come
 * back, nothing is half-written, and when it is over all goes on without a restart.
 */

/** After the end of a trouble, nothing that is asked later than this fails. */
const RECOVERED_WITHIN_MS = 6_000;

let ground: TroubleGround;
let disk: SmallDisk;
beforeAll(async () => {
  ground = await openTroubleGround();
});
afterAll(async () => {
  await ground.stop();
  await disk?.remove();
});

/** The database was there all along, so what it refused it did not write. */
async function undergoHere(trouble: Trouble): Promise<Suffered> {
  const undergone = await undergo(ground, trouble, RECOVERED_WITHIN_MS);
  expect(undergone).toMatchObject({ lostExchanges: 0, lostChanges: 0 });
  return undergone;
}

test('no connection is to be had: 503 to callers and operators, until one is', async () => {
  const { name } = ground.login;
  // An answer may be on its way on a connection that is ended.
  const trouble = {
    name: 'no-connections',
    async begin() {
      await ground.ask(`ALTER ROLE ${name} CONNECTION LIMIT 0`);
      await ground.ask(
        `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE usename = '${name}'`,
      );
    },
    end: () => ground.ask(`ALTER ROLE ${name} CONNECTION LIMIT -1`),
    lastsMs: 3_000,
  };
  const { inIt } = await undergo(ground, trouble, RECOVERED_WITHIN_MS);
  expectRefused(inIt.exchanges);
  expectRefused(inIt.changes);
});

/** As another transaction that holds `statement`'s lock until `end`. */
function locking(statement: string): Pick<Trouble, 'begin' | 'end'> {
  const client = new pg.Client(ground.database.url);
  return {
    async begin() {
      await client.connect();
      await client.query('BEGIN');
      await client.query(statement);
    },
    end: () => client.end(),
  };
}

test('all connections for operators wait for the lock of one who never ends: they are told 503, exchanges go on', async () => {
  const lock = locking('SELECT FROM epoch FOR UPDATE');
  const crowds: Promise<readonly Change[]>[] = [];
  const suffered = await undergoHere({
    name: 'blocked-pool',
    async begin() {
      await lock.begin();
      const changing = startChanging(ground, { prefix: 'crowd', operators: 20, timeoutMs: CHANGE_BOUND_MS });
      crowds.push(changing.stop());
    },
    end: lock.end,
    // Whoever waits for a connection first, and then for the lock, is told in it too.
    lastsMs: 11_500,
  });
  const { inIt } = suffered;
  expect(inIt.exchanges.length).toBeGreaterThan(50);
  expect(inIt.exchanges.every(isServed)).toBe(true);
  expectRefused(inIt.changes);
  const crowd = { ...suffered, changes: (await Promise.all(crowds)).flat() };
  expect(crowd.changes).toHaveLength(20);
  expectRightKinds(crowd);
  await expectNothingHalfWritten(ground, crowd);
});

test('the disk is full: 503 to callers and operators, until there is room again', async () => {
  disk = await giveAuditSmallDisk(ground.postgres, ground.database);
  console.log(`the disk is ${disk.kind}`);
  const { inIt } = await undergoHere({
    name: 'full-disk',
    begin: disk.fill,
    end: disk.empty,
    lastsMs: 4_000,
  });
  // There may be room in the last pages for some more.
  expectRefused(inIt.exchanges.slice(-20));
  expectRefused(inIt.changes.slice(-4));
});

test('a server that turns read-only under open connections, and back: 503 in between', async () => {
  const turn = (to: 'on' | 'off') => async () => {
    await ground.ask(`ALTER SYSTEM SET default_transaction_read_only = ${to}`);
    await ground.ask('SELECT pg_reload_conf()');
  };
  const { inIt } = await undergoHere({
    name: 'read-only',
    begin: turn('on'),
    end: turn('off'),
    lastsMs: 3_000,
  });
  // The server hears of it in its own time.
  expectRefused(inIt.exchanges.slice(-20));
  expectRefused(inIt.changes.slice(-4));
});

test.each(['audit_events', 'epoch'])(
  'a lock on %s that outlasts every patience: 503, and nobody hangs',
  async (table) => {
    const { inIt } = await undergoHere({
      name: `locked-${table.replace('_', '-')}`,
      ...locking(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`),
      lastsMs: 7_000,
    });
    expectRefused(inIt.exchanges);
    expectRefused(inIt.changes);
  },
);

test('statements that the server never ends: it is made to give them up, and 503 is the answer', async () => {
  const { execute } = ground.postgres;
  const { url } = ground.database;
  const { inIt } = await undergoHere({
    name: 'endless-statements',
    begin: () =>
      execute(
        `CREATE FUNCTION endless() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $$;
         CREATE TRIGGER endless BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION endless()`,
        url,
      ),
    // Whoever sleeps in it has a lock on the table, and gives up in time.
    end: () => execute('DROP FUNCTION endless CASCADE', url),
    lastsMs: 17_000,
  });
  expectRefused(inIt.exchanges);
  expectRefused(inIt.changes);
});
