import {
  type Cluster,
  type ClusterDirectory,
  createVerifySubjectToken,
  type JwksSource,
  parseSubjectToken,
  proveSubjectToken,
  UnavailableError,
} from '@symbolon/core';
import {
  createFakeClock,
  createSigningKey,
  createTokenIssuer,
  type IssueTokenOptions,
  type TokenIssuer,
} from '@symbolon/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterFixture } from './cluster.test-support.ts';
import { createKeyCache } from './keys/key-cache.ts';
import type { FetchedJwks, Jwk } from './keys/ports.ts';
import { fetchedJwks } from './keys/published.test-support.ts';
import { createVerifySignature } from './verify-signature.ts';

const BROKER = 'https://broker.test';
const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const workload: IssueTokenOptions = { namespace: 'demo', serviceAccount: 'api', audiences: [BROKER] };

type Source = () => Promise<FetchedJwks>;
const publishes =
  (issuer: TokenIssuer): Source =>
  () =>
    Promise.resolve(fetchedJwks(issuer.jwks().keys as Jwk[]));
const isDown: Source = () => Promise.reject(new UnavailableError('cluster_keys_unavailable', 'it is down'));
const hangs: Source = () => new Promise(() => {});

/** A broker that knows clusters by name, each with what it publishes; counts what it fetches. */
function setUp(sources: { [cluster: string]: Source }, changes: Partial<Cluster> = {}) {
  const clock = createFakeClock(Date.now());
  const fetched: string[] = [];
  const keys = createKeyCache({
    now: clock.now,
    reportKeys: () => {},
    fetchJwks: ({ name }) => {
      fetched.push(name);
      return sources[name]?.() ?? expect.fail(`unknown cluster ${name}`);
    },
  });
  const clusters = Object.keys(sources).map((name) => clusterFixture({ name, ...changes }));
  const directory: ClusterDirectory = {
    epoch: { number: 1, id: 'a' },
    clustersOfIssuer: (issuer) => clusters.filter((cluster) => cluster.issuers.includes(issuer)),
  };
  const { verifySignature } = createVerifySignature(keys);

  const verify = async (compact: string) => {
    const parsed = parseSubjectToken(compact);
    if (parsed.kind === 'refused') return parsed.reason;
    const verdict = await verifySignature(parsed.token, clusters);
    return verdict.kind === 'verified' ? `verified by ${verdict.token.cluster}` : verdict.reason;
  };
  const prove = (compact: string) =>
    proveSubjectToken(compact, directory, {
      now: clock.now,
      ...createVerifySubjectToken({ verifySignature }),
    });
  return { clock, fetched, keys, clusters, sources, verify, prove };
}

describe('one cluster', () => {
  const a = createTokenIssuer({ alg: 'ES256' });

  test('verifies a token under the key that its cluster publishes, and gives the claims that were signed', async () => {
    const { prove, verify } = setUp({ a: publishes(a) });
    const compact = a.issueToken(workload);
    expect(await verify(compact)).toBe('verified by a');
    expect(await prove(compact)).toMatchObject({
      kind: 'proven',
      workload: { cluster: 'a', namespace: 'demo' },
    });
  });

  test('refuses a key of somebody else, also under the kid of ours', async () => {
    const { verify } = setUp({ a: publishes(a) });
    const stranger = createSigningKey('ES256');
    expect(await verify(a.issueToken({ ...workload, signer: stranger }))).toBe('token_signature_invalid');
    expect(await verify(a.issueToken({ ...workload, signer: stranger, header: { kid: stranger.kid } }))).toBe(
      'token_key_unknown',
    );
  });

  test('A20: takes a token without kid only while the cluster has one key', async () => {
    const { verify, clock } = setUp({ a: publishes(createTokenIssuer({ signingKeys: [a.signingKey()] })) });
    const anonymous = a.issueToken({ ...workload, header: { kid: undefined } });
    expect(await verify(anonymous)).toBe('verified by a');
    const both = setUp({
      a: publishes(createTokenIssuer({ signingKeys: [a.signingKey(), createSigningKey('ES256')] })),
    });
    clock.advance(1);
    expect(await both.verify(anonymous)).toBe('token_key_unknown');
  });

  test('A20: verifies under no key of a kid that is published twice', async () => {
    const { verify } = setUp({
      a: () => {
        const forged = { ...createSigningKey('ES256').publicJwk, kid: a.signingKey().kid };
        const other = createSigningKey('ES256').publicJwk;
        return Promise.resolve(fetchedJwks([forged, ...a.jwks().keys, other] as Jwk[]));
      },
    });
    expect(await verify(a.issueToken(workload))).toBe('token_key_unknown');
  });

  test('finds a key that was published since the keys were read', async () => {
    const rotating = createTokenIssuer({ alg: 'ES256' });
    const { verify } = setUp({ a: publishes(rotating) });
    expect(await verify(rotating.issueToken(workload))).toBe('verified by a');
    rotating.rotateKey();
    expect(await verify(rotating.issueToken(workload))).toBe('verified by a');
  });

  test('S93: verifies under the source that the cluster names, whatever else its API server would publish', async () => {
    const external = createTokenIssuer({ alg: 'ES256' });
    const jwks: JwksSource = { source: 'uri', uri: 'https://issuer.test/keys', allowedOrigins: [] };
    const { verify } = setUp({ a: publishes(external) }, { validation: { mode: 'offline', jwks } });
    expect(await verify(external.issueToken(workload))).toBe('verified by a');
    expect(await verify(a.issueToken(workload))).toBe('token_key_unknown');
  });
});

describe('algorithms', () => {
  const rsa = createTokenIssuer({ alg: 'RS256' });
  const pss = createTokenIssuer({ signingKeys: [{ ...rsa.signingKey(), alg: 'PS256' }] });

  test('A17, S42, L12: refuses an algorithm that the cluster does not allow, and asks nobody for its keys', async () => {
    const { verify, fetched } = setUp({ a: publishes(rsa) }, { allowedAlgorithms: ['RS256'] });
    expect(await verify(pss.issueToken(workload))).toBe('token_algorithm_not_allowed');
    expect(await verify(rsa.issueToken({ ...workload, header: { alg: 'ES256' } }))).toBe(
      'token_algorithm_not_allowed',
    );
    expect(fetched).toEqual([]);
  });

  test('A17, L12: refuses an allowed algorithm that is not the one of the key', async () => {
    const { verify } = setUp(
      { a: publishes(rsa) },
      { allowedAlgorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    );
    expect(await verify(pss.issueToken(workload))).toBe('token_algorithm_not_allowed');
    for (const alg of ['ES256', 'EdDSA']) {
      expect(await verify(rsa.issueToken({ ...workload, header: { alg } }))).toBe(
        'token_algorithm_not_allowed',
      );
    }
    expect(await verify(rsa.issueToken(workload))).toBe('verified by a');
  });

  test('A17: refuses a signature of another algorithm of the same key', async () => {
    const keys = [{ ...rsa.signingKey().publicJwk, alg: undefined }] as unknown as Jwk[];
    const { verify } = setUp(
      { a: () => Promise.resolve(fetchedJwks(keys)) },
      { allowedAlgorithms: ['RS256', 'PS256'] },
    );
    expect(await verify(rsa.issueToken(workload))).toBe('verified by a');
    expect(await verify(pss.issueToken(workload))).toBe('verified by a');
    expect(await verify(rsa.issueToken({ ...workload, header: { alg: 'PS256' } }))).toBe(
      'token_signature_invalid',
    );
  });

  test('A17, L11: refuses unsigned tokens, and public keys used as HMAC secrets', async () => {
    const { verify } = setUp({ a: publishes(rsa) });
    const { publicKeyPem, publicJwk } = rsa.signingKey();
    for (const alg of ['none', 'None']) {
      const compact = rsa.issueToken({ ...workload, header: { alg }, signer: 'unsigned' });
      expect(await verify(compact)).toMatch(/^token_(malformed|algorithm_not_allowed)$/);
    }
    expect(await verify(rsa.issueToken({ ...workload, signer: 'unsigned' }))).toBe('token_malformed');
    for (const hmacSecret of [publicKeyPem, publicKeyPem.trim(), JSON.stringify(publicJwk)]) {
      const signer = { hmacSecret };
      expect(await verify(rsa.issueToken({ ...workload, signer, header: { alg: 'HS256' } }))).toBe(
        'token_algorithm_not_allowed',
      );
      expect(await verify(rsa.issueToken({ ...workload, signer }))).toBe('token_signature_invalid');
    }
  });
});

describe('clusters that share an issuer', () => {
  const a = createTokenIssuer({ alg: 'ES256' });
  const b = createTokenIssuer({ alg: 'ES256' });

  test('A10, S43: tells them apart by the signature alone', async () => {
    const { verify } = setUp({ a: publishes(a), b: publishes(b) });
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
    expect(await verify(b.issueToken(workload))).toBe('verified by b');
  });

  test('A09: refuses a token of cluster b that names the kid of cluster a', async () => {
    const { verify } = setUp({ a: publishes(a), b: publishes(b) });
    const disguised = b.issueToken({ ...workload, header: { kid: a.signingKey().kid } });
    expect(await verify(disguised)).toBe('token_signature_invalid');
  });

  test('A09: verifies a token under its own cluster, though another publishes a key of the same kid', async () => {
    const squatting = { ...b.signingKey().publicJwk, kid: a.signingKey().kid } as unknown as Jwk;
    const { verify } = setUp({ b: () => Promise.resolve(fetchedJwks([squatting])), a: publishes(a) });
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
    expect(await verify(b.issueToken({ ...workload, header: { kid: a.signingKey().kid } }))).toBe(
      'verified by b',
    );
  });

  test('A11: nothing but the signature takes part: the order of the clusters does not', async () => {
    const forwards = setUp({ a: publishes(a), b: publishes(b) });
    const backwards = setUp({ b: publishes(b), a: publishes(a) });
    const compact = a.issueToken({ ...workload, overrides: { cluster: 'b' } });
    expect(await forwards.verify(compact)).toBe('verified by a');
    expect(await backwards.verify(compact)).toBe('verified by a');
  });

  test('A10: refuses a token that the keys of two clusters verify, known or read for it', async () => {
    const { verify } = setUp({ a: publishes(a), clone: publishes(a) });
    expect(await verify(a.issueToken(workload))).toBe('token_cluster_ambiguous');
    expect(await verify(a.issueToken(workload))).toBe('token_cluster_ambiguous');
  });

  test('asks only clusters that allow the algorithm', async () => {
    const { verify, clusters, fetched } = setUp({ a: publishes(a), b: publishes(b) });
    clusters[1] = { ...(clusters[1] ?? expect.fail()), allowedAlgorithms: ['RS256'] };
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
    expect(fetched).toEqual(['a']);
  });
});

describe('clusters that cannot be asked', () => {
  const a = createTokenIssuer({ alg: 'ES256' });
  const b = createTokenIssuer({ alg: 'ES256' });

  test('A23: a cluster that hangs neither delays nor blocks tokens that known keys of another verify', async () => {
    const { verify, keys, clusters } = setUp({ b: hangs, a: publishes(a) });
    await keys.refetchKeys(clusters[1] ?? expect.fail(), null, null);
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
  });

  test('a cluster that hangs is not waited for again once it failed, though the keys of ours have to be read anew', async () => {
    const { verify, sources, clock } = setUp({ b: isDown, a: publishes(a) });
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
    sources.b = hangs;
    clock.advance(600_000);
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
  });

  test('a cluster that failed is waited for where no other verifies the token', async () => {
    const { verify, sources, clock } = setUp({ b: isDown, a: publishes(a) });
    await verify(a.issueToken(workload));
    sources.b = publishes(b);
    clock.advance(30_000);
    expect(await verify(b.issueToken(workload))).toBe('verified by b');
  });

  test('a cluster that is down does not lock out the tokens of another', async () => {
    const { verify } = setUp({ b: isDown, a: publishes(a) });
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
    expect(await verify(a.issueToken(workload))).toBe('verified by a');
  });

  test('is our trouble, not the fault of the token, while nothing is known and the cluster is down', async () => {
    const { verify } = setUp({ a: isDown });
    await expect(verify(a.issueToken(workload))).rejects.toMatchObject({
      reason: 'cluster_keys_unavailable',
    });
  });

  test('is our trouble while the cluster that may have signed is down, whatever the others say', async () => {
    const { verify } = setUp({ a: publishes(a), b: isDown });
    await expect(verify(b.issueToken(workload))).rejects.toBeInstanceOf(UnavailableError);
    const disguised = b.issueToken({ ...workload, header: { kid: a.signingKey().kid } });
    await expect(verify(disguised)).rejects.toBeInstanceOf(UnavailableError);
  });

  test('is our trouble when a key is not among those known and the cluster is down by now', async () => {
    const rotating = createTokenIssuer({ alg: 'ES256' });
    const { verify, sources } = setUp({ a: publishes(rotating) });
    const before = rotating.issueToken(workload);
    expect(await verify(before)).toBe('verified by a');
    sources.a = isDown;
    rotating.rotateKey();
    await expect(verify(rotating.issueToken(workload))).rejects.toBeInstanceOf(UnavailableError);
    expect(await verify(before)).toBe('verified by a');
  });

  test('refuses a bad signature at once where every candidate has a key of that kid', async () => {
    const { verify, sources } = setUp({ a: publishes(a) });
    await verify(a.issueToken(workload));
    sources.a = isDown;
    const forged = a.issueToken({ ...workload, signer: createSigningKey('ES256') });
    expect(await verify(forged)).toBe('token_signature_invalid');
  });
});

describe('a key that its cluster withdraws', () => {
  const REFRESH_MS = 300_000;
  const BOUND_MS = 3_600_000;

  /** A token that was verified, whose key is published no more. */
  const withdrawn = async () => {
    const rotating = createTokenIssuer({ alg: 'ES256' });
    const setup = setUp({ a: publishes(rotating) });
    const compact = rotating.issueToken({ ...workload, ttlSeconds: 86_400 });
    expect(await setup.verify(compact)).toBe('verified by a');
    rotating.rotateKey({ dropPrevious: true });
    return { ...setup, compact };
  };

  test('A22: verifies nothing after five minutes, with traffic all the time', async () => {
    const { verify, clock, compact } = await withdrawn();
    for (let waitedMs = 0; waitedMs < REFRESH_MS; waitedMs += 10_000) {
      clock.advance(10_000);
      expect(await verify(compact)).toBe('verified by a');
    }
    expect(await verify(compact)).toBe('token_key_unknown');
  });

  test('A22: verifies nothing after five minutes, with no traffic but the upkeep', async () => {
    const { verify, clock, compact, keys, clusters } = await withdrawn();
    clock.advance(REFRESH_MS);
    await keys.refreshDue(clusters);
    expect(await verify(compact)).toBe('token_key_unknown');
  });

  test('A22: verifies nothing an hour after the keys were read, while its cluster is down: that is 503', async () => {
    const { verify, clock, compact, sources, keys, clusters } = await withdrawn();
    sources.a = isDown;
    for (let waitedMs = 60_000; waitedMs < BOUND_MS; waitedMs += 60_000) {
      clock.advance(60_000);
      await keys.refreshDue(clusters);
      expect(await verify(compact)).toBe('verified by a');
    }
    clock.advance(60_000);
    await expect(verify(compact)).rejects.toMatchObject({ reason: 'cluster_keys_unavailable' });
  });
});

describe('what a token can bring on', () => {
  const a = createTokenIssuer({ alg: 'ES256' });

  test('L24: fetches nothing for an unknown issuer', async () => {
    const { prove, fetched } = setUp({ a: publishes(a) });
    for (const iss of ['https://attacker.test', 'http://169.254.169.254/', `${ISSUER}/`, '']) {
      const compact = a.issueToken({ ...workload, overrides: { iss } });
      expect(await prove(compact)).toMatchObject({ kind: 'refused', reason: 'token_issuer_unknown' });
    }
    expect(fetched).toEqual([]);
  });

  test('A21: a flood of unknown kids costs one fetch a cool-down, and good tokens pass meanwhile', async () => {
    const { verify, fetched, clock } = setUp({ a: publishes(a) });
    const good = a.issueToken(workload);
    expect(await verify(good)).toBe('verified by a');
    const overrides = { iat: Math.floor(clock.now() / 1000) - 60 };
    for (let round = 1; round <= 3; round += 1) {
      for (let junk = 0; junk < 50; junk += 1) {
        const header = { kid: `junk-${round}-${junk}` };
        expect(await verify(a.issueToken({ ...workload, header, overrides }))).toBe('token_key_unknown');
      }
      expect(await verify(good)).toBe('verified by a');
      expect(fetched).toHaveLength(1 + round);
      clock.advance(30_000);
    }
  });

  test('A21: a junk kid before a rotation does not make new tokens the fault of their callers', async () => {
    const rotating = createTokenIssuer({ alg: 'ES256' });
    const { verify, fetched, clock } = setUp({ a: publishes(rotating) });
    const junkOf = (iat: unknown) =>
      rotating.issueToken({ ...workload, header: { kid: 'junk' }, overrides: { iat } });
    await verify(rotating.issueToken(workload));
    expect(await verify(junkOf(undefined))).toBe('token_key_unknown');
    clock.advance(5_000);
    rotating.rotateKey();
    const iat = Math.floor(clock.now() / 1000);
    const fresh = rotating.issueToken({ ...workload, overrides: { iat } });

    await expect(verify(fresh)).rejects.toMatchObject({
      reason: 'cluster_keys_unavailable',
      retryAfterSeconds: 25,
    });
    for (const other of [undefined, null, `${iat}`, [iat], iat - 60, iat + 62, -iat, 1e300]) {
      expect(await verify(junkOf(other))).toBe('token_key_unknown');
    }
    expect(fetched).toHaveLength(2);
    clock.advance(25_000);
    expect(await verify(fresh)).toBe('verified by a');
  });

  test('S44: fetches nothing by what a header names', async () => {
    const { verify, fetched } = setUp({ a: publishes(a) });
    const { publicJwk } = a.signingKey();
    for (const header of [
      { jku: 'https://attacker.test/jwks' },
      { jwk: publicJwk },
      { x5u: 'https://attacker.test' },
    ]) {
      expect(await verify(a.issueToken({ ...workload, header }))).toBe('token_header_invalid');
    }
    expect(fetched).toEqual([]);
  });
});

describe('L20', () => {
  const a = createTokenIssuer({ alg: 'RS256' });
  const { verify, clock } = setUp({ a: publishes(a) });
  const nowSeconds = Math.floor(clock.now() / 1000);
  const issuedAt = (iat: number) => a.issueToken({ ...workload, overrides: { iat } });
  /** Older than the keys, so that a changed kid is the token's own fault. */
  const compact = issuedAt(nowSeconds - 60);
  /** As new as the keys, so that a changed kid may be our trouble, by what was asked before. */
  const fresh = issuedAt(nowSeconds);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ~'.split('');
  const position = fc.integer({ min: 0, max: Math.min(compact.length, fresh.length) - 1 });

  const reasonOf = (changed: string) =>
    verify(changed).catch((error: unknown) => {
      if (error instanceof UnavailableError) return error.reason;
      throw error;
    });
  const expectRefused = async (change: (original: string) => string) => {
    expect(await verify(change(compact))).toMatch(/^token_/);
    expect(await reasonOf(change(fresh))).toMatch(/^(token_|cluster_keys_unavailable$)/);
  };

  test('verifies both tokens as they were issued', async () => {
    expect(await verify(compact)).toBe('verified by a');
    expect(await verify(fresh)).toBe('verified by a');
  });

  test('L20: verifies no token of which any character was changed, and refuses those older than the keys', async () => {
    await fc.assert(
      fc.asyncProperty(position, fc.constantFrom(...alphabet), async (at, character) => {
        fc.pre(compact[at] !== character && fresh[at] !== character);
        await expectRefused((original) => original.slice(0, at) + character + original.slice(at + 1));
      }),
      { numRuns: 300 },
    );
  });

  test('L20: verifies no token that was cut short, lengthened, or had something put into it', async () => {
    await fc.assert(
      fc.asyncProperty(position, fc.constantFrom(...alphabet), async (at, character) => {
        await expectRefused((original) => original.slice(0, at));
        await expectRefused((original) => original.slice(at + 1));
        await expectRefused((original) => original + character);
        await expectRefused((original) => character + original);
        await expectRefused((original) => original.slice(0, at) + character + original.slice(at));
      }),
    );
  });

  test('L20: refuses claims under the signature of others', async () => {
    const [header, , signature] = compact.split('.');
    const [, payload] = a.issueToken({ ...workload, serviceAccount: 'admin' }).split('.');
    expect(await verify([header, payload, signature].join('.'))).toBe('token_signature_invalid');
  });
});
