import type { HttpsAnswer, HttpsClient, HttpsRequest } from '../https-client.ts';
import type { ObjectReference } from '../kubernetes-token.ts';

export interface KubeRest {
  /** Any request, with any bearer token (`null` for none), whatever the answer. JSON is asked for unless told. */
  request(request: HttpsRequest & { token?: string | null }): Promise<HttpsAnswer>;
  /** As administrator. Throws an Error with status and body when the answer is not 2xx. */
  call<T>(request: HttpsRequest): Promise<T>;
  /** POSTs an object. */
  create(path: string, body: object): Promise<ObjectReference>;
}

/** The Kubernetes REST conventions, for the administrator whose token is `adminToken`. */
export function createKubeRest({ https, adminToken }: { https: HttpsClient; adminToken: string }): KubeRest {
  const request: KubeRest['request'] = ({ token = adminToken, headers, ...rest }) =>
    https.send({
      ...rest,
      headers: {
        Accept: 'application/json',
        ...(rest.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
    });

  async function call<T>(asked: HttpsRequest): Promise<T> {
    const { status, text } = await request(asked);
    if (status < 200 || status > 299) {
      throw new Error(`${asked.method ?? 'GET'} ${asked.path} answered ${status}: ${text}`);
    }
    // The caller names the type: the API server is the authority on its shape.
    return JSON.parse(text) as T;
  }

  async function create(path: string, body: object): Promise<ObjectReference> {
    const { metadata } = await call<{ metadata: ObjectReference }>({ method: 'POST', path, body });
    return { name: metadata.name, uid: metadata.uid };
  }

  return { request, call, create };
}
