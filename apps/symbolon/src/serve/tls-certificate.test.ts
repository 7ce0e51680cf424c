import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '@symbolon/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '../config/load-config.ts';
import { createTlsCertificate } from './tls-certificate.ts';
import type { TlsPair } from './tls-pair.ts';

const authority = await createCertificateAuthority();
const first = await authority.issueServerCertificate();
const second = await authority.issueServerCertificate();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string) => join(folder, name);

function write({ certPem, keyPem }: { certPem: string; keyPem: string }, into = folder): void {
  writeFileSync(join(into, 'tls.crt'), certPem);
  writeFileSync(join(into, 'tls.key'), keyPem);
}

function open() {
  const logged: string[] = [];
  const log = (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message }));
  const files = { certFile: fileOf('tls.crt'), keyFile: fileOf('tls.key') };
  const certificate = createTlsCertificate(files, { info: log, error: log });
  const served: TlsPair[] = [];
  const reload = () => certificate.reload((pair) => served.push(pair));
  return { certificate, logged, served, reload };
}

test('a pair that is replaced is served from the next look on, once', () => {
  write(first);
  const { certificate, served, reload } = open();
  expect(certificate.current().cert).toBe(first.certPem);
  reload();
  expect(served).toEqual([]);
  write(second);
  reload();
  reload();
  expect(served.map(({ cert }) => cert)).toEqual([second.certPem]);
  expect(certificate.current().cert).toBe(second.certPem);
});

test('a pair that is half replaced leaves the old one, is told once and without a path, and is served when whole', () => {
  write(first);
  const { certificate, logged, served, reload } = open();
  writeFileSync(fileOf('tls.crt'), second.certPem);
  reload();
  reload();
  expect(served).toEqual([]);
  expect(certificate.current().cert).toBe(first.certPem);
  expect(certificate.facts().isReloadFailing).toBe(true);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('the key is not that of the certificate');
  expect(logged[0]).not.toMatch(/tls\.|BEGIN/);
  writeFileSync(fileOf('tls.key'), second.keyPem);
  reload();
  expect(served).toHaveLength(1);
  expect(certificate.facts().isReloadFailing).toBe(false);
});

test('files that are gone, or empty in the middle of a write, leave the old pair', () => {
  write(first);
  const { certificate, logged, reload } = open();
  unlinkSync(fileOf('tls.key'));
  reload();
  writeFileSync(fileOf('tls.key'), '');
  reload();
  expect(certificate.current().cert).toBe(first.certPem);
  expect(logged).toHaveLength(2);
});

test('the link of a Kubernetes volume that is swapped brings the new pair', () => {
  for (const [name, pair] of [
    ['..one', first],
    ['..two', second],
  ] as const) {
    mkdirSync(fileOf(name));
    write(pair, fileOf(name));
  }
  symlinkSync('..one', fileOf('..data'));
  for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), fileOf(name));
  const { certificate, reload } = open();
  expect(certificate.current().cert).toBe(first.certPem);
  symlinkSync('..two', fileOf('..data_tmp'));
  renameSync(fileOf('..data_tmp'), fileOf('..data'));
  reload();
  expect(certificate.current().cert).toBe(second.certPem);
});

describe('a start', () => {
  test.each([
    ['without files', () => {}],
    ['with a key of another certificate', () => write({ ...first, keyPem: second.keyPem })],
    ['with an empty certificate', () => write({ ...first, certPem: '' })],
  ])('%s is refused, and both settings are named', (_, prepare) => {
    prepare();
    try {
      open();
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      const { problems } = error as ConfigError;
      expect(problems).toEqual([expect.stringMatching(/SYMBOLON_TLS_CERT_FILE.*SYMBOLON_TLS_KEY_FILE/)]);
      expect(problems.join()).not.toMatch(/BEGIN/);
    }
  });
});
