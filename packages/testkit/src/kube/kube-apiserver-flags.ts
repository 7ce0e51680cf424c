import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_ISSUER } from '../kubernetes-token.ts';
import { createSigningKey, type SigningKey } from '../signing-key.ts';

/** How the cluster signs and judges ServiceAccount tokens. */
export interface SigningOptions {
  /**
   * The first signs; tokens of all are accepted. Default: the issuer of a kubeadm cluster. A function gets the server's
   * URL, for an issuer whose discovery can be fetched from itself.
   */
  issuers?: readonly string[] | ((url: string) => readonly string[]);
  /** Default: the first issuer. */
  apiAudiences?: readonly string[];
  /** Default: a fresh RS256 key. RS256, ES256 and ES384 work. */
  signingKey?: SigningKey;
  /** Keys that are published and accepted besides. */
  otherKeys?: readonly SigningKey[];
}

/** As given, with every default filled in. */
export interface Signing {
  issuers: readonly [string, ...string[]];
  apiAudiences: readonly string[];
  signingKey: SigningKey;
  otherKeys: readonly SigningKey[];
}

export function completeSigning(options: SigningOptions, url: string): Signing {
  const { issuers = [], otherKeys = [] } = options;
  const [issuer = DEFAULT_ISSUER, ...otherIssuers] = typeof issuers === 'function' ? issuers(url) : issuers;
  return {
    issuers: [issuer, ...otherIssuers],
    apiAudiences: options.apiAudiences ?? [issuer],
    signingKey: options.signingKey ?? createSigningKey(),
    otherKeys,
  };
}

export function serverFlags(place: {
  folder: string;
  port: number;
  etcdUrl: string;
  etcdPrefix: string;
}): string[] {
  const { folder, port, etcdUrl, etcdPrefix } = place;
  return [
    `--etcd-servers=${etcdUrl}`,
    `--etcd-prefix=${etcdPrefix}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--tls-cert-file=${join(folder, 'server.crt')}`,
    `--tls-private-key-file=${join(folder, 'server.key')}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--shutdown-delay-duration=0',
  ];
}

/** Writes the keys into the folder. */
export async function signingFlags(folder: string, signing: Signing): Promise<string[]> {
  const { issuers, apiAudiences, signingKey, otherKeys } = signing;
  const signingFile = join(folder, 'service-account.key');
  const keysFile = join(folder, 'service-account.pub');
  await writeFile(signingFile, signingKey.privateKeyPem, { mode: 0o600 });
  await writeFile(keysFile, [signingKey, ...otherKeys].map((key) => key.publicKeyPem).join(''));
  return [
    ...issuers.map((issuer) => `--service-account-issuer=${issuer}`),
    `--service-account-signing-key-file=${signingFile}`,
    `--service-account-key-file=${keysFile}`,
    `--api-audiences=${apiAudiences.join(',')}`,
  ];
}
