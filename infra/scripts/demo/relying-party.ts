import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { allowInsecureRequests, discovery, None } from 'openid-client';

/**
 * A relying party made of libraries written by others: all it is told is the issuer's URL and its own name. Throws
 * where discovery, signature, issuer, audience, type or lifetime do not hold.
 */
export async function verifyAsRelyingParty(
  credential: string,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): Promise<JWTPayload> {
  const configuration = await discovery(new URL(issuer), audience, undefined, None(), {
    // Plain http is for this demo on loopback alone.
    execute: [allowInsecureRequests],
  });
  const { jwks_uri: jwksUri } = configuration.serverMetadata();
  if (jwksUri === undefined) throw new Error('the discovery document names no jwks_uri');
  const { payload } = await jwtVerify(credential, createRemoteJWKSet(new URL(jwksUri)), {
    issuer,
    audience,
    typ: 'at+jwt',
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id'],
  });
  return payload;
}
