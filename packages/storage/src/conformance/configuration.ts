import type { ReadConfiguration } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { FreshStores } from './open-stores.ts';
import { keyOf, sample, sampleCluster, sampleRule, sampleSystem, sampleTarget } from './samples.ts';

const HARD_TEXT =
  'Ünïcode 🎟 "double" \'single\' \\ back\\u0000slash, $1, %s; DROP TABLE clusters;--\n\tend\u2028';

/** ReadConfiguration, ReadSnapshot. */
export function describeConfiguration(fresh: FreshStores): void {
  describe('configuration', () => {
    test('an object comes back as it was written, text of any script and quoting included', async () => {
      const stores = await fresh();
      const written = sample(keyOf('Cluster', 'production'), {
        labels: { team: HARD_TEXT, [`example.com/${HARD_TEXT}`]: '' },
        description: HARD_TEXT,
        updatedBy: HARD_TEXT,
        spec: { displayName: HARD_TEXT },
      });
      const stored = await stores.change((transaction) => transaction.write(written));
      const { epoch } = await stores.readSnapshot();
      expect(stored).toEqual({
        key: written.key,
        spec: written.spec,
        labels: written.labels,
        description: HARD_TEXT,
        metadata: { createdAtMs: written.nowMs, updatedAtMs: written.nowMs, updatedBy: HARD_TEXT, epoch },
      });
      expect(await stores.read(written.key)).toEqual(stored);
    });

    test('the members of a spec come back in the order in which they were written', async () => {
      const stores = await fresh();
      const { spec, ...rest } = sampleRule('sys', 'allow');
      const members = Object.entries(spec).toReversed();
      await stores.change(async (transaction) => {
        await transaction.write(sampleSystem('sys'));
        await transaction.write({ ...rest, spec: Object.fromEntries(members) as unknown as typeof spec });
      });
      const stored = await stores.read(keyOf('MappingRule', 'allow', 'sys'));
      expect(Object.keys(stored?.spec ?? {})).toEqual(members.map(([name]) => name));
    });

    test('what is not there is null, also under a key of the wrong shape', async () => {
      const stores = await fresh();
      await stores.change(async (transaction) => {
        await transaction.write(sampleSystem('sys'));
        await transaction.write(sampleTarget('sys', 'vault'));
      });
      expect(await stores.read(keyOf('Cluster', 'sys'))).toBeNull();
      expect(await stores.read(keyOf('Target', 'vault', 'other'))).toBeNull();
      expect(await stores.read(keyOf('Target', 'vault'))).toBeNull();
      expect(await stores.read(keyOf('IdentitySystem', 'sys', 'sys'))).toBeNull();
      expect(await stores.read(keyOf('IdentitySystem', 'Sys'))).toBeNull();
    });

    test('replacing an object keeps when it was created', async () => {
      const stores = await fresh();
      const key = keyOf('Revocation', 'stolen');
      await stores.change((transaction) => transaction.write(sample(key, { nowMs: 1_000 })));
      const replaced = await stores.change((transaction) =>
        transaction.write(sample(key, { nowMs: 2_001, updatedBy: 'user:dex:7', labels: { a: 'b' } })),
      );
      expect(replaced.metadata).toMatchObject({
        createdAtMs: 1_000,
        updatedAtMs: 2_001,
        updatedBy: 'user:dex:7',
      });
      expect(await stores.read(key)).toEqual(replaced);
    });

    test('L4: names that differ in case alone are two objects', async () => {
      const stores = await fresh();
      await stores.change(async (transaction) => {
        await transaction.write(sampleSystem('prod'));
        await transaction.write(sampleSystem('Prod'));
      });
      expect(await names(stores, 'IdentitySystem')).toEqual(['Prod', 'prod']);
    });

    test('lists go page by page in byte order, whatever the locale says of dashes, digits and case', async () => {
      const stores = await fresh();
      const inOrder = [
        'A',
        'a',
        'a-',
        'a-1',
        'a-10',
        'a-2',
        'a.b',
        'a1',
        'a10',
        'ab',
        'b',
        'z',
        'é',
        '\u{fffd}',
        '🎟',
      ];
      await stores.change(async (transaction) => {
        await transaction.write(sampleSystem('sys'));
        for (const name of inOrder.toReversed()) await transaction.write(sampleRule('sys', name));
      });
      expect(await names(stores, 'MappingRule', { identitySystem: 'sys' })).toEqual(inOrder);
      const pages: string[][] = [];
      let last: string | null = null;
      do {
        const page = await names(stores, 'MappingRule', { identitySystem: 'sys', after: last, limit: 4 });
        if (page.length > 0) pages.push([...page]);
        last = page.at(-1) ?? null;
      } while (last !== null);
      expect(pages.map((page) => page.length)).toEqual([4, 4, 4, 3]);
      expect(pages.flat()).toEqual(inOrder);
    });

    test('a list holds the objects of its identity system and kind alone', async () => {
      const stores = await fresh();
      await stores.change(async (transaction) => {
        for (const system of ['a', 'ab', 'b']) {
          await transaction.write(sampleSystem(system));
          await transaction.write(sampleTarget(system, `${system}-target`));
          await transaction.write(sampleRule(system, `${system}-rule`));
        }
      });
      expect(await names(stores, 'Target', { identitySystem: 'a' })).toEqual(['a-target']);
      expect(await names(stores, 'MappingRule', { identitySystem: 'ab' })).toEqual(['ab-rule']);
      expect(await names(stores, 'Target')).toEqual([]);
      expect(await names(stores, 'IdentitySystem', { identitySystem: 'a' })).toEqual([]);
    });

    test('a list by labels holds what carries them all, by name and value, page by page', async () => {
      const stores = await fresh();
      const labelled: readonly (readonly [string, Record<string, string>])[] = [
        ['a', { team: 'payments', tier: '1' }],
        ['b', { team: 'Payments', tier: '1' }],
        ['c', { team: 'payments' }],
        ['d', {}],
        ['e', { tier: '1', team: 'payments', 'example.com/x': HARD_TEXT }],
        ['f', { payments: 'team' }],
      ];
      await stores.change(async (transaction) => {
        for (const [name, labels] of labelled)
          await transaction.write(sample(keyOf('Cluster', name), { labels }));
      });
      const named = async (
        labels?: Record<string, string>,
        page: { after?: string; limit?: number } = {},
      ) => {
        const { after = null, limit = 100 } = page;
        const query = { kind: 'Cluster', identitySystem: null, after, limit } as const;
        const objects = await stores.list(labels === undefined ? query : { ...query, labels });
        return objects.map(({ key }) => key.name).join('');
      };
      expect(await named()).toBe('abcdef');
      expect(await named({})).toBe('abcdef');
      expect(await named({ team: 'payments' })).toBe('ace');
      expect(await named({ team: 'payments' }, { limit: 2 })).toBe('ac');
      expect(await named({ team: 'payments' }, { after: 'c', limit: 2 })).toBe('e');
      expect(await named({ team: 'payments', tier: '1' })).toBe('ae');
      expect(await named({ 'example.com/x': HARD_TEXT })).toBe('e');
      for (const nobodys of ['\0', '\ud800', 'x'.repeat(1_000_000), "'; DROP TABLE clusters;--", '{"a":']) {
        expect(await named({ team: nobodys })).toBe('');
        expect(await named({ [nobodys]: 'payments' })).toBe('');
      }
      expect(await named({ constructor: 'Object' })).toBe('');
      expect(await named(Object.fromEntries([['__proto__', '']]))).toBe('');
    });

    test('a snapshot holds everything, as of one epoch', async () => {
      const stores = await fresh();
      const [cluster, system, target, rule, revocation] = await stores.change(async (transaction) => [
        await transaction.write(sampleCluster('production')),
        await transaction.write(sampleSystem('sys')),
        await transaction.write(sampleTarget('sys', 'vault')),
        await transaction.write(sampleRule('sys', 'allow')),
        await transaction.write(sample(keyOf('Revocation', 'stolen'))),
      ]);
      expect(await stores.readSnapshot()).toEqual({
        epoch: cluster?.metadata.epoch,
        clusters: [cluster],
        identitySystems: [system],
        targets: [target],
        rules: [rule],
        revocations: [revocation],
      });
    });
  });
}

async function names(
  stores: ReadConfiguration,
  kind: 'Target' | 'MappingRule' | 'IdentitySystem',
  page: { readonly identitySystem?: string; readonly after?: string | null; readonly limit?: number } = {},
): Promise<readonly string[]> {
  const { identitySystem = null, after = null, limit = 100 } = page;
  const objects = await stores.list({ kind, identitySystem, after, limit });
  return objects.map(({ key }) => key.name);
}
