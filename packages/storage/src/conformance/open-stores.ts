import type { Stores } from '../stores.ts';

/** Gives the suites stores that nothing was written to, anew for every test. */
export type FreshStores = () => Promise<Stores>;
