/**
 * What the admin API answers, as schemas: clients parse answers with them, and the OpenAPI document is made of them.
 * They are apart from the bodies because an answer may grow: a reader passes over fields that it does not know, where
 * the server refuses them.
 */
export * from './audit-event-view.ts';
export * from './cluster-status-view.ts';
export * from './explanation-view.ts';
export * from './object-views.ts';
export * from './tombstone-view.ts';
export * from './whoami-view.ts';
