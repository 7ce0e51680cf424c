import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/**
 * HMAC-SHA-256 (RFC 2104) of a text in UTF-8, its 32 bytes as 32 characters of Latin-1, from two one-shot hashes: an
 * `Hmac` object, with its context and its stream, costs more than the hashing. `key` has at most 64 bytes and is copied.
 */
export function createHmacSha256(key: Uint8Array): (text: string) => string {
  const inner = padded(key, 0x36);
  const outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(HASH_BYTES)]);
  return (text) => {
    const message = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(text));
    inner.copy(message);
    message.write(text, BLOCK_BYTES, 'utf8');
    outer.write(hash('sha256', message, 'latin1'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'latin1');
  };
}

function padded(key: Uint8Array, pad: number): Buffer {
  if (key.byteLength > BLOCK_BYTES) throw new RangeError(`a key has at most ${BLOCK_BYTES} bytes`);
  const block = Buffer.alloc(BLOCK_BYTES, pad);
  for (const [at, byte] of key.entries()) block[at] = byte ^ pad;
  return block;
}
