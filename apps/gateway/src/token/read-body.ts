/**
 * The body as bytes, or why there are none. What is counted is what came, with or without a `Content-Length`; a
 * length that is declared too large is refused unread.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array | 'body_too_large' | 'body_malformed'> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return 'body_too_large';
  const stream: ReadableStream<Uint8Array> | null = request.body;
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      length += chunk.byteLength;
      if (length > maxBytes) return 'body_too_large';
      chunks.push(chunk);
    }
  } catch {
    // The caller hung up or broke the framing: its own trouble, not a fault of the broker.
    return 'body_malformed';
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
