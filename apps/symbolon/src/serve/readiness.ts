import type { CurrentPolicy } from '@symbolon/core';
import type { ReadinessCheck } from '@symbolon/gateway';
import type { Draining } from './draining.ts';
import type { WatchedAudit } from './watch-audit.ts';

/** What is needed to serve: the words are ours, and name no secret. */
export function readiness({
  policies,
  gateway,
  audit,
  draining,
}: {
  readonly policies: CurrentPolicy;
  /** Null where there is no gateway. */
  readonly gateway: { readonly signingKeys: { publishedKeys(): unknown } } | null;
  readonly audit: Pick<WatchedAudit, 'isWritable'>;
  readonly draining: Pick<Draining, 'isDraining'>;
}): readonly ReadinessCheck[] {
  const policy = {
    name: 'policy',
    ok: succeeds(policies.currentPolicy),
    detail: 'the configuration cannot be read',
  };
  const ofGateway =
    gateway === null
      ? []
      : [
          {
            name: 'signing_keys',
            ok: succeeds(gateway.signingKeys.publishedKeys),
            detail: 'the signing keys cannot be read',
          },
        ];
  return [
    policy,
    ...ofGateway,
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
