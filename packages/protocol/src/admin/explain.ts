import { isScopeToken } from '@symbolon/core';
import { z } from 'zod';
import { TOKEN_TYPE } from '../oauth/token-types.ts';
import { audience, dnsLabel, dnsSubdomain, list, uid } from './fields.ts';
import { judgeFields } from './judge-fields.ts';
import { mappingRuleBody } from './mapping-rule.ts';

const MAX_AUDIENCES = 16;
const MAX_SCOPES = 64;
const MAX_RULES = 100;

const optionalUid = uid.exactOptional();

const workload = z.strictObject({
  cluster: dnsLabel.meta({ description: 'Name of a cluster.' }),
  namespace: dnsLabel.meta({ description: 'Name of the namespace.' }),
  serviceAccount: dnsSubdomain.meta({ description: 'Name of the ServiceAccount.' }),
  serviceAccountUid: optionalUid.meta({
    description: 'Its uid. Left out, a rule that pins one does not match.',
  }),
  pod: dnsSubdomain.exactOptional().meta({ description: 'Name of the pod that the token is bound to.' }),
  podUid: optionalUid.meta({ description: 'Its uid.' }),
  node: dnsSubdomain.exactOptional().meta({ description: "Name of the pod's node." }),
  nodeUid: optionalUid.meta({ description: 'Its uid.' }),
});

const draftRule = mappingRuleBody.safeExtend({
  name: dnsLabel.meta({
    description:
      'A DNS label. A rule takes the place of the stored one of its name, or stands beside the rest.',
  }),
});

/** Body of `explain`: what would be decided of a token, or of a workload in somebody's words. */
export const explainBody = z
  .strictObject({
    subjectToken: z.string().min(1).max(65_536).exactOptional().meta({
      description:
        'A ServiceAccount token. It is judged and neither kept nor shown. Exactly one of this and `workload`.',
    }),
    workload: workload
      .exactOptional()
      .meta({ description: 'A workload as it is described here. Exactly one of this and `subjectToken`.' }),
    audience: list(audience, { min: 1, max: MAX_AUDIENCES }).meta({
      description: `What is asked for, as \`audience\` and \`resource\` of a token request: 1 to ${MAX_AUDIENCES}.`,
    }),
    scope: z
      .string()
      .max(4096)
      .refine(isScope, { error: `must be at most ${MAX_SCOPES} scope tokens with one space between them` })
      .default('')
      .meta({
        description: 'Scopes that are asked for, with one space between them (RFC 6749). Default none.',
      }),
    requestedTokenType: z
      .enum([TOKEN_TYPE.accessToken, TOKEN_TYPE.idToken, TOKEN_TYPE.jwt])
      .exactOptional()
      .meta({ description: "Token type URN (RFC 8693). Default: the first of the target's." }),
    rules: z
      .array(draftRule)
      .max(MAX_RULES)
      .superRefine((rules, context) => {
        const seen = new Set<string>();
        for (const [index, { name }] of rules.entries()) {
          if (seen.has(name)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'name'],
              message: 'is the name of another too',
            });
          }
          seen.add(name);
        }
      })
      .default([])
      .meta({
        description: `Drafts of rules of the identity system that is asked for, judged as if they were stored: at most ${MAX_RULES}. Default none.`,
      }),
  })
  .check(
    judgeFields(['subjectToken', 'workload'], ({ subjectToken, workload }, report) => {
      if (subjectToken === undefined && workload === undefined) {
        report([], 'needs subjectToken or workload');
      }
      if (subjectToken !== undefined && workload !== undefined) {
        report(['workload'], 'must be left out where subjectToken is given');
      }
    }),
  );

export type ExplainBody = z.output<typeof explainBody>;
/** As callers write it, with what has a default left out. */
export type ExplainRequestBody = z.input<typeof explainBody>;

function isScope(text: string): boolean {
  if (text === '') return true;
  const tokens = text.split(' ');
  return tokens.length <= MAX_SCOPES && tokens.every(isScopeToken);
}
