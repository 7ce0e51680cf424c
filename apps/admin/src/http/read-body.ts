import { type JsonValue, parseJson } from '@symbolon/core';
import { type Refusal, refuse } from './problem.ts';

const MAX_BODY_BYTES = 1_048_576;

/** What may follow a media type; anything else would be another encoding, or something that is not read here. */
const PARAMETERS = /^(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

export type BodyType = 'application/json' | 'application/merge-patch+json';

export type BodyReading = { readonly kind: 'read'; readonly json: JsonValue } | Refusal;

/** Reads a JSON body of at most 1 MiB: strict UTF-8, no byte order mark, no member twice in one object. */
export async function readBody(request: Request, type: BodyType = 'application/json'): Promise<BodyReading> {
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (!isOfType(request.headers.get('content-type') ?? '', type) || encoding !== 'identity') {
    return refuseType(type);
  }
  const bytes = await readBytes(request);
  if ('kind' in bytes) return bytes;
  const text = decode(bytes);
  if (text === null) return refuse('invalid_body', { detail: 'the body is not UTF-8' });

  const parsed = parseJson(text);
  switch (parsed.kind) {
    case 'parsed':
      return { kind: 'read', json: parsed.value };
    case 'malformed':
      return refuse('invalid_body', { detail: 'the body is not JSON' });
    case 'too_deep':
      return refuse('invalid_body', { detail: 'the body is nested too deeply' });
    case 'duplicate_member':
      return refuse('invalid_body', {
        errors: [{ pointer: parsed.pointer, detail: 'comes more than once' }],
      });
  }
}

function isOfType(contentType: string, type: BodyType): boolean {
  return contentType.toLowerCase().startsWith(type) && PARAMETERS.test(contentType.slice(type.length));
}

/** Says what is taken, and of a PATCH also in the header that is there for it (RFC 5789 §2.2). */
function refuseType(type: BodyType): Refusal {
  return refuse('media_type_unsupported', {
    detail: `send the body as ${type}, without a Content-Encoding`,
    ...(type === 'application/json' ? {} : { headers: { 'Accept-Patch': type } }),
  });
}

const tooLarge = refuse('body_too_large', { detail: `at most ${MAX_BODY_BYTES} bytes are read` });
const brokenOff = refuse('invalid_body', { detail: 'the body was broken off' });

/** Of what is too large, the rest is not taken. */
async function readBytes({ headers, body }: Request): Promise<Uint8Array | Refusal> {
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) return tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    // The caller hung up or broke the framing: its own trouble, not a fault of the broker.
    return brokenOff;
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
