import { createTokenIssuer } from '@symbolon/testkit';

/** The clusters of the golden table, of which all but the last are registered. Nothing moves the clock. */
export const nowMs = Date.UTC(2026, 10, 23, 12);
export const now = () => nowMs;

export const prod = createTokenIssuer({ issuer: 'https://prod.example', now });
/** Outside the identity domain of `prod`. */
export const edge = createTokenIssuer({ issuer: 'https://edge.example', now });
/** Registered twice, with one issuer and one key. */
export const twins = createTokenIssuer({ issuer: 'https://twins.example', now });
/** Its keys cannot be had. */
export const dark = createTokenIssuer({ issuer: 'https://dark.example', now });
export const stranger = createTokenIssuer({ issuer: 'https://stranger.example', now });
