import { expect, test } from 'vitest';
import { createTestDeployment } from '../cli/test-deployment.test-support.ts';

test.each([
  ['system', 'nope', 'IdentitySystem nope'],
  ['audience', 'https://nope.company.com', 'Audience https://nope.company.com'],
])(
  'a %s that left no tombstone is not released, and the answer says where they are shown',
  async (kind, name, what) => {
    const { exitCode, stderr } = await createTestDeployment().run('release', kind, name);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`there is no tombstone of ${what}`)]);
    expect(stderr).toContain('"symbolon get tombstones" shows those that are.');
  },
);

test('whoever may not release is told which name it was about', async () => {
  const deployment = createTestDeployment({
    intercept: () =>
      Response.json(
        { type: 'urn:symbolon:problem:forbidden', title: 'Only a global owner may do this' },
        { status: 403 },
      ),
  });
  const { exitCode, stderr } = await deployment.run('release', 'cluster', 'staging');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Cluster staging: Only a global owner')]);
});
