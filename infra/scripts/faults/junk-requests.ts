import { randomBytes } from 'node:crypto';
import type { StandInCluster } from '@symbolon/testkit';

/** How the audit trail calls what is wrong with a token, in the order in which they are made. */
export const JUNK_REASONS = [
  'token_malformed',
  'token_issuer_unknown',
  'token_key_unknown',
  'token_signature_invalid',
  'token_audience_wrong',
] as const;

/** Makes tokens that prove nothing, no two of them the same; the number says what is wrong with one. */
export function createJunk(cluster: StandInCluster, audience: string): (number: number) => string {
  // Older than the keys that are known: of a newer one the broker would have to say that it may be good.
  const iat = Math.floor(Date.now() / 1_000) - 600;
  const base = { namespace: 'web', serviceAccount: 'junk', overrides: { iat, nbf: iat } };
  const good = cluster.issueToken({ ...base, audiences: [audience] });
  const [header = '', payload = '', signature = ''] = good.split('.');
  return (number) => {
    const noise = randomBytes(15).toString('base64url');
    const forged = noise + signature.slice(noise.length);
    switch (JUNK_REASONS[number % JUNK_REASONS.length]) {
      case 'token_issuer_unknown':
        return `${header}.${changed(payload, { iss: `https://${noise}.example` })}.${forged}`;
      case 'token_key_unknown':
        return `${changed(header, { kid: noise })}.${payload}.${forged}`;
      case 'token_signature_invalid':
        return `${header}.${payload}.${forged}`;
      case 'token_audience_wrong':
        return cluster.issueToken({ ...base, audiences: [`https://${noise}.example`] });
      default:
        return `${noise}.${payload.slice(noise.length)}`;
    }
  };
}

function changed(part: string, members: object): string {
  const object = JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  return Buffer.from(JSON.stringify({ ...object, ...members })).toString('base64url');
}
