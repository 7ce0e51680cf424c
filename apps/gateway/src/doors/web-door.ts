import type { Context } from 'hono';
import type { Answer, Body, IncomingRequest } from '../answered.ts';
import type { Observed } from '../observe.ts';
import { createBodyParts, isDeclaredTooLarge } from './body-parts.ts';
import type { ClientAddressOf, GatewayEnv } from './gateway-env.ts';

/** A handler of Hono's: the web's own `Request` in, its `Response` out. */
export function webDoor(
  answer: Observed,
  clientAddressOf: ClientAddressOf,
): (context: Context<GatewayEnv>) => Promise<Response> {
  return async (context) => {
    const client = () => clientAddressOf(context.env);
    return webResponse(
      await answer(incomingRequest(context.req.raw, client), context.req.param('segment') ?? ''),
    );
  };
}

export function webResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers });
}

function incomingRequest(request: Request, client: IncomingRequest['client']): IncomingRequest {
  const { method, url, headers } = request;
  const queryAt = url.indexOf('?');
  return {
    method,
    query: queryAt === -1 ? '' : url.slice(queryAt),
    client,
    header: (name) => headers.get(name),
    readBody: (maxBytes) => readBody(request, maxBytes),
  };
}

async function readBody({ body, headers }: Request, maxBytes: number): Promise<Body> {
  if (isDeclaredTooLarge(headers.get('content-length'), maxBytes)) return 'body_too_large';
  const stream: ReadableStream<Uint8Array> | null = body;
  const parts = createBodyParts(maxBytes);
  try {
    for await (const part of stream ?? []) if (!parts.add(part)) return 'body_too_large';
  } catch {
    // The caller hung up or broke the framing: its own trouble, not a fault of the broker.
    return 'body_malformed';
  }
  return parts.joined();
}
