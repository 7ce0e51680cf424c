import type { ExplainRequest, Explanation } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { createTestDeployment, MANIFESTS } from '../cli/test-deployment.test-support.ts';

const WORKLOAD = ['--cluster', 'prod', '--namespace', 'web', '--service-account', 'api'];
const AUDIENCE = ['--audience', 'https://vault.company.com'];
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6d2ViOmFwaSJ9.c2lnbmF0dXJl';

const REFUSED: Explanation = {
  decision: 'refuse',
  reason: 'rule_not_matched',
  epoch: { number: 7, id: 'e7' },
  workload: {
    cluster: 'prod',
    namespace: 'web',
    serviceAccount: 'api',
    serviceAccountUid: null,
    pod: null,
    podUid: null,
    node: null,
    nodeUid: null,
    sourceJti: null,
  },
  identitySystem: 'myidsystem',
  target: 'vault',
  steps: [
    { step: 'parse_token', outcome: 'not_evaluated', detail: 'There is no token.' },
    { step: 'verify_signature', outcome: 'not_evaluated', detail: 'There is no token.' },
    { step: 'target', outcome: 'passed', detail: 'Target vault is enabled.' },
    { step: 'rule', outcome: 'failed', detail: 'No rule allows the workload this target.' },
    { step: 'lifetime', outcome: 'not_reached', detail: '' },
  ],
  rules: [
    {
      name: 'web-tier',
      effect: 'allow',
      priority: 0,
      isDraft: false,
      outcome: 'not_matched',
      because: [{ aspect: 'service_account', detail: 'The ServiceAccount API is not api.' }],
    },
  ],
  rulesOmitted: 3,
  nearMisses: [{ kind: 'letter_case', detail: 'Rule web-tier matches but for letter case: API.' }],
  credential: null,
  lockOut: { mode: 'offline', exchangesRefusedWithinSeconds: 3600, lastCredentialDeadWithinSeconds: null },
};

const ISSUED: Explanation = {
  ...REFUSED,
  decision: 'issue',
  reason: null,
  steps: [{ step: 'rule', outcome: 'passed', detail: 'Rule web-tier allows it.' }],
  nearMisses: [],
  credential: {
    tokenType: 'access_token',
    scopes: ['read'],
    expiresInSeconds: 600,
    claims: { sub: 'myidsystem.web.api' },
    isClampedBySource: false,
  },
  lockOut: { mode: 'offline', exchangesRefusedWithinSeconds: 3600, lastCredentialDeadWithinSeconds: 4200 },
};

function deploymentThat(answers: Explanation, stdin = '') {
  const asked: ExplainRequest[] = [];
  const explain = async (request: ExplainRequest) => {
    asked.push(request);
    return answers;
  };
  return { asked, ...createTestDeployment({ deps: { explain }, stdin }) };
}

test('a refusal reads verdict first, then why, what was probably meant, the steps, the rules and the two numbers', async () => {
  const { run } = deploymentThat(REFUSED);
  const { exitCode, stdout } = await run('explain', ...WORKLOAD, ...AUDIENCE);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`REFUSED  rule_not_matched  prod/web/api → myidsystem/vault

No rule allows the workload this target.

Did you mean
  Rule web-tier matches but for letter case: API.

Steps
  – proof            There is no token.
  ✓ target           Target vault is enabled.
  ✗ rule             No rule allows the workload this target.
  · lifetime

Rules
  · web-tier  allow  priority 0  not matched
      The ServiceAccount API is not api.
  and 3 more, farther from a match

Once the workload is removed
  Exchanges are refused within 1 h: in mode offline nothing here notices a removal, so they go on until the token ends by itself and the leeway for clocks is over.
  This is the worst case: a token of the longest lifetime that the cluster accepts.
`);
});

test('of a token, every step of its proof is shown, and the bounds are its own', async () => {
  const { run } = deploymentThat(REFUSED, TOKEN);
  const { stdout } = await run('explain', '--subject-token-file', '-', ...AUDIENCE);
  expect(stdout).toContain(
    '  – parse token      There is no token.\n  – verify signature There is no token.\n',
  );
  expect(stdout).not.toContain('worst case');
});

test("of a token that is not proven the bounds are the worst case: its own end is anybody's word", async () => {
  const { run } = deploymentThat({ ...REFUSED, workload: null }, TOKEN);
  const { stdout } = await run('explain', '--subject-token-file', '-', ...AUDIENCE);
  expect(stdout).toContain('This is the worst case');
});

test('an issue shows what would be given, and how long it outlives its workload', async () => {
  const { run } = deploymentThat(ISSUED);
  const { stdout } = await run('explain', ...WORKLOAD, ...AUDIENCE);
  expect(stdout).toMatch(/^ISSUED {2}prod\/web\/api → myidsystem\/vault\n/);
  expect(stdout).toContain(
    '  access_token for 600 s, whatever is left of its own token not counted; scopes: read\n  sub: myidsystem.web.api\n',
  );
  expect(stdout).toContain('  The last credential is dead within 1 h 10 min: one that was issued');
});

test('--exit-code makes a refusal exit with 1, having said everything', async () => {
  const refusal = await deploymentThat(REFUSED).run('explain', ...WORKLOAD, ...AUDIENCE, '--exit-code');
  expect(refusal).toMatchObject({ exitCode: 1, stderr: '' });
  expect(
    (await deploymentThat(ISSUED).run('explain', ...WORKLOAD, ...AUDIENCE, '--exit-code')).exitCode,
  ).toBe(0);
});

test('what is asked arrives as it was asked, drafts included', async () => {
  const { asked, run, write } = deploymentThat(REFUSED);
  write(
    'draft.yaml',
    'kind: MappingRule\nname: wide\nidentitySystem: myidsystem\nspec:\n  effect: allow\n  match: {clusters: ["*"], namespaces: ["*"], serviceAccounts: ["*"]}\n  targets: ["*"]\n',
  );
  const more = [
    '--audience',
    'https://two.company.com',
    '--scope',
    'read write',
    '--requested-token-type',
    'id_token',
  ];
  await run('explain', ...WORKLOAD, '--pod-uid', 'u1', ...AUDIENCE, ...more, '--draft', 'draft.yaml');
  expect(asked).toMatchObject([
    {
      subject: { kind: 'workload', workload: { cluster: 'prod', podUid: 'u1', pod: null } },
      audiences: ['https://vault.company.com', 'https://two.company.com'],
      scopes: ['read', 'write'],
      tokenType: 'id_token',
      draftRules: [{ name: 'wide', spec: { effect: 'allow', targets: ['*'] } }],
    },
  ]);
});

const RULE = '{effect: deny, match: {clusters: ["*"], namespaces: ["*"], serviceAccounts: ["*"]}}';
const ruleFile = (identitySystem: string, name = 'wide') =>
  `kind: MappingRule\nname: ${name}\nidentitySystem: ${identitySystem}\nspec: ${RULE}\n`;

describe('a draft', () => {
  const names = (asked: readonly ExplainRequest[]) =>
    asked.map(({ draftRules }) => draftRules.map(({ name }) => name));

  test('is a rule of a file that holds other kinds as well, which are counted and passed over', async () => {
    const { asked, run, write } = deploymentThat(REFUSED);
    write('all.yaml', MANIFESTS);
    const { exitCode, stderr } = await run('explain', ...WORKLOAD, ...AUDIENCE, '--draft', 'all.yaml');
    expect([exitCode, stderr]).toEqual([0, 'note: 3 objects were passed over: a draft is a MappingRule\n']);
    expect(names(asked)).toEqual([['web-tier']]);
  });

  test('that is no rule at all is refused: the answer would be one without any draft', async () => {
    const { asked, run, write } = deploymentThat(ISSUED);
    write('system.yaml', 'kind: IdentitySystem\nname: mine\nspec: {identityDomain: prod}\n');
    const ran = await run('explain', ...WORKLOAD, ...AUDIENCE, '--draft', 'system.yaml', '--exit-code');
    expect([ran.exitCode, ran.stdout, asked]).toEqual([1, '', []]);
    expect(ran.stderr).toContain('there is none in system.yaml');
  });

  test('of another identity system than the one that decides is no answer, whatever the broker said', async () => {
    const { run, write } = deploymentThat(ISSUED);
    write('draft.yaml', ruleFile('other'));
    const ran = await run('explain', ...WORKLOAD, ...AUDIENCE, '--draft', 'draft.yaml', '--exit-code');
    expect([ran.exitCode, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toContain('the audience is one of myidsystem, and only its own rules decide');
    expect(ran.stderr).toContain('MappingRule other/wide (draft.yaml:1)');
  });

  test('of another system beside one of its own is left out, and that is said', async () => {
    const { asked, run, write } = deploymentThat(REFUSED);
    // Of one name, they could not even be asked together.
    write('drafts.yaml', `${ruleFile('other')}---\n${ruleFile('myidsystem')}`);
    const { stderr } = await run('explain', ...WORKLOAD, ...AUDIENCE, '--draft', 'drafts.yaml');
    expect(names(asked)).toEqual([[], ['wide']]);
    expect(stderr).toBe(
      'warning: left out, for the audience is one of myidsystem, and only its own rules decide: MappingRule other/wide (drafts.yaml:1)\n',
    );
  });

  test('of several systems, where the audience is of none, changes nothing', async () => {
    const { asked, run, write } = deploymentThat({ ...REFUSED, identitySystem: null, target: null });
    write('drafts.yaml', `${ruleFile('other')}---\n${ruleFile('myidsystem')}`);
    const ran = await run('explain', ...WORKLOAD, ...AUDIENCE, '--draft', 'drafts.yaml');
    expect([ran.exitCode, ran.stderr, names(asked)]).toEqual([0, '', [[]]]);
  });
});

describe('a token', () => {
  test('is read from a file or standard input without the white space around it, and never shown', async () => {
    for (const format of ['table', 'json', 'yaml']) {
      const { asked, run, write } = deploymentThat(REFUSED, `\n ${TOKEN}\n`);
      write('token', `${TOKEN}\n`);
      for (const file of ['token', '-']) {
        const ran = await run('explain', '--subject-token-file', file, ...AUDIENCE, '-o', format);
        expect(ran.exitCode).toBe(0);
        expect(ran.stdout + ran.stderr).not.toContain(TOKEN.slice(0, 20));
      }
      expect(asked.map(({ subject }) => subject)).toEqual(
        Array(2).fill({ kind: 'subjectToken', subjectToken: TOKEN }),
      );
    }
  });

  test('and a described workload together are refused: a token says itself of whom it is', async () => {
    const { run, write, seen } = deploymentThat(REFUSED);
    write('token', TOKEN);
    const ran = await run('explain', '--subject-token-file', 'token', ...WORKLOAD, ...AUDIENCE);
    expect([ran.exitCode, seen]).toEqual([2, []]);
  });

  test.each([
    ['', 'is empty'],
    ['two tokens', 'does not hold one token'],
    ['a\u001bb', 'does not hold one token'],
    ['x'.repeat(20_000), 'does not hold one token'],
  ])('%#: what is none is not sent', async (text, hint) => {
    const { run, seen } = deploymentThat(REFUSED, text);
    const ran = await run('explain', '--subject-token-file', '-', ...AUDIENCE);
    expect([ran.exitCode, seen]).toEqual([1, []]);
    expect(ran.stderr).toContain(hint);
  });
});

test.each([
  [['explain', ...WORKLOAD], "required option '--audience <audience>' not specified"],
  [['explain', ...AUDIENCE], 'name a workload'],
  [['explain', '--cluster', 'prod', ...AUDIENCE], 'name a workload'],
  [
    ['explain', ...WORKLOAD, ...AUDIENCE, '--requested-token-type', 'saml'],
    'Allowed choices are access_token',
  ],
])('%j is wrong usage', async (args, hint) => {
  const ran = await deploymentThat(REFUSED).run(...args);
  expect([ran.exitCode, ran.stderr]).toEqual([2, expect.stringContaining(hint)]);
});

test('an explanation that cannot be read is no verdict', async () => {
  const { run } = createTestDeployment({ intercept: () => Response.json({ decision: 'maybe' }) });
  expect(await run('explain', ...WORKLOAD, ...AUDIENCE)).toMatchObject({ exitCode: 3, stdout: '' });
});

test('what the broker objects to is named by its option, or by the line of a draft', async () => {
  const problem = {
    type: 'urn:symbolon:problem:body_invalid',
    title: 'The body is not valid',
    errors: [
      { pointer: '/workload/namespace', detail: 'must be a DNS label' },
      { pointer: '/audience/0', detail: 'must be visible ASCII' },
      { pointer: '/subjectToken', detail: 'is too long' },
      { pointer: '/rules/0/match/clusters', detail: 'is too much' },
      { pointer: '', detail: 'is not asked so' },
    ],
  };
  const deployment = createTestDeployment({ intercept: () => Response.json(problem, { status: 400 }) });
  deployment.write('draft.yaml', MANIFESTS);
  const { exitCode, stderr } = await deployment.run(
    'explain',
    ...WORKLOAD,
    ...AUDIENCE,
    '--draft',
    'draft.yaml',
  );
  expect(exitCode).toBe(1);
  expect(stderr.split('\n').slice(2, 7)).toEqual([
    '  --namespace must be a DNS label',
    '  --audience must be visible ASCII',
    '  --subject-token-file is too long',
    '  draft.yaml:7: /match/clusters is too much',
    '  is not asked so',
  ]);
});
