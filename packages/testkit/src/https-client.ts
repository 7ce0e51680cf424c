import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

export interface HttpsRequest {
  /** Default GET. */
  method?: string;
  /** From the root, with its query. */
  path: string;
  headers?: Record<string, string>;
  /** Sent as it is when a string, else as JSON. */
  body?: unknown;
  /** Gives up, and rejects. */
  signal?: AbortSignal;
}

export interface HttpsAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** HTTPS to one origin under one CA, over connections that are kept. */
export interface HttpsClient {
  send(request: HttpsRequest): Promise<HttpsAnswer>;
  close(): void;
}

/** `fetch` takes no CA without a further package. Follows no redirects; rejects on transport errors alone. */
export function createHttpsClient({ url, caPem }: { url: string; caPem: string }): HttpsClient {
  const agent = new Agent({ ca: caPem, keepAlive: true });
  return {
    send: async ({ method = 'GET', path, headers = {}, body, signal }) => {
      const outgoing = request(new URL(path, url), { agent, method, headers, signal });
      const answered = once(outgoing, 'response');
      outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
      const [response] = (await answered) as [IncomingMessage];
      response.setEncoding('utf8');
      const text = (await response.toArray()).join('');
      return { status: response.statusCode ?? 0, headers: response.headers, text };
    },
    close: () => agent.destroy(),
  };
}
