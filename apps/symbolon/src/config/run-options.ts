import { wholeNumber } from './setting-schemas.ts';

/** Which doors a broker has. A gateway needs no admin API beside it, nor the other way round. */
export const ROLES = ['all', 'gateway', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What `serve` is told on its command line alone: how one process of several differs is no setting of them all. */
export interface RunOptions {
  readonly role: Role;
  /** Processes that share the ports; 1: the one that was started serves itself. */
  readonly workers: number;
}

export const SINGLE_PROCESS: RunOptions = { role: 'all', workers: 1 };

/** More only wait for each other's connections to the database. */
const MOST_WORKERS = 64;

export const workersSchema = wholeNumber(1, MOST_WORKERS);

export const servesGateway = (role: Role): boolean => role !== 'admin';
export const servesAdmin = (role: Role): boolean => role !== 'gateway';
