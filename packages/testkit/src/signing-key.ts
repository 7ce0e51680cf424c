import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA';

/** A member of `/openid/v1/jwks`, in the order in which Kubernetes writes it. */
export interface PublicJwk {
  use: 'sig';
  kty: string;
  kid: string;
  crv?: string;
  alg: SigningAlgorithm;
  [parameter: string]: unknown;
}

/** A ServiceAccount signing key. The PEMs are what kube-apiserver's key flags read. */
export interface SigningKey {
  alg: SigningAlgorithm;
  /** base64url of SHA-256 over the DER SubjectPublicKeyInfo, as Kubernetes derives it. */
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  privateKeyPem: string;
  publicKeyPem: string;
  publicJwk: PublicJwk;
}

/** Makes a fresh key: 2048 bits for RSA, the curve that the algorithm names otherwise. */
export function createSigningKey(alg: SigningAlgorithm = 'RS256'): SigningKey {
  return describeKey(alg, generateKey(alg));
}

/** The same for a PKCS #8 or SEC 1 PEM that is there already. */
export function readSigningKey(alg: SigningAlgorithm, privateKeyPem: string): SigningKey {
  return describeKey(alg, createPrivateKey(privateKeyPem));
}

function generateKey(alg: SigningAlgorithm): KeyObject {
  switch (alg) {
    case 'RS256':
    case 'PS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    case 'EdDSA':
      return generateKeyPairSync('ed25519').privateKey;
  }
}

function describeKey(alg: SigningAlgorithm, privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const kid = keyIdOf(publicKey);
  const { kty = '', crv, ...parameters } = publicKey.export({ format: 'jwk' }) as Record<string, string>;
  return {
    alg,
    kid,
    privateKey,
    publicKey,
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    publicJwk: { use: 'sig', kty, kid, ...(crv === undefined ? {} : { crv }), alg, ...parameters },
  };
}

/** base64url of SHA-256 over the DER SubjectPublicKeyInfo. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(der).digest('base64url');
}
