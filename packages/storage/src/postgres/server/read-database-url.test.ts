import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { DatabaseUrlError, readDatabaseUrl } from './read-database-url.ts';

const local = {
  host: '127.0.0.1',
  port: 5432,
  user: 'symbolon',
  password: '',
  database: 'symbolon',
  tls: null,
};
const verified = { isNameVerified: true, rootCertFile: null, certFile: null, keyFile: null };

test.each([
  ['postgres://symbolon@127.0.0.1/symbolon', {}],
  ['postgresql://symbolon@127.0.0.1:6543/symbolon', { port: 6543 }],
  ['postgres://symbolon:p%40ss%2Fw%3Ard@127.0.0.1/symbolon', { password: 'p@ss/w:rd' }],
  ['postgres://symbolon@[::1]/symbolon', { host: '::1' }],
  ['postgres://symbolon@localhost/other%20name', { host: 'localhost', database: 'other name' }],
  ['postgres://symbolon@localhost/symbolon?host=/run/postgresql', { host: '/run/postgresql' }],
  ['postgres://symbolon@127.0.0.1/symbolon?sslmode=verify-full', { tls: verified }],
  ['postgres://symbolon@db.example/symbolon?sslmode=disable', { host: 'db.example' }],
  ['postgres://symbolon@db.example/symbolon?sslmode=verify-full', { host: 'db.example', tls: verified }],
  ['postgres://symbolon@db.example/symbolon?sslmode=require', { host: 'db.example', tls: verified }],
  [
    'postgres://symbolon@db.example/symbolon?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem',
    {
      host: 'db.example',
      tls: { isNameVerified: true, rootCertFile: '/ca.pem', certFile: '/c.pem', keyFile: '/k.pem' },
    },
  ],
  [
    'postgres://symbolon@db.example/symbolon?sslmode=verify-ca&sslrootcert=/ca.pem',
    { host: 'db.example', tls: { ...verified, isNameVerified: false, rootCertFile: '/ca.pem' } },
  ],
])('%s', (url, given) => {
  expect(readDatabaseUrl(url)).toEqual({ ...local, ...given });
});

test.each([
  ['no URL', 'secret'],
  ['a URL of something else', 'mysql://symbolon:secret@127.0.0.1/symbolon'],
  ['no user', 'postgres://127.0.0.1/symbolon'],
  ['no database', 'postgres://symbolon:secret@127.0.0.1'],
  ['two databases', 'postgres://symbolon:secret@127.0.0.1/one/two'],
  ['two hosts', 'postgres://symbolon:secret@db-1,db-2:5432/symbolon'],
  ['a percent sign that begins no escape', 'postgres://symbolon:secret%zz@127.0.0.1/symbolon'],
  ['a parameter that would be ignored', 'postgres://symbolon:secret@127.0.0.1/symbolon?ssl=true'],
  [
    'a parameter that another follows',
    'postgres://symbolon:secret@db/symbolon?sslmode=verify-full&sslmode=disable',
  ],
  ['an empty parameter', 'postgres://symbolon:secret@db/symbolon?sslmode='],
  ['another host hidden in a parameter', 'postgres://symbolon:secret@db/symbolon?host=other&sslmode=disable'],
  ['a host of the network and nothing of TLS', 'postgres://symbolon:secret@db.example/symbolon'],
  ['a name that begins as a loopback address', 'postgres://symbolon:secret@127.0.0.1.example/symbolon'],
  ['TLS only if the server likes', 'postgres://symbolon:secret@db.example/symbolon?sslmode=prefer'],
  ['TLS only if the server insists', 'postgres://symbolon:secret@db.example/symbolon?sslmode=allow'],
  ['TLS to whoever answers', 'postgres://symbolon:secret@db.example/symbolon?sslmode=no-verify'],
  ['any name of any public authority', 'postgres://symbolon:secret@db.example/symbolon?sslmode=verify-ca'],
  ['certificates without TLS', 'postgres://symbolon:secret@127.0.0.1/symbolon?sslrootcert=/ca.pem'],
])('refuses %s, and repeats nothing of it', (...[, url]) => {
  let refusal: unknown;
  try {
    refusal = readDatabaseUrl(url);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(DatabaseUrlError);
  expect(inspect(refusal, { depth: 9, showHidden: true }).split('\n    at ')[0]).not.toMatch(
    /secret|symbolon:/,
  );
});
