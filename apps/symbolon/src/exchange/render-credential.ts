import type { TokenResponse } from '@symbolon/protocol';
import { instantOf } from '../cli/time.ts';
import type { Issued } from './exchange-outcome.ts';

export const CREDENTIAL_FORMATS = ['token', 'json', 'exec-credential'] as const;
export type CredentialFormat = (typeof CREDENTIAL_FORMATS)[number];

/**
 * A credential as text: the token alone, without a line end; the token response (RFC 8693 §2.2.1); or what kubectl
 * asks of a credential plugin (client.authentication.k8s.io/v1).
 */
export function renderCredential(format: CredentialFormat, { credential, askedAtMs }: Issued): string {
  switch (format) {
    case 'token':
      return credential.access_token;
    case 'json':
      return `${JSON.stringify(credential, null, 2)}\n`;
    case 'exec-credential':
      return `${JSON.stringify(execCredential(credential, askedAtMs + credential.expires_in * 1000), null, 2)}\n`;
  }
}

function execCredential(credential: TokenResponse, expiresAtMs: number): object {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: {
      token: credential.access_token,
      expirationTimestamp: instantOf(expiresAtMs),
    },
  };
}
