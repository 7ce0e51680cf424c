import type { JsonValue } from '@symbolon/core';

/** Whether two values are the same JSON; the order of members does not count, that of elements does. */
export function isSameJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const members = new Map(Object.entries(left));
  const others = Object.entries(right);
  return (
    members.size === others.length &&
    others.every(([name, value]) => {
      const member = members.get(name);
      return member !== undefined && isSameJson(member, value);
    })
  );
}
