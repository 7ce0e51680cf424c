import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { compactVerify } from 'jose';
import { expect, test } from 'vitest';
import { createSigner } from './create-signer.ts';

test('S30: whatever the claims hold, jose verifies the signature and reads back exactly those', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey);
  const sign = createSigner('ES256', 'kid', privateKey);
  const claims = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { maxKeys: 5 });
  await fc.assert(
    fc.asyncProperty(claims, async (given) => {
      const { compact } = await sign('JWT', given);
      const { payload } = await compactVerify(compact, publicKey, { algorithms: ['ES256'] });
      expect(new TextDecoder().decode(payload)).toBe(JSON.stringify(given));
    }),
    { numRuns: 30 },
  );
});
