import { isDnsLabel, isDnsSubdomain, isIdentitySystemName, isSharedSubjectName } from '@symbolon/core';
import { z } from 'zod';
import { commonFields, isPlainLine } from './common-fields.ts';
import { dnsLabel, dnsSubdomain, instant, notAvailableYet, uid } from './fields.ts';
import { judgeFields } from './judge-fields.ts';

const MAX_REASON_LENGTH = 256;
const MAX_SUBJECT_BYTES = 255;
const ENDS = ['sourceJti', 'subject', 'workload'] as const;

/** Nothing here is a pattern: every member is compared with the whole value. */
const revokedWorkload = z
  .strictObject({
    cluster: dnsLabel.exactOptional().meta({ description: 'Name of a cluster, as it is configured here.' }),
    namespace: dnsLabel.exactOptional().meta({ description: 'Name of a namespace.' }),
    serviceAccount: dnsSubdomain.exactOptional().meta({ description: 'Name of a ServiceAccount.' }),
    serviceAccountUid: uid.exactOptional().meta({ description: 'uid of a ServiceAccount.' }),
    pod: dnsSubdomain.exactOptional().meta({ description: 'Name of a pod.' }),
    podUid: uid.exactOptional().meta({ description: 'uid of a pod.' }),
    node: dnsSubdomain.exactOptional().meta({ description: 'Name of a node.' }),
    nodeUid: uid.exactOptional().meta({ description: 'uid of a node.' }),
  })
  .refine((workload) => Object.keys(workload).length > 0, {
    error: 'must name at least one thing: an entry that names nothing would revoke everyone',
  });

/** Body of `revocations/{name}`: what ends further exchanges, whatever any rule allows. */
export const revocationBody = z
  .strictObject({
    sourceJti: uid
      .exactOptional()
      .meta({ description: 'The `jti` of one subject token: 1 to 128 letters, digits and "._:-".' }),
    credentialJti: notAvailableYet(uid, 'revocation by credentialJti')
      .exactOptional()
      .meta({ description: 'The `jti` of one issued credential. Not available yet: leave it out.' }),
    subject: z
      .string()
      .refine(isSubject, {
        error:
          'must be a whole subject: <system>.<namespace>.<serviceAccount>, <system>.<cluster>.<namespace>.<serviceAccount> or <system>.shared/<name>',
      })
      .exactOptional()
      .meta({ description: `A whole subject as it is issued, at most ${MAX_SUBJECT_BYTES} bytes.` }),
    workload: revokedWorkload.exactOptional().meta({
      description:
        'Workloads, by names and uids: at least one of them, and all that are given must hold. What is left out may be anything.',
    }),
    issuedBefore: instant.exactOptional().meta({
      description: 'RFC 3339 instant: only tokens that were issued before it are revoked. Default: all.',
    }),
    reason: z
      .string()
      .min(1)
      .max(MAX_REASON_LENGTH)
      .refine((text) => isPlainLine(text) && text.trim() !== '', {
        error: 'must be one line of printable text in normalisation form C',
      })
      .meta({ description: `Why, for the trail: one line of 1 to ${MAX_REASON_LENGTH} characters.` }),
    expiresAt: instant.exactOptional().meta({
      description:
        'RFC 3339 instant at which the entry ends; in the future when it is written. Default: it does not end.',
    }),
    ...commonFields,
  })
  .check(
    judgeFields([...ENDS, 'credentialJti'], (revocation, report) => {
      const given = ENDS.filter((field) => revocation[field] !== undefined);
      if (given.length !== 1) report([], `must have exactly one of ${ENDS.join(', ')}`);
    }),
  );

export type RevocationBody = z.output<typeof revocationBody>;

/** What is spelled like no subject that can be issued would revoke nothing, and nobody would notice. */
function isSubject(text: string): boolean {
  const dot = text.indexOf('.');
  if (text.length > MAX_SUBJECT_BYTES || !isIdentitySystemName(text.slice(0, Math.max(dot, 0)))) return false;
  const rest = text.slice(dot + 1);
  if (rest.startsWith('shared/')) return isSharedSubjectName(rest.slice('shared/'.length));
  const [first = '', ...others] = rest.split('.');
  return others.length > 0 && isDnsLabel(first) && isDnsSubdomain(others.join('.'));
}
