import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SubjectForm } from './objects.ts';
import { renderSubject, type SubjectOrder } from './render-subject.ts';

const WITHOUT_CLUSTER = '{namespace}.{serviceAccount}';
const WITH_CLUSTER = '{cluster}.{namespace}.{serviceAccount}';

interface Parts {
  readonly system?: string;
  readonly form?: SubjectForm;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly sharedSubject?: string | null;
  readonly maxSubjectBytes?: number;
}

function orderOf(parts: Parts): SubjectOrder {
  const {
    system = 'myidsystem',
    form = WITHOUT_CLUSTER,
    sharedSubject = null,
    maxSubjectBytes = 255,
  } = parts;
  const { cluster = 'eu1', namespace = 'demo', serviceAccount = 'api' } = parts;
  return {
    system: { name: system, subject: form },
    workload: { cluster, namespace, serviceAccount: { name: serviceAccount } },
    sharedSubject,
    maxSubjectBytes,
  };
}

function render(parts: Parts): string {
  const rendered = renderSubject(orderOf(parts));
  return rendered.kind === 'rendered' ? rendered.subject : rendered.reason;
}

/** The whole legal alphabet, weighted to where names can be confused: few letters, many dots and hyphens. */
const alphanumeric = fc.oneof(
  fc.constantFrom('a', 'b', '0'),
  fc.constantFrom(...'cdefghijklmnopqrstuvwxyz123456789'.split('')),
);
const label = fc
  .tuple(alphanumeric, fc.string({ unit: fc.constantFrom('a', 'b', '-', '0'), maxLength: 3 }), alphanumeric)
  .map((parts) => parts.join(''));
const shortLabel = fc.oneof(fc.constantFrom('a', 'b', 'shared'), label);
const subdomain = fc.array(shortLabel, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));

const identity = fc.record({
  cluster: shortLabel,
  namespace: shortLabel,
  serviceAccount: subdomain,
  sharedSubject: fc.option(shortLabel),
});

const TWIN = { cluster: 'a', namespace: 'b', serviceAccount: 'a.b', sharedSubject: null };

describe('renderSubject', () => {
  test('spells the two forms and the shared subject', () => {
    expect(render({})).toBe('myidsystem.demo.api');
    expect(render({ form: WITH_CLUSTER, serviceAccount: 'api.v2' })).toBe('myidsystem.eu1.demo.api.v2');
    expect(render({ sharedSubject: 'deployers' })).toBe('myidsystem.shared/deployers');
  });

  test.each([WITHOUT_CLUSTER, WITH_CLUSTER] as const)(
    'A01 A04 L5: no two workloads of a system get one subject by the form %s, except by sharing it',
    (form) => {
      const spelled = ({ cluster, namespace, serviceAccount, sharedSubject }: Parts) =>
        sharedSubject !== null
          ? `shared ${sharedSubject}`
          : [form === WITH_CLUSTER ? cluster : '', namespace, serviceAccount].join(' ');
      const seen = new Set<string>();
      fc.assert(
        fc.property(identity, identity, (left, right) => {
          const isSame = render({ form, ...left }) === render({ form, ...right });
          expect(isSame).toBe(spelled(left) === spelled(right));
          const isShared = left.sharedSubject !== null && right.sharedSubject !== null;
          seen.add(`${isSame ? 'one' : 'two'} subjects, ${isShared ? 'shared' : 'native'}`);
        }),
        { numRuns: 3000, examples: [[TWIN, TWIN]] },
      );
      // A property over workloads that never meet would say nothing.
      expect(seen.size).toBe(4);
    },
  );

  test('A01 A04: no system renders a subject that another can render, whatever their forms', () => {
    const form = fc.constantFrom<SubjectForm>(WITHOUT_CLUSTER, WITH_CLUSTER);
    const owned = fc.tuple(shortLabel, form, identity);
    fc.assert(
      fc.property(owned, owned, ([system, formOfSystem, left], [other, formOfOther, right]) => {
        fc.pre(system !== other);
        const subject = render({ system, form: formOfSystem, ...left });
        expect(subject).not.toBe(render({ system: other, form: formOfOther, ...right }));
        expect(subject.startsWith(`${other}.`)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test('A01: a.b/c/d and a/b/c.d do not meet, for a system name holds no dot', () => {
    expect(render({ system: 'a.b', namespace: 'c', serviceAccount: 'd' })).toBe('subject_invalid');
    expect(render({ system: 'a', namespace: 'b', serviceAccount: 'c.d' })).toBe('a.b.c.d');
    expect(render({ system: 'a', namespace: 'b.c', serviceAccount: 'd' })).toBe('subject_invalid');
    expect(render({ system: 'a', form: WITH_CLUSTER, cluster: 'b.c' })).toBe('subject_invalid');
  });

  test('A04: a namespace named shared does not spell a shared subject', () => {
    expect(render({ namespace: 'shared', serviceAccount: 'deployers' })).toBe('myidsystem.shared.deployers');
  });

  const hostile = [
    '',
    '.',
    '..',
    'a/b',
    'a:b',
    '%2e',
    'a..b',
    'a\0',
    'a\r\n',
    '\u202ea',
    'A',
    ' a',
    '$a',
    '*',
    '?',
    '{a}',
  ];

  test.each(hostile)(
    'A03 L7 L8: refuses the namespace, ServiceAccount, cluster or shared name %j',
    (name) => {
      expect(render({ namespace: name })).toBe('subject_invalid');
      expect(render({ serviceAccount: name })).toBe('subject_invalid');
      expect(render({ form: WITH_CLUSTER, cluster: name })).toBe('subject_invalid');
      expect(render({ sharedSubject: name })).toBe('subject_invalid');
      expect(render({ system: name })).toBe('subject_invalid');
    },
  );

  test('A03 L7 L8: whatever is rendered is of a-z, 0-9, dot, hyphen and the one slash of a shared subject: no $ { } * ? + ,', () => {
    let renderings = 0;
    const unit = fc.constantFrom(
      'a',
      'B',
      '.',
      '-',
      '/',
      ':',
      '$',
      '{',
      '}',
      '*',
      '?',
      '+',
      ',',
      '%',
      ' ',
      '\0',
      '\n',
      '\u202e',
      '\u00e4',
    );
    const anything = fc.oneof(
      fc.string({ unit, maxLength: 5 }),
      ...Array<typeof subdomain>(4).fill(subdomain),
    );
    const parts = { system: anything, cluster: anything, namespace: anything, serviceAccount: anything };
    fc.assert(
      fc.property(fc.record({ ...parts, sharedSubject: fc.option(anything) }), (order) => {
        const rendered = renderSubject(orderOf(order));
        if (rendered.kind === 'refused') return;
        renderings += 1;
        expect(rendered.subject).toMatch(/^[a-z0-9-]+\.(shared\/)?[a-z0-9.-]+$/);
      }),
      { numRuns: 3000 },
    );
    expect(renderings).toBeGreaterThan(100);
  });

  test.each(['symbolon', 'system:serviceaccount', 'user:github:1'])(
    "A05 S37: refuses the reserved system name %j, so that no subject reads as the broker's, a user's or Kubernetes' own",
    (system) => expect(render({ system })).toBe('subject_invalid'),
  );

  test('S37: no subject is a bare label, as clients are, nor holds a colon, as people do', () => {
    fc.assert(
      fc.property(identity, (parts) => {
        const subject = render(parts);
        expect(subject).toContain('.');
        expect(subject).not.toContain(':');
      }),
    );
  });

  test('A03: renders 255 bytes and refuses 256, cutting nothing', () => {
    const room = 255 - 'myidsystem.demo.'.length;
    expect(render({ serviceAccount: 'a'.repeat(room) })).toHaveLength(255);
    expect(render({ serviceAccount: 'a'.repeat(room + 1) })).toBe('subject_too_long');
    expect(render({ serviceAccount: 'a'.repeat(room + 1), maxSubjectBytes: 1000 })).toBe('subject_too_long');
  });

  test("A03: the target's own limit counts to the byte, for shared subjects too", () => {
    expect(render({ maxSubjectBytes: 19 })).toBe('myidsystem.demo.api');
    expect(render({ maxSubjectBytes: 18 })).toBe('subject_too_long');
    expect(render({ sharedSubject: 'deployers', maxSubjectBytes: 26 })).toBe('subject_too_long');
  });

  test('refuses a form that this version does not know', () => {
    expect(render({ form: '{serviceAccount}' as SubjectForm })).toBe('subject_invalid');
  });
});
