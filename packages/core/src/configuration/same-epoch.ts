import type { Epoch } from './stored-object.ts';

/** A number alone may have been used before, by a history that a failover cut off. */
export function isSameEpoch(left: Epoch, right: Epoch): boolean {
  return left.number === right.number && left.id === right.id;
}
