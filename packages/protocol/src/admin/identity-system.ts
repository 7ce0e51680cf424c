import { z } from 'zod';
import { commonFields, displayName } from './common-fields.ts';
import { dnsLabel, list, nameOrGlob } from './fields.ts';
import { judgeFields } from './judge-fields.ts';

/** Body of `identity-systems/{system}`: a namespace of native identities, owned by one team. */
export const identitySystemBody = z
  .strictObject({
    displayName,
    subject: z
      .enum(['{namespace}.{serviceAccount}', '{cluster}.{namespace}.{serviceAccount}'])
      .default('{namespace}.{serviceAccount}')
      .meta({
        description:
          'What follows `<system>.` in every subject. Fixed once the system is made. Default {namespace}.{serviceAccount}.',
      }),
    identityDomain: dnsLabel.exactOptional().meta({
      description:
        'The one identity domain whose workloads the system names: a DNS label. Required by {namespace}.{serviceAccount}, refused by the other form. Fixed once the system is made.',
    }),
    audiencePatterns: list(nameOrGlob('audience'), { min: 1, max: 100 }).default(['*']).meta({
      description:
        'Audiences that targets of the system may claim or issue: 1 to 100 exact values, or patterns in which each * stands for one or more characters. Set by a global owner. Default ["*"].',
    }),
    ...commonFields,
  })
  .check(
    judgeFields(['subject', 'identityDomain'], ({ subject, identityDomain }, report) => {
      const namesCluster = subject === '{cluster}.{namespace}.{serviceAccount}';
      if (namesCluster && identityDomain !== undefined) {
        report(['identityDomain'], 'must be left out where the subject begins with {cluster}');
      }
      if (!namesCluster && identityDomain === undefined) {
        report(['identityDomain'], 'is required where the subject does not begin with {cluster}');
      }
    }),
  );

export type IdentitySystemBody = z.output<typeof identitySystemBody>;
