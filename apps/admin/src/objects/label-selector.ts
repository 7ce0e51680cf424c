import { isLabelName, isLabelValue } from '@symbolon/protocol';
import { type Refusal, refuse } from '../http/problem.ts';

const MAX_TERMS = 10;

/** Labels that an object must carry. */
export interface LabelSelector {
  readonly kind: 'selector';
  readonly labels: { readonly [name: string]: string };
  /** The one spelling of the selector, whatever the order of its terms. */
  readonly text: string;
}

/** Reads `name=value`, several joined by commas; all must hold. No other operator is known, and no label comes twice. */
export function readLabelSelector(text: string | undefined): LabelSelector | Refusal {
  const terms = text === undefined ? [] : text.split(',');
  if (terms.length > MAX_TERMS) return malformed;
  const labels = new Map<string, string>();
  for (const term of terms) {
    const [name = '', value, ...rest] = term.split('=');
    const isTerm = value !== undefined && rest.length === 0 && isLabelName(name) && isLabelValue(value);
    if (!isTerm || labels.has(name)) return malformed;
    labels.set(name, value);
  }
  return { kind: 'selector', labels: Object.fromEntries(labels), text: [...terms].toSorted().join(',') };
}

const malformed = refuse('invalid_request', {
  detail: `labelSelector must be name=value, or up to ${MAX_TERMS} of these joined by commas, each of another label`,
});
