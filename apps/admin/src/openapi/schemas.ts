import {
  auditEventPage,
  auditEventView,
  clusterBody,
  clusterPage,
  clusterStatusView,
  clusterView,
  explainBody,
  explanationView,
  identitySystemBody,
  identitySystemPage,
  identitySystemView,
  mappingRuleBody,
  mappingRulePage,
  mappingRuleView,
  problemView,
  releaseBody,
  revocationBody,
  revocationPage,
  revocationView,
  targetBody,
  targetPage,
  targetView,
  tombstonePage,
  tombstoneView,
  whoamiView,
} from '@symbolon/protocol';
import { z } from 'zod';

/** The schemas of the document by name: those by which the server judges bodies, and clients parse answers. */

export const BODIES = {
  IdentitySystemBody: identitySystemBody,
  TargetBody: targetBody,
  MappingRuleBody: mappingRuleBody,
  ClusterBody: clusterBody,
  RevocationBody: revocationBody,
  ReleaseBody: releaseBody,
  ExplainBody: explainBody,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export const VIEWS = {
  IdentitySystem: identitySystemView,
  IdentitySystemPage: identitySystemPage,
  Target: targetView,
  TargetPage: targetPage,
  MappingRule: mappingRuleView,
  MappingRulePage: mappingRulePage,
  Cluster: clusterView,
  ClusterPage: clusterPage,
  ClusterStatus: clusterStatusView,
  Revocation: revocationView,
  RevocationPage: revocationPage,
  Tombstone: tombstoneView,
  TombstonePage: tombstonePage,
  Explanation: explanationView,
  AuditEvent: auditEventView,
  AuditEventPage: auditEventPage,
  Whoami: whoamiView,
  Problem: problemView,
  OpenApi: z.object({ openapi: z.string().meta({ description: 'Version of OpenAPI.' }) }),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type ObjectName = 'IdentitySystem' | 'Target' | 'MappingRule' | 'Cluster' | 'Revocation';
export const PATCHED_BODIES = {
  IdentitySystemPatch: 'IdentitySystemBody',
  TargetPatch: 'TargetBody',
  MappingRulePatch: 'MappingRuleBody',
  ClusterPatch: 'ClusterBody',
  RevocationPatch: 'RevocationBody',
} as const satisfies Readonly<Record<string, keyof typeof BODIES>>;

export type SchemaName = keyof typeof BODIES | keyof typeof VIEWS | keyof typeof PATCHED_BODIES;
