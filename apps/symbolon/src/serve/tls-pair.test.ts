import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createCertificateAuthority } from '@symbolon/testkit';
import { expect, test } from 'vitest';
import { judgeTlsPair, readTlsPair } from './tls-pair.ts';

const authority = await createCertificateAuthority();
const { certPem, keyPem } = await authority.issueServerCertificate();
const other = await authority.issueServerCertificate();
const encryptedKey = createPrivateKey(keyPem)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' })
  .toString();

const NO_CERTIFICATE = 'the certificate is not PEM of X.509';
const NO_KEY = 'the key is not an unencrypted private key in PEM';

test('a certificate with its key is fit, alone or with the chain behind it, and known by when it expires', () => {
  const expiresAtMs = Date.parse(new X509Certificate(certPem).validTo);
  for (const cert of [certPem, `${certPem}\n${authority.certPem}`])
    expect(judgeTlsPair(cert, keyPem)).toEqual({
      kind: 'fit',
      pair: { cert, key: keyPem, expiresAtMs },
    });
});

test.each([
  {
    what: 'a key of another certificate',
    key: other.keyPem,
    trouble: 'the key is not that of the certificate',
  },
  {
    what: 'a chain that begins with another',
    cert: `${authority.certPem}\n${certPem}`,
    trouble: 'the key is not that of the certificate',
  },
  { what: 'half a certificate', cert: certPem.slice(0, certPem.length / 2), trouble: NO_CERTIFICATE },
  {
    what: 'half a chain',
    cert: `${certPem}\n${authority.certPem.slice(0, 200)}`,
    trouble: NO_CERTIFICATE,
  },
  { what: 'half a key', key: keyPem.slice(0, keyPem.length / 2), trouble: NO_KEY },
  { what: 'nothing', cert: '', key: '', trouble: NO_CERTIFICATE },
  { what: 'no key', key: '', trouble: NO_KEY },
  { what: 'the two exchanged', cert: keyPem, key: certPem, trouble: NO_CERTIFICATE },
  { what: 'a key under a passphrase', key: encryptedKey, trouble: NO_KEY },
])('$what is unfit, in words that hold nothing of it', ({ cert = certPem, key = keyPem, trouble }) => {
  expect(judgeTlsPair(cert, key)).toEqual({ kind: 'unfit', trouble });
});

test('a file that is not there makes a pair unfit, and is not thrown with its path', () => {
  const judged = readTlsPair({ certFile: '/nowhere/tls.crt', keyFile: '/nowhere/tls.key' });
  expect(judged).toEqual({ kind: 'unfit', trouble: 'a file cannot be read' });
});
