import { readFileSync } from 'node:fs';
import type { ExchangeOutcome, ExchangeRequest, ProvenWorkload } from '@symbolon/core';
import { TOKEN_EXCHANGE_GRANT, TOKEN_TYPE } from '@symbolon/protocol';
import { createGateway, type Gateway, type GatewayDeps } from './create-gateway.ts';
import type { FaultLine, RequestLine } from './log.ts';

/** For tests: the composed gateway before an exchange that answers what it is told to. */

export const ISSUER = 'https://broker.example';

export const errorsMarkdown = readFileSync(
  new URL('../../../docs/errors.md', import.meta.url).pathname,
  'utf8',
);

export const workload = {
  cluster: 'prod',
  identityDomain: 'prod',
  namespace: 'demo',
  serviceAccount: { name: 'api', uid: '6f2c9a3e-0f0e-4b62-8a39-1f6f3a5e9d11' },
  pod: null,
  node: null,
  source: { expiresAtSeconds: 1_800_000_000, issuedAtSeconds: 1_799_996_400, jti: null, claims: {} },
} as unknown as ProvenWorkload;

export const issued: Extract<ExchangeOutcome, { kind: 'issued' }> = {
  kind: 'issued',
  credential: 'header.payload.signature',
  tokenType: 'access_token',
  scopes: [],
  expiresInSeconds: 600,
  workload,
};

export interface TestGateway extends Gateway {
  /** Requests that reached the exchange. */
  readonly exchanged: ExchangeRequest[];
  readonly counted: string[];
  readonly requestLines: RequestLine[];
  readonly faultLines: FaultLine[];
}

export interface TestGatewayOptions extends Partial<GatewayDeps> {
  readonly outcome?: ExchangeOutcome;
}

export function createTestGateway({ outcome = issued, ...deps }: TestGatewayOptions = {}): TestGateway {
  const exchanged: ExchangeRequest[] = [];
  const counted: string[] = [];
  const requestLines: RequestLine[] = [];
  const faultLines: FaultLine[] = [];
  let requests = 0;
  const gateway = createGateway({
    exchangeToken: async (request) => {
      exchanged.push(request);
      return outcome;
    },
    countRefusal: (reason) => counted.push(reason),
    createId: () => `request-${++requests}`,
    elapsedMs: () => 0,
    clientAddressOf: () => '192.0.2.1',
    publishedKeys: () => ({
      keys: [{ kty: 'EC', kid: 'key-1', alg: 'ES256', use: 'sig', crv: 'P-256', x: 'AA', y: 'AA' }],
      maxAgeSeconds: 300,
      etag: '"keys-1"',
    }),
    algorithms: () => ['ES256', 'RS256'],
    random: () => 0,
    readiness: () => [],
    issuer: ISSUER,
    errorsMarkdown,
    metrics: { readMetrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }) },
    log: {
      logRequest: (line) => requestLines.push(line),
      logFault: (line) => faultLines.push(line),
    },
    ...deps,
  });
  return { ...gateway, exchanged, counted, requestLines, faultLines };
}

/** A token request that the gateway accepts. */
export const goodForm: Readonly<Record<string, string>> = {
  grant_type: TOKEN_EXCHANGE_GRANT,
  subject_token: 'aaa.bbb.ccc',
  subject_token_type: TOKEN_TYPE.jwt,
  audience: 'myvaultinstance.company.com',
};

/** The form as a body; an array repeats its parameter, `undefined` leaves it out. */
export function formBody(
  parameters: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  return Object.entries(parameters)
    .flatMap(([name, values]) => [values ?? []].flat().map((value) => [name, value] as const))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

export interface PostOptions {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly method?: string;
}

/** Sends `goodForm` to the token endpoint, but for what is said otherwise. */
export async function postToken(app: TestGateway['app'], options: PostOptions = {}): Promise<Response> {
  const { body = formBody(goodForm), headers = {}, url = `${ISSUER}/token`, method = 'POST' } = options;
  return app.request(url, {
    method,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
}
