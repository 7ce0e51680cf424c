import type { CurrentPolicy } from '@symbolon/core';
import type { ReadinessCheck } from '@symbolon/gateway';
import type { Draining } from './draining.ts';
import type { WatchedAudit } from './watch-audit.ts';

/** What the gateway needs to issue: the words are ours, and name no secret. */
export function readiness({
  policies,
  signingKeys,
  audit,
  draining,
}: {
  readonly policies: CurrentPolicy;
  readonly signingKeys: { publishedKeys(): unknown };
  readonly audit: Pick<WatchedAudit, 'isWritable'>;
  readonly draining: Pick<Draining, 'isDraining'>;
}): readonly ReadinessCheck[] {
  return [
    { name: 'policy', ok: succeeds(policies.currentPolicy), detail: 'the configuration cannot be read' },
    {
      name: 'signing_keys',
      ok: succeeds(signingKeys.publishedKeys),
      detail: 'the signing keys cannot be read',
    },
    { name: 'audit', ok: audit.isWritable(), detail: 'the audit trail cannot be written' },
    { name: 'serving', ok: !draining.isDraining(), detail: 'the broker is stopping' },
  ];
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
