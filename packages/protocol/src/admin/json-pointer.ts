/** JSON Pointer (RFC 6901) to a path of member names and indexes; the root's is empty. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
