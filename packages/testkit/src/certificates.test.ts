import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCertificateAuthority } from './certificates.ts';

test('issues a server certificate for loopback that its own CA vouches for', async () => {
  const authority = await createCertificateAuthority('Cluster A');
  const { certPem, keyPem } = await authority.issueServerCertificate();
  const ca = new X509Certificate(authority.certPem);
  const server = new X509Certificate(certPem);

  expect(ca.ca).toBe(true);
  expect(ca.subject).toBe('CN=Cluster A');
  expect(server.ca).toBe(false);
  expect(server.checkIssued(ca)).toBe(true);
  expect(server.verify(ca.publicKey)).toBe(true);
  expect(server.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  expect(server.checkHost('localhost')).toBe('localhost');
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(server.checkIP('::1')).toBe('::1');
  expect(server.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
});

test('adds the DNS names asked for, and no others', async () => {
  const authority = await createCertificateAuthority();
  const { certPem } = await authority.issueServerCertificate(['api.cluster-a.test']);
  const server = new X509Certificate(certPem);

  expect(server.checkHost('api.cluster-a.test')).toBe('api.cluster-a.test');
  expect(server.checkHost('api.cluster-b.test')).toBeUndefined();
});

test('two authorities of one name do not vouch for each other', async () => {
  const [one, other] = await Promise.all([createCertificateAuthority(), createCertificateAuthority()]);
  const { certPem } = await one.issueServerCertificate();

  expect(new X509Certificate(certPem).verify(new X509Certificate(other.certPem).publicKey)).toBe(false);
});
