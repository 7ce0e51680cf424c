/**
 * The words of OAuth as they stand on the wire: grant and token type URNs, parameters, error codes, media types and
 * the members of answers. Constants and types alone, each with its section, so that server, tests and clients cannot
 * spell them differently.
 */
export type * from './bodies.ts';
export type * from './error-codes.ts';
export * from './grant-types.ts';
export * from './media-types.ts';
export * from './parameters.ts';
export * from './token-types.ts';
