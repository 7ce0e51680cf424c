import type { Cluster, UnavailableError } from '@symbolon/core';
import type { KeyHolding } from './key-holding.ts';
import type { ReportKeys } from './ports.ts';

export type ReportChanges = (held: KeyHolding | null, failure: UnavailableError | null) => void;

/** Reports an attempt only where it differs from the last: clusters are read for as long as the broker lives. */
export function createReportChanges({ name }: Cluster, { reportKeys }: ReportKeys): ReportChanges {
  let lastKeys = '';
  let lastFailure = '';

  return (held, failure) => {
    const message = failure?.message ?? '';
    if (held !== null) {
      const { usable, keys } = held;
      const text = [...keys.byKid.keys(), usable, keys.dropped].join(' ');
      const isRecovered = message === '' && lastFailure !== '';
      if (text !== lastKeys || isRecovered)
        reportKeys({ kind: 'read', cluster: name, usable, dropped: keys.dropped });
      lastKeys = text;
    }
    if (message !== '' && message !== lastFailure)
      reportKeys({ kind: 'unavailable', cluster: name, message });
    lastFailure = message;
  };
}
