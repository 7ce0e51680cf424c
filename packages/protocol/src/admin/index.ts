/**
 * The bodies of the admin API, one file a kind: a body is the object's spec with `labels` and `description`. Server
 * and clients read them here, and the reference pages and the OpenAPI document are made of them, so every field says
 * its unit, range and default in words. What depends on other objects or on the deployment is judged elsewhere.
 */
export * from './audit-query.ts';
export * from './cluster.ts';
export { isLabelName, isLabelValue } from './common-fields.ts';
export * from './explain.ts';
export { dnsLabel } from './fields.ts';
export * from './identity-system.ts';
export * from './json-pointer.ts';
export * from './judge-fields.ts';
export * from './kinds.ts';
export * from './mapping-rule.ts';
export * from './problem.ts';
export * from './read-object.ts';
export * from './revocation.ts';
export * from './target.ts';
export * from './tombstone.ts';
export * from './views/index.ts';
