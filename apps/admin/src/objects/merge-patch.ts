import { isJsonObject, type JsonValue } from '@symbolon/core';

/**
 * JSON Merge Patch (RFC 7396 §2): what a patch makes of a target. Members of either stay members: none becomes a
 * prototype. With `keepsStrayNulls` a null that has nothing to remove becomes a member.
 */
export function mergePatch(target: JsonValue, patch: JsonValue, keepsStrayNulls = false): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const members = new Map<string, JsonValue>(isJsonObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    const isRemoval = value === null && (members.has(name) || !keepsStrayNulls);
    if (isRemoval) members.delete(name);
    else members.set(name, mergePatch(members.get(name) ?? null, value, keepsStrayNulls));
  }
  return Object.fromEntries(members);
}
