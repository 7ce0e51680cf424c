/**
 * `durable`: an exchange is committed, under its epoch or not at all, before it is called recorded. `relaxed`: it is
 * called recorded at once and written behind the answer, whatever the configuration is by then.
 */
export type AuditMode = 'durable' | 'relaxed';
