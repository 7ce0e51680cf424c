const SEED = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * 30 bits of hash (FNV-1a, then mixed) of the characters from `begin` up to but not including `end`. It is not keyed:
 * whoever relies on it must bear that somebody chooses names whose hashes are equal.
 */
export function hashOfText(text: string, begin = 0, end = text.length): number {
  let hash = SEED;
  for (let at = begin; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return mixed(hash);
}

/** Of two hashes in this order. */
export function hashOfPair(first: number, second: number): number {
  return mixed(Math.imul(first ^ SEED, PRIME) + second);
}

/** Every bit of the hash depends on every bit of what was hashed; the low ones of FNV alone do not. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) & 0x3fffffff;
}
