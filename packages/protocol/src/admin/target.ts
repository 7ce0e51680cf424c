import { z } from 'zod';
import { commonFields } from './common-fields.ts';
import { audience, flag, list, scope, ttlSeconds, wholeNumber } from './fields.ts';
import { judgeFields } from './judge-fields.ts';

/** Body of `identity-systems/{system}/targets/{name}`: a relying party of one identity system. */
export const targetBody = z
  .strictObject({
    audiences: list(audience, { min: 1, max: 32 }).meta({
      description:
        'Values of `audience` or `resource` by which the target is asked for, compared exactly: 1 to 32, each claimed by one target of the deployment.',
    }),
    issuedAudience: audience.exactOptional().meta({
      description:
        'The `aud` to issue where the relying party fixes it; several targets may share one. Default: what was asked for.',
    }),
    tokenTypes: list(z.enum(['access_token', 'id_token', 'jwt']), { min: 1, max: 3 })
      .default(['access_token'])
      .meta({
        description:
          'Kinds of credential, in order of preference: the first is issued when none is asked for. Default ["access_token"].',
      }),
    signingAlgorithm: z
      .enum(['ES256', 'RS256', 'PS256', 'EdDSA'])
      .default('ES256')
      .meta({ description: 'JWS algorithm of the credentials. Default ES256.' }),
    defaultTtlSeconds: ttlSeconds('Lifetime where the rule names none.', 600),
    minTtlSeconds: ttlSeconds(
      'The shortest lifetime worth issuing: with less left, the answer is a refusal.',
      60,
      1,
    ),
    maxTtlSeconds: ttlSeconds('The longest lifetime that any rule can give.', 3600),
    mayOutliveSource: flag(
      'Whether a credential may outlive the subject token that it was given for.',
      false,
    ),
    maxSubjectBytes: wholeNumber('The longest subject; a longer one is refused, never cut.', {
      unit: 'bytes',
      min: 1,
      max: 255,
      byDefault: 255,
    }),
    scopes: list(scope, { min: 0, max: 100 })
      .default([])
      .meta({ description: 'Scopes that the target knows, at most 100. Default none.' }),
    claims: z
      .strictObject({
        include: list(z.enum(['pod', 'node', 'flat']), { min: 0, max: 3 })
          .default([])
          .meta({
            description:
              'Claims beyond the usual: the bound pod, its node, flat copies (k8s_namespace, ...). Default none.',
          }),
      })
      .prefault({})
      .meta({ description: 'Which claims the target gets. Default the usual ones.' }),
    enabled: flag('Whether credentials are issued for the target.', true),
    ...commonFields,
  })
  .check(
    judgeFields(['defaultTtlSeconds', 'minTtlSeconds', 'maxTtlSeconds'], (target, report) => {
      const { minTtlSeconds, defaultTtlSeconds, maxTtlSeconds } = target;
      if (minTtlSeconds > maxTtlSeconds) report(['minTtlSeconds'], 'must not exceed maxTtlSeconds');
      if (defaultTtlSeconds < minTtlSeconds) report(['defaultTtlSeconds'], 'must not be below minTtlSeconds');
      if (defaultTtlSeconds > maxTtlSeconds) report(['defaultTtlSeconds'], 'must not exceed maxTtlSeconds');
    }),
  );

export type TargetBody = z.output<typeof targetBody>;
