import { decodeBase64url } from '@symbolon/core';
import { z } from 'zod';

/**
 * Public keys as operators paste them (RFC 7517, RFC 7518 §6, RFC 8037). A private or symmetric member is refused by
 * name: whoever sent one has shown it to us, and everybody who may read the cluster would see it too.
 */

const RSA_BITS = { min: 2048, max: 8192 };
const COORDINATE_BYTES = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;
const CURVE_ALGORITHM = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' } as const;
const ED25519_BYTES = 32;

const privateMember = z
  .never({ error: 'is private or symmetric key material: give the public key alone, and replace this key' })
  .exactOptional()
  .meta({ description: 'Never given: a private or symmetric member.' });

const commonMembers = {
  kid: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 visible ASCII characters' })
    .exactOptional()
    .meta({ description: 'Key id. Required, and different for each, where there are several keys.' }),
  use: z.literal('sig').exactOptional().meta({ description: 'sig, or left out.' }),
  key_ops: z
    .array(z.literal('verify'))
    .length(1)
    .exactOptional()
    .meta({ description: '["verify"], or left out.' }),
  d: privateMember,
  p: privateMember,
  q: privateMember,
  dp: privateMember,
  dq: privateMember,
  qi: privateMember,
  oth: privateMember,
  k: privateMember,
};

const rsaKey = z.strictObject({
  kty: z.literal('RSA').meta({ description: 'Key type.' }),
  ...commonMembers,
  alg: z
    .enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])
    .exactOptional()
    .meta({ description: 'The one algorithm that the key is for.' }),
  n: z
    .string()
    .refine(isModulus, {
      error: `must be an RSA modulus of ${RSA_BITS.min} to ${RSA_BITS.max} bits in base64url`,
    })
    .meta({ description: `Modulus in base64url: ${RSA_BITS.min} to ${RSA_BITS.max} bits.` }),
  e: z
    .string()
    .refine(isExponent, { error: 'must be an odd RSA exponent above 1 of at most 4 bytes in base64url' })
    .meta({ description: 'Exponent in base64url.' }),
});

const ecKey = z
  .strictObject({
    kty: z.literal('EC').meta({ description: 'Key type.' }),
    ...commonMembers,
    alg: z
      .enum(['ES256', 'ES384', 'ES512'])
      .exactOptional()
      .meta({ description: 'The algorithm of the curve.' }),
    crv: z.enum(['P-256', 'P-384', 'P-521']).meta({ description: 'Curve.' }),
    x: z.string().meta({ description: 'Coordinate in base64url, at its full length.' }),
    y: z.string().meta({ description: 'Coordinate in base64url, at its full length.' }),
  })
  .superRefine(({ crv, alg, x, y }, context) => {
    const report = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const bytes = COORDINATE_BYTES[crv];
    for (const [member, text] of Object.entries({ x, y })) {
      if (byteLength(text) !== bytes) report(member, `must be ${bytes} bytes in base64url`);
    }
    if (alg !== undefined && alg !== CURVE_ALGORITHM[crv]) report('alg', `must be ${CURVE_ALGORITHM[crv]}`);
  });

const edwardsKey = z.strictObject({
  kty: z.literal('OKP').meta({ description: 'Key type.' }),
  ...commonMembers,
  alg: z.literal('EdDSA').exactOptional().meta({ description: 'The algorithm of the curve.' }),
  crv: z.literal('Ed25519').meta({ description: 'Curve.' }),
  x: z
    .string()
    .refine((text) => byteLength(text) === ED25519_BYTES, {
      error: `must be ${ED25519_BYTES} bytes in base64url`,
    })
    .meta({ description: 'Public key in base64url.' }),
});

export const publicJwk = z.discriminatedUnion('kty', [rsaKey, ecKey, edwardsKey]);

function byteLength(text: string): number | null {
  return decodeBase64url(text)?.length ?? null;
}

function isModulus(text: string): boolean {
  const bytes = decodeBase64url(text);
  const first = bytes?.[0] ?? 0;
  if (bytes === null || first === 0) return false;
  const bits = bytes.length * 8 - (Math.clz32(first) - 24);
  return bits >= RSA_BITS.min && bits <= RSA_BITS.max;
}

function isExponent(text: string): boolean {
  const bytes = decodeBase64url(text);
  if (bytes === null || bytes.length === 0 || bytes.length > 4 || bytes[0] === 0) return false;
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return value > 1 && value % 2 === 1;
}
