/**
 * Compares two strings by the bytes of their UTF-8 form, as every store of this broker does: not by locale, which
 * differs between hosts, and not by UTF-16 units, which puts U+10000 and above before U+E000.
 * Negative where `left` comes first.
 */
export function compareByteOrder(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Code points above U+FFFF are written in surrogates, and come after all that are not. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
