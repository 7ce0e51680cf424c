/** The oldest Node that has all that the program uses. */
export const OLDEST_NODE = 26;

/** What to tell somebody whose Node is too old; null for one that is not. `version` as in `process.version`. */
export function nodeTrouble(version: string): string | null {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  return major >= OLDEST_NODE ? null : `symbolon needs Node ${OLDEST_NODE} or newer; this is ${version}`;
}
