import { type Cluster, type ClusterDirectory, proveSubjectToken, UnavailableError } from '@symbolon/core';
import {
  createFakeClock,
  createSigningKey,
  createTokenIssuer,
  type IssueTokenOptions,
} from '@symbolon/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { createKeyCache } from '../keys/key-cache.ts';
import type { Jwk } from '../keys/ports.ts';
import { fetchedJwks } from '../keys/published.test-support.ts';
import { createVerifySignature } from '../verify-signature.ts';
import type { RecentMapBounds } from './recent-map.ts';
import { createRememberedProofs } from './remember-proofs.ts';

const BROKER = 'https://broker.test';
const SECOND = 1_000;
const workload: IssueTokenOptions = { namespace: 'demo', serviceAccount: 'api', audiences: [BROKER] };

/** A broker of one cluster, whose published keys, configuration and clock the test changes. */
function setUp(bounds?: RecentMapBounds) {
  const clock = createFakeClock(1_795_000_000_000);
  const issuer = createTokenIssuer({ alg: 'ES256', now: clock.now });
  const state = {
    published: issuer.jwks().keys as Jwk[],
    publishedBy: {} as { [cluster: string]: Jwk[] },
    isDown: false,
    clusters: [clusterFixture({ name: 'a', issuers: [issuer.issuer] })] as readonly Cluster[],
    verifications: 0,
  };
  const keys = createKeyCache({
    now: clock.now,
    reportKeys: () => {},
    fetchJwks: async ({ name }) => {
      if (state.isDown) throw new UnavailableError('cluster_keys_unavailable', 'it is down');
      return fetchedJwks(state.publishedBy[name] ?? state.published);
    },
  });
  const { verifySignature } = createVerifySignature(keys);
  const directory: ClusterDirectory = {
    epoch: { number: 1, id: 'a' },
    clustersOfIssuer: (name) => state.clusters.filter(({ issuers }) => issuers.includes(name)),
  };
  const proofs = createRememberedProofs(
    {
      knownKeys: keys.knownKeys,
      verifySignature(token, candidates) {
        state.verifications += 1;
        return verifySignature(token, candidates);
      },
      now: clock.now,
      key: new Uint8Array(32).fill(7),
    },
    bounds,
  );
  /** What became of a token, and whether its signature was looked at. */
  const prove = async (compact: string) => {
    const before = state.verifications;
    const proof = await proveSubjectToken(compact, directory, { ...proofs, now: clock.now });
    const how = state.verifications === before ? 'remembered' : 'verified';
    return `${proof.kind === 'proven' ? `proven of ${proof.workload.cluster}` : proof.reason}, ${how}`;
  };
  const change = (changes: Partial<Cluster>) => {
    state.clusters = state.clusters.map((cluster) => ({ ...cluster, ...changes }));
  };
  /** A token that was proven twice, the second time without another look at its signature. */
  const remembered = async (options: Partial<IssueTokenOptions> = {}) => {
    const compact = issuer.issueToken({ ...workload, ...options });
    await prove(compact);
    await prove(compact);
    expect(await prove(compact)).toBe('proven of a, remembered');
    return compact;
  };
  return { clock, issuer, state, keys, proofs, directory, prove, change, remembered };
}

test('a token is verified once, and gives the same workload when it comes again', async () => {
  const { remembered, proofs, directory } = setUp();
  const compact = await remembered();
  const again = await proofs.verifySubjectToken(compact, directory);
  expect(again).toMatchObject({ kind: 'verified', cluster: { name: 'a' }, token: { cluster: 'a' } });
});

describe('L22: whatever differs from a remembered token is verified', () => {
  test('in any one character, header, claims or signature', async () => {
    const { remembered, prove } = setUp();
    const compact = await remembered();
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: compact.length - 1 }),
        fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.'),
        async (at, character) => {
          const other = compact.slice(0, at) + character + compact.slice(at + 1);
          if (other === compact) return;
          expect(await prove(other).catch(() => 'unavailable')).not.toContain('proven');
        },
      ),
      { numRuns: 200 },
    );
    expect(await prove(compact)).toBe('proven of a, remembered');
  });

  test('cut short, extended or with another part behind it (L20)', async () => {
    const { remembered, prove } = setUp();
    const compact = await remembered();
    for (const other of [compact.slice(0, -1), `${compact}A`, `${compact}=`, `${compact}.`, ` ${compact}`]) {
      expect(await prove(other)).not.toContain('proven');
    }
  });

  test('distinct tokens never share a proof: each proves the workload that it names', async () => {
    const { issuer, proofs, directory, prove } = setUp();
    const names = Array.from({ length: 50 }, (_, at) => `api-${at}`);
    const tokens = names.map((serviceAccount) => issuer.issueToken({ ...workload, serviceAccount }));
    for (let round = 0; round < 3; round++) for (const token of tokens) await prove(token);
    for (const [at, token] of tokens.entries()) {
      const proof = await proofs.verifySubjectToken(token, directory);
      expect(proof).toMatchObject({
        token: { claims: { sub: `system:serviceaccount:demo:${names[at]}` } },
      });
    }
  });
});

describe('A32: what is judged of a token is judged every time', () => {
  test('A24: the time', async () => {
    const { remembered, prove, clock } = setUp();
    const compact = await remembered({ ttlSeconds: 600 });
    clock.advance(631 * SECOND);
    expect(await prove(compact)).toMatch(/^token_expired/);
  });

  test('A33: none is remembered beyond its expiry, though clocks may differ by more', async () => {
    const { remembered, prove, clock } = setUp();
    const compact = await remembered({ ttlSeconds: 20 });
    clock.advance(20 * SECOND);
    expect(await prove(compact)).toBe('proven of a, verified');
    expect(await prove(compact)).toBe('proven of a, verified');
  });

  test.each<[string, Partial<Cluster>, string]>([
    ['the audiences', { audiences: ['https://elsewhere.test'] }, 'token_audience_wrong'],
    ['those of the API server', { apiServerAudiences: [BROKER] }, 'token_audience_api_server'],
    ['the longest lifetime', { maxTokenLifetimeSeconds: 60 }, 'token_lifetime_too_long'],
  ])('%s of the cluster, even where its revision stayed', async (_, changes, reason) => {
    const { remembered, prove, change } = setUp();
    const compact = await remembered();
    change(changes);
    expect(await prove(compact)).toBe(`${reason}, remembered`);
  });

  test('a mode that demands more than a signature, even where the revision stayed', async () => {
    const { remembered, prove, change } = setUp();
    const compact = await remembered();
    change({ validation: { mode: 'review', jwks: { source: 'apiServer' } } });
    await expect(prove(compact)).rejects.toThrow('validation mode review');
  });
});

describe('what it was verified against must still be so', () => {
  test('A32: another revision of the cluster', async () => {
    const { remembered, prove, change } = setUp();
    const compact = await remembered();
    change({ revision: '2-b' });
    expect(await prove(compact)).toBe('proven of a, verified');
  });

  test('L14: a cluster that was disabled or deleted', async () => {
    const { remembered, prove, state } = setUp();
    const compact = await remembered();
    const { clusters } = state;
    state.clusters = [];
    expect(await prove(compact)).toBe('token_issuer_unknown, remembered');
    state.clusters = clusters;
    expect(await prove(compact)).toBe('proven of a, verified');
  });

  test('A10: a cluster that came to share the issuer and the key makes the token ambiguous', async () => {
    const { remembered, prove, state } = setUp();
    const compact = await remembered();
    const [a] = state.clusters;
    const b = clusterFixture({ ...a, name: 'b', revision: '2-b' });
    state.clusters = [...state.clusters, b];
    await prove(compact);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await prove(compact)).toBe('token_cluster_ambiguous, verified');
  });

  test('A10: a cluster that shares the issuer and comes to publish the key makes it ambiguous', async () => {
    const { remembered, prove, state, clock, keys } = setUp();
    const [a] = state.clusters;
    state.clusters = [...state.clusters, clusterFixture({ ...a, name: 'b', revision: '2-b' })];
    state.publishedBy.b = [createSigningKey('ES256').publicJwk as unknown as Jwk];
    await keys.refreshDue(state.clusters);
    const compact = await remembered();
    state.publishedBy.b = state.published;
    clock.advance(301 * SECOND);
    await keys.refreshDue(state.clusters);
    expect(await prove(compact)).toBe('token_cluster_ambiguous, verified');
  });

  test('keys that were read again and are the same make nobody unknown', async () => {
    const { remembered, prove, state, clock, keys } = setUp();
    const compact = await remembered();
    for (let times = 0; times < 3; times++) {
      clock.advance(301 * SECOND);
      await keys.refreshDue(state.clusters);
      expect(await prove(compact)).toBe('proven of a, remembered');
    }
  });

  test('A22: a key that comes to be published for another algorithm alone', async () => {
    const { prove, state, clock, keys } = setUp();
    const rsa = createTokenIssuer({ alg: 'RS256', now: clock.now });
    const [jwk] = rsa.jwks().keys as Jwk[];
    const { alg: _, ...withoutAlgorithm } = jwk as Jwk & { alg: string };
    state.published = [withoutAlgorithm];
    state.clusters = [clusterFixture({ name: 'a', issuers: [rsa.issuer] })];
    const compact = rsa.issueToken(workload);
    await prove(compact);
    await prove(compact);
    expect(await prove(compact)).toBe('proven of a, remembered');
    state.published = [{ ...withoutAlgorithm, alg: 'PS256' }];
    clock.advance(301 * SECOND);
    await keys.refreshDue(state.clusters);
    expect(await prove(compact)).toBe('token_algorithm_not_allowed, verified');
  });

  test('A22: a key that was withdrawn, as soon as the keys were read again', async () => {
    const { remembered, prove, state, clock, keys } = setUp();
    const compact = await remembered();
    state.published = [createSigningKey('ES256').publicJwk as unknown as Jwk];
    clock.advance(301 * SECOND);
    await keys.refreshDue(state.clusters);
    expect(await prove(compact)).toMatch(/^token_(key_unknown|signature_invalid)/);
  });

  test('A22: another key under the same kid', async () => {
    const { remembered, prove, state, clock, keys } = setUp();
    const compact = await remembered();
    const [{ kid } = {}] = state.published;
    state.published = [{ ...(createSigningKey('ES256').publicJwk as unknown as Jwk), ...(kid && { kid }) }];
    clock.advance(301 * SECOND);
    await keys.refreshDue(state.clusters);
    expect(await prove(compact)).toBe('token_signature_invalid, verified');
  });

  test('A22: keys past their bound, for an outage is no reason to believe in them', async () => {
    const { remembered, prove, state, clock } = setUp();
    const compact = await remembered();
    state.isDown = true;
    for (let minutes = 0; minutes < 61; minutes++) {
      clock.advance(60 * SECOND);
      await prove(compact).catch(() => null);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect(prove(compact)).rejects.toMatchObject({ reason: 'cluster_keys_unavailable' });
  });
});

describe('nothing but what was verified is remembered', () => {
  test('A33: a refusal is not: what is mended is proven the next time', async () => {
    const { issuer, prove, state, clock } = setUp();
    const { published } = state;
    state.published = [createSigningKey('ES256').publicJwk as unknown as Jwk];
    const compact = issuer.issueToken(workload);
    expect(await prove(compact)).not.toContain('proven');
    state.published = published;
    clock.advance(60 * SECOND);
    expect(await prove(compact)).toContain('proven of a');
  });

  test('A33: nor is an outage', async () => {
    const { issuer, prove, state, clock } = setUp();
    state.isDown = true;
    const compact = issuer.issueToken(workload);
    await expect(prove(compact)).rejects.toBeInstanceOf(UnavailableError);
    state.isDown = false;
    clock.advance(60 * SECOND);
    expect(await prove(compact)).toContain('proven of a');
  });

  test('L23: whoever holds a cluster\u2019s keys fills no more memory with a few tokens of nothing but brackets', async () => {
    const { prove, issuer } = setUp({ maxEntries: 8, maxBytes: 100_000 });
    const brackets = Array.from({ length: 2_000 }, () => ({}));
    const compact = issuer.issueToken({ ...workload, overrides: { brackets } });
    const proofs = [await prove(compact), await prove(compact), await prove(compact)];
    expect(new Set(proofs)).toEqual(new Set(['proven of a, verified']));
  });

  test('L23: junk by the thousand drives out nothing that is in use', async () => {
    const { remembered, prove, issuer } = setUp({ maxEntries: 8, maxBytes: 100_000 });
    const compact = await remembered();
    const [head, claims] = issuer.issueToken(workload).split('.');
    for (let at = 0; at < 2_000; at++) {
      await prove(
        at % 2 === 0 ? `junk-${at}` : `${head}.${claims}.${Buffer.alloc(64, at).toString('base64url')}`,
      );
    }
    expect(await prove(compact)).toBe('proven of a, remembered');
  });
});
