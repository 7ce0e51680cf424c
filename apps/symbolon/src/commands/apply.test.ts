import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestDeployment, MANIFESTS, SYSTEM, TARGET } from '../cli/test-deployment.test-support.ts';

const writes = (seen: readonly { method: string; url: URL }[]) =>
  seen.filter(({ method, url }) => method !== 'GET' && url.searchParams.get('dryRun') !== 'true');

describe('a plan', () => {
  test('makes what is not there, in the order in which one thing needs another', async () => {
    const deployment = createTestDeployment();
    deployment.write('all.yaml', MANIFESTS);
    const { exitCode, stdout, stderr } = await deployment.run('apply', '-f', 'all.yaml');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Plan: 4 to create, 0 to change, 0 unchanged.');
    expect(stdout.slice(stdout.indexOf('\ncreated '))).toBe(
      '\ncreated Cluster prod\ncreated IdentitySystem myidsystem\ncreated Target myidsystem/vault\ncreated MappingRule myidsystem/web-tier\n',
    );
  });

  test('shows what changes line by line and leaves alone what is as the file says', async () => {
    const deployment = createTestDeployment();
    deployment.write('all.yaml', MANIFESTS);
    await deployment.run('apply', '-f', 'all.yaml');
    deployment.seen.length = 0;
    deployment.write('all.yaml', MANIFESTS.replace('targets: [vault]', 'targets: [vault]\n  priority: 5'));
    const { exitCode, stdout } = await deployment.run('apply', '-f', 'all.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('~ change    MappingRule myidsystem/web-tier  (all.yaml:1)');
    expect(stdout).toContain('    - priority: 0\n    + priority: 5\n');
    expect(stdout).toContain('Plan: 0 to create, 1 to change, 3 unchanged.');
    expect(writes(deployment.seen).map(({ url }) => url.pathname)).toEqual([
      '/admin/v1/identity-systems/myidsystem/rules/web-tier',
    ]);
  });

  test('says of what belongs to a system of the same plan that it is judged later, and shows its defaults too', async () => {
    const deployment = createTestDeployment();
    deployment.write('all.yaml', MANIFESTS);
    const later = '    judged when IdentitySystem myidsystem is there: it may be refused then\n';
    const { stdout } = await deployment.run('apply', '-f', 'all.yaml', '--dry-run');
    expect(stdout.split(later).length - 1).toBe(2);
    expect(stdout).toContain(`Target myidsystem/vault  (all.yaml:12)\n${later}`);
    expect(stdout).toContain('    + defaultTtlSeconds: 600\n');
    await deployment.run('apply', '-f', 'all.yaml');
    deployment.write('more.yaml', MANIFESTS.replaceAll('web-tier', 'other'));
    expect((await deployment.run('apply', '-f', 'more.yaml')).stdout).not.toContain('judged when');
  });

  test('what is refused only when its system is there stops apply, which says what is done', async () => {
    const deployment = createTestDeployment();
    await deployment.put('/identity-systems/theirs', SYSTEM);
    await deployment.put('/identity-systems/theirs/targets/vault', TARGET);
    deployment.write('all.yaml', MANIFESTS);
    const { exitCode, stderr } = await deployment.run('apply', '-f', 'all.yaml');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('/audiences/0 is taken or reserved')]);
    expect(stderr).toContain('Done: Cluster prod, IdentitySystem myidsystem.');
    expect(stderr).toContain('Not done: Target myidsystem/vault, MappingRule myidsystem/web-tier.');
  });

  test('colours the lines where the terminal has colours, and nowhere else', async () => {
    const coloured = createTestDeployment({ hasColors: true });
    coloured.write('all.yaml', MANIFESTS);
    expect((await coloured.run('apply', '-f', 'all.yaml', '--dry-run')).stdout).toContain(
      '\u001b[32m    + identityDomain: prod\u001b[39m',
    );
    const plain = createTestDeployment();
    plain.write('all.yaml', MANIFESTS);
    expect((await plain.run('apply', '-f', 'all.yaml', '--dry-run')).stdout).not.toContain('\u001b');
  });

  test('a dry run shows the same plan, says that nothing was changed, and changes nothing', async () => {
    const deployment = createTestDeployment();
    deployment.write('all.yaml', MANIFESTS);
    const { exitCode, stdout } = await deployment.run('apply', '-f', 'all.yaml', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Plan: 4 to create');
    expect(stdout).toContain('This was a dry run: nothing was changed.');
    expect(writes(deployment.seen)).toEqual([]);
    expect((await deployment.call('GET', '/clusters/prod')).status).toBe(404);
  });

  test('what was got can be applied again and is unchanged, its secret included', async () => {
    const deployment = createTestDeployment();
    deployment.write('all.yaml', MANIFESTS);
    await deployment.run('apply', '-f', 'all.yaml');
    for (const kind of ['clusters', 'systems', 'targets', 'rules']) {
      for (const format of ['yaml', 'json']) {
        const { stdout } = await deployment.run('get', kind, '-o', format);
        deployment.write('got.yaml', stdout);
        const again = await deployment.run('apply', '-f', 'got.yaml');
        expect([again.stderr, again.exitCode]).toEqual(['', 0]);
        expect(again.stdout).toContain('0 to create, 0 to change, 1 unchanged');
      }
    }
  });

  test('standard input and the files of a folder are read too', async () => {
    const deployment = createTestDeployment({ stdin: MANIFESTS });
    expect((await deployment.run('apply', '-f', '-')).stdout).toContain('(standard input:1)');
    mkdirSync(join(deployment.folder, 'folder', 'within'), { recursive: true });
    deployment.write(
      'folder/b.json',
      '{"kind":"IdentitySystem","name":"b","spec":{"identityDomain":"prod"}}',
    );
    deployment.write('folder/notes.txt', 'not: [yaml');
    writeFileSync(join(deployment.folder, 'folder', 'within', 'c.yaml'), 'not: [yaml');
    const { stdout, exitCode } = await deployment.run('apply', '-f', 'folder');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('created IdentitySystem b\n');
  });
});

describe('files that are wrong', () => {
  async function refusal(text: string) {
    const deployment = createTestDeployment();
    deployment.write('a.yaml', text);
    const ran = await deployment.run('apply', '-f', 'a.yaml');
    expect([ran.exitCode, ran.stdout, deployment.seen]).toEqual([1, '', []]);
    return ran.stderr;
  }

  test('every problem of every document is named with file and line before anything is sent', async () => {
    const stderr = await refusal(`kind: MappingRul
name: Web
identitySystem: myidsystem
spec: {}
---
kind: Target
name: vault
identitySystem: myidsystem
spec:
  audiences:
    - https://vault.company.com
    - "with space"
  scops: [a]
lables: {a: b}
`);
    expect(stderr).toContain('there are 5 problems, so nothing was changed');
    expect(stderr).toContain('a.yaml:1: kind must be one of');
    expect(stderr).toContain('Did you mean MappingRule?');
    expect(stderr).toContain('a.yaml:2: name must be a DNS label');
    expect(stderr).toContain('a.yaml:12: spec.audiences.1 must be');
    expect(stderr).toContain('a.yaml:13: spec.scops is an unknown field. Did you mean scopes?');
    expect(stderr).toContain('a.yaml:14: lables is an unknown field. Did you mean labels?');
  });

  test('of one object in two places neither wins', async () => {
    const stderr = await refusal(
      `${MANIFESTS}---\n${MANIFESTS.slice(MANIFESTS.indexOf('kind: IdentitySystem'))}`,
    );
    expect(stderr).toMatch(/a\.yaml:\d+: IdentitySystem myidsystem is already in a\.yaml:18/);
  });

  test.each([
    ['a member that comes twice', 'kind: Cluster\nkind: Target\n', 'a.yaml:2: this member is there already'],
    ['a tab', 'kind: Cluster\nspec:\n\tmode: a\n', 'a.yaml:3: a tab cannot indent'],
    ['a tag', 'kind: !!js/function x\n', 'a.yaml:1: a tag that is not known'],
    ['no object', 'hello\n', 'a.yaml:1: must be an object with kind, name and spec'],
    ['a missing name', 'kind: Cluster\nspec: {}\n', 'a.yaml:1: name is required'],
    [
      'a missing owner',
      'kind: Target\nname: a\nspec: {audiences: [a]}\n',
      'a.yaml:1: identitySystem is required',
    ],
    ['a name that is none', 'kind: Cluster\nname: 7\nspec: {}\n', 'a.yaml:2: name must be a DNS label'],
    [
      'labels in the spec',
      'kind: Target\nname: a\nidentitySystem: b\nspec:\n  audiences: [a]\n  labels: {}\n',
      'a.yaml:6: labels stand beside spec',
    ],
    [
      'an owner that a cluster does not have',
      'kind: Cluster\nname: a\nidentitySystem: b\nspec: {}\n',
      'a.yaml:3: a Cluster belongs to no identity system',
    ],
  ])('%s is refused with its line', async (_, text, expected) => {
    expect(await refusal(text)).toContain(expected);
  });

  test('a file of aliases that would grow without end is refused, and no value of a broken file is repeated', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of Object.entries({ b: 'a', c: 'b', d: 'c', e: 'd', f: 'e' })) {
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`);
    }
    expect(await refusal(bomb.join('\n'))).toContain('its aliases cannot be followed');
    expect(await refusal('token: "hunter2-secret\nkind: [\n')).not.toContain('hunter2');
  });

  test('an alias that leads into itself is refused, and not followed for ever', async () => {
    expect(await refusal('kind: Cluster\nname: a\nspec: &a {labels: [*a]}\n')).toContain(
      'a.yaml:1: its aliases cannot be followed',
    );
  });

  test('a file that is not UTF-8 is refused, and not read as another text', async () => {
    const deployment = createTestDeployment();
    writeFileSync(join(deployment.folder, 'a.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    const { exitCode, stderr } = await deployment.run('apply', '-f', 'a.yaml');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('a.yaml is not UTF-8')]);
  });

  test('what a parser says of one line over and over is told once', async () => {
    expect((await refusal('['.repeat(5_000))).split('\n').length).toBeLessThan(10);
  });

  test.runIf(existsSync('/dev/zero'))('a device without an end is not read to its end', async () => {
    const { run } = createTestDeployment();
    const { exitCode, stderr } = await run('apply', '-f', '/dev/zero');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('/dev/zero is larger than 16 MiB')]);
  });

  test.runIf(existsSync('/dev/zero'))('what is no file is refused among those of a folder', async () => {
    const { folder, run } = createTestDeployment();
    mkdirSync(join(folder, 'all'));
    symlinkSync('/dev/zero', join(folder, 'all', 'a.yaml'));
    expect((await run('apply', '-f', 'all')).stderr).toContain('all/a.yaml is not a regular file');
  });

  test('what the broker objects to is named with its line, and nothing is changed', async () => {
    const deployment = createTestDeployment();
    await deployment.put('/identity-systems/other', { ...SYSTEM, audiencePatterns: ['https://other.*'] });
    deployment.write(
      'a.yaml',
      'kind: Target\nname: vault\nidentitySystem: other\nspec:\n  enabled: true\n  audiences:\n    - https://vault.company.com\n---\nkind: IdentitySystem\nname: fine\nspec: {identityDomain: prod}\n',
    );
    const { exitCode, stderr } = await deployment.run('apply', '-f', 'a.yaml');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/a\.yaml:7: Target other\/vault: \/audiences\/0 /);
    expect(writes(deployment.seen)).toEqual([]);
  });

  test('a system whose name was deleted is one problem, with the command that mends it; what it would own is none', async () => {
    const deployment = createTestDeployment();
    await deployment.put('/identity-systems/myidsystem', SYSTEM);
    await deployment.run('delete', 'system', 'myidsystem');
    deployment.write('a.yaml', MANIFESTS);
    const { exitCode, stderr } = await deployment.run('apply', '-f', 'a.yaml');
    expect([exitCode, writes(deployment.seen).length]).toEqual([1, 1]);
    expect(stderr).toContain('there is a problem, so nothing was changed');
    expect(stderr).toContain('a global owner releases it by "symbolon release system myidsystem"');
    expect(stderr).not.toMatch(/POST|no identity system/);
    expect(await deployment.run('release', 'system', 'myidsystem')).toMatchObject({ exitCode: 0 });
    expect(await deployment.run('apply', '-f', 'a.yaml')).toMatchObject({ exitCode: 0 });
  });

  test('a cluster whose name was deleted is told its own command', async () => {
    const deployment = createTestDeployment();
    deployment.write('a.yaml', MANIFESTS);
    await deployment.run('apply', '-f', 'a.yaml');
    await deployment.run('delete', '-f', 'a.yaml');
    expect((await deployment.run('apply', '-f', 'a.yaml')).stderr).toContain(
      '"symbolon release cluster prod"',
    );
  });

  test('what belongs to a system that nobody makes is refused', async () => {
    const deployment = createTestDeployment();
    deployment.write(
      'a.json',
      JSON.stringify({ kind: 'Target', name: 'vault', identitySystem: 'gone', spec: TARGET }),
    );
    const { stderr } = await deployment.run('apply', '-f', 'a.json');
    expect(stderr).toContain('a.json:1: Target gone/vault: there is no identity system gone');
  });

  test('a file that is not there, and a folder without files, are said so', async () => {
    const deployment = createTestDeployment();
    expect((await deployment.run('apply', '-f', 'nowhere.yaml')).stderr).toContain(
      'nowhere.yaml cannot be read (ENOENT)',
    );
    mkdirSync(join(deployment.folder, 'empty'));
    expect((await deployment.run('apply', '-f', 'empty')).stderr).toContain(
      'holds no .yaml, .yml or .json file',
    );
  });
});

describe('somebody else in between', () => {
  test('A47: an object that was changed after the plan stops apply, which says what is done and what is not', async () => {
    const deployment = createTestDeployment({
      intercept: async (request) => {
        const { pathname, search } = new URL(request.url);
        const isWrite = request.method === 'PUT' && search === '';
        if (isWrite && pathname.endsWith('/targets/vault')) {
          await deployment.call('PUT', '/identity-systems/myidsystem/targets/vault', {
            ...TARGET,
            maxTtlSeconds: 900,
          });
        }
        return null;
      },
    });
    for (const path of ['/identity-systems/myidsystem']) await deployment.put(path, SYSTEM);
    await deployment.put('/identity-systems/myidsystem/targets/vault', TARGET);
    deployment.write(
      'a.yaml',
      MANIFESTS.replace(
        'audiences: [https://vault.company.com]',
        'audiences: [https://vault.company.com]\n  enabled: false',
      ),
    );
    const { exitCode, stdout, stderr } = await deployment.run('apply', '-f', 'a.yaml');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('created Cluster prod\n');
    expect(stderr).toContain(
      'Target myidsystem/vault was changed by somebody else since the plan was made (412)',
    );
    expect(stderr).toContain('Done: Cluster prod, IdentitySystem myidsystem.');
    expect(stderr).toContain('Not done: Target myidsystem/vault, MappingRule myidsystem/web-tier.');
    const target = await (await deployment.call('GET', '/identity-systems/myidsystem/targets/vault')).json();
    expect(target).toMatchObject({ maxTtlSeconds: 900, enabled: true });
  });

  test('A47: an object that appeared after the plan is not overwritten', async () => {
    const deployment = createTestDeployment({
      intercept: async (request) => {
        const isWrite = request.method === 'PUT' && new URL(request.url).search === '';
        if (isWrite) await deployment.put('/identity-systems/mine', { ...SYSTEM, displayName: 'theirs' });
        return null;
      },
    });
    deployment.write('a.yaml', 'kind: IdentitySystem\nname: mine\nspec: {identityDomain: prod}\n');
    expect((await deployment.run('apply', '-f', 'a.yaml')).stderr).toContain('(412)');
    expect(await (await deployment.call('GET', '/identity-systems/mine')).json()).toMatchObject({
      displayName: 'theirs',
    });
  });

  test('what is done is named as well where the broker goes away half-way', async () => {
    const deployment = createTestDeployment({
      intercept: (request) =>
        request.method === 'PUT' &&
        new URL(request.url).search === '' &&
        request.url.includes('identity-systems')
          ? new Response('{}', { status: 503, headers: { 'Content-Type': 'application/problem+json' } })
          : null,
    });
    deployment.write('a.yaml', MANIFESTS);
    const { exitCode, stderr } = await deployment.run('apply', '-f', 'a.yaml');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Done: Cluster prod.');
  });
});

describe('a person at a terminal', () => {
  test('is asked after the plan, and nothing is changed without a yes', async () => {
    const deployment = createTestDeployment({ isTty: true, stdin: 'n\n' });
    deployment.write('a.yaml', MANIFESTS);
    const { exitCode, stdout, stderr } = await deployment.run('apply', '-f', 'a.yaml');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Plan: 4 to create');
    expect(stderr).toContain('Make these changes? [y/N]');
    expect(stderr).toContain('nothing was done');
    expect(writes(deployment.seen)).toEqual([]);
  });

  test('is not asked with --yes, nor where nothing changes', async () => {
    const deployment = createTestDeployment({ isTty: true });
    deployment.write('a.yaml', MANIFESTS);
    expect((await deployment.run('apply', '-f', 'a.yaml', '--yes')).exitCode).toBe(0);
    expect(await deployment.run('apply', '-f', 'a.yaml')).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
