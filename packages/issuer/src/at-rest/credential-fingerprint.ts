import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const derive: (password: string, salt: string, bytes: number) => Promise<Buffer> = promisify(scrypt);

/**
 * 12 hexadecimal digits by which an operator tells whether a cluster's credential is the one they meant. The same for
 * the same token of the same cluster, so that writing a credential again changes nothing.
 *
 * It is shown and audited, so it must be no help in guessing the credential, and the process that computes it holds no
 * secret to key it with. What a cluster gives out (signed ServiceAccount tokens, bootstrap tokens) has at least 80
 * random bits, too many to try; a static token that somebody chose by hand may have few. For its sake the digest is
 * scrypt's (RFC 7914, some 30 ms a guess), salted with the cluster's name.
 */
export async function credentialFingerprint(cluster: string, token: string): Promise<string> {
  const digest = await derive(token, `symbolon/1/cluster-credential/${cluster}`, 6);
  return digest.toString('hex');
}
