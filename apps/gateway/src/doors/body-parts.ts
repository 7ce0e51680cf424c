/** The parts of a body as they come, counted: what comes is what counts, whatever length was declared. */
export interface BodyParts {
  /** False once there is more than may be; what came is then forgotten. */
  add(part: Uint8Array): boolean;
  joined(): Uint8Array;
}

export function createBodyParts(maxBytes: number): BodyParts {
  let parts: Uint8Array[] = [];
  let length = 0;
  return {
    add(part) {
      length += part.byteLength;
      if (length > maxBytes) parts = [];
      else parts.push(part);
      return length <= maxBytes;
    },
    joined() {
      const [first] = parts;
      return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts, length);
    },
  };
}

/** Then nothing of the body is read. */
export function isDeclaredTooLarge(contentLength: string | null, maxBytes: number): boolean {
  return Number(contentLength ?? 0) > maxBytes;
}
