import { randomBytes, webcrypto } from 'node:crypto';
// The ASN.1 library resolves its parts by metadata, so this comes first.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const LOOPBACK_NAMES = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
] as const;

/** A certificate and its PKCS #8 private key, both PEM. */
export interface CertificateAndKey {
  certPem: string;
  keyPem: string;
}

/** A throwaway certificate authority (ECDSA P-256, valid one day). Its key never leaves memory. */
export interface CertificateAuthority {
  certPem: string;
  /** For localhost, 127.0.0.1 and ::1, plus the DNS names given. */
  issueServerCertificate(dnsNames?: readonly string[]): Promise<CertificateAndKey>;
}

export async function createCertificateAuthority(commonName = 'Test CA'): Promise<CertificateAuthority> {
  const subject = `CN=${commonName}`;
  const keys = await generateKeyPair();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...serialAndValidity(),
    name: subject,
    keys,
    signingAlgorithm: ECDSA_P256,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });

  return {
    certPem: authority.toString('pem'),
    issueServerCertificate: async (dnsNames = []) => {
      const serverKeys = await generateKeyPair();
      const certificate = await X509CertificateGenerator.create({
        ...serialAndValidity(),
        subject: 'CN=localhost',
        issuer: subject,
        publicKey: serverKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ECDSA_P256,
        extensions: serverExtensions(dnsNames),
      });
      return { certPem: certificate.toString('pem'), keyPem: await exportPrivateKey(serverKeys.privateKey) };
    },
  };
}

function serverExtensions(dnsNames: readonly string[]): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      ...LOOPBACK_NAMES,
      ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ]),
  ];
}

/** The minute of grace lets a clock that was set back a little still accept it. */
function serialAndValidity(): { serialNumber: string; notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return {
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + DAY_MS),
  };
}

function generateKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify']);
}

async function exportPrivateKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}
