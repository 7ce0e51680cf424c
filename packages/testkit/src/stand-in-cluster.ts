import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createCertificateAuthority } from './certificates.ts';
import { answerHonestly, type DocumentName, documentAt, type StandInRequest } from './stand-in-answers.ts';
import { type Misbehaviour, sendAnswer, sendMisbehaving } from './stand-in-misbehaviour.ts';
import { createTokenIssuer, type TokenIssuer, type TokenIssuerOptions } from './token-issuer.ts';

export interface StandInClusterOptions extends Omit<TokenIssuerOptions, 'issuer'> {
  /**
   * Default: the issuer of a kubeadm cluster. A function gets the stand-in's URL, for an issuer whose discovery
   * can be fetched from itself: `(url) => url`, or with a path behind it.
   */
  issuer?: string | ((url: string) => string);
  /** Names its CA. */
  name?: string;
  /** Whether discovery and JWKS are open to anyone; default no, as in Kubernetes. */
  anonymousAccess?: boolean;
  /** Whether what it publishes has an ETag and can be asked for by If-None-Match; default no, as in Kubernetes. */
  hasEtags?: boolean;
}

/**
 * An https server on loopback that publishes discovery and JWKS as an API server does, and signs tokens as
 * TokenRequest does. It reviews no tokens and holds no objects: the real API server is there for that.
 */
export interface StandInCluster extends TokenIssuer {
  /** Such as `https://127.0.0.1:34567`. */
  url: string;
  /** The CA of its certificate. */
  caPem: string;
  /** The one bearer token that may read. Any other is 401, none at all 403. */
  readerToken(): string;
  /** A new one, after which the old is refused. */
  replaceReaderToken(): string;
  /** Every request so far, or those of one path, whatever was answered. */
  requests(path?: string): readonly StandInRequest[];
  /** From the next request on, for both documents or one. */
  misbehave(mode: Misbehaviour, only?: DocumentName): void;
  behave(): void;
  /** Publishes this as it is; `undefined` goes back to the keys. */
  overrideJwks(document: unknown): void;
  /** Replaces members of discovery, such as `issuer` or `jwks_uri`. */
  overrideDiscovery(members: Record<string, unknown>): void;
  /** Breaks what is open and closes the port. */
  stop(): Promise<void>;
}

/** Listens within some 50 ms, most of it for its keys. */
export async function startStandInCluster(options: StandInClusterOptions = {}): Promise<StandInCluster> {
  const {
    name = 'stand-in cluster',
    anonymousAccess = false,
    hasEtags = false,
    issuer: issuerOption,
    ...issuerOptions
  } = options;
  const { server, url, caPem } = await listenOnLoopback(name);
  const issuer = typeof issuerOption === 'function' ? issuerOption(url) : issuerOption;
  const tokenIssuer = createTokenIssuer({ ...issuerOptions, ...(issuer !== undefined && { issuer }) });
  const issuerPath = tokenIssuer.issuer.startsWith(url) ? tokenIssuer.issuer.slice(url.length) : '';

  const requests: StandInRequest[] = [];
  let held: (() => void)[] = [];
  let readerToken = newReaderToken();
  let misbehaviour: { mode: Misbehaviour; only: DocumentName | undefined } | undefined;
  let jwksOverride: unknown;
  let discoveryOverride: Record<string, unknown> = {};

  const answer = (request: StandInRequest, response: ServerResponse): void => {
    const path = request.path.replace(/^\/redirected\//, '/');
    const honest = answerHonestly(
      { ...request, path },
      {
        jwks: jwksOverride ?? tokenIssuer.jwks(),
        discovery: { ...discoveryDocument(url, tokenIssuer), ...discoveryOverride },
        issuerPath,
        readerToken,
        anonymousAccess,
        hasEtags,
      },
    );
    const document = documentAt(request.path, issuerPath);
    const isSpared = !document || (misbehaviour?.only !== undefined && misbehaviour.only !== document);
    if (!misbehaviour || isSpared) sendAnswer(response, honest);
    else if (misbehaviour.mode === 'hang') held.push(() => answer(request, response));
    else void sendMisbehaving(response, misbehaviour.mode, { path, honest });
  };
  server.on('request', (incoming, response) => {
    const request = readRequest(incoming, url);
    requests.push(request);
    answer(request, response);
  });
  const change = (next: typeof misbehaviour): void => {
    misbehaviour = next;
    const due = held;
    held = [];
    for (const resume of due) resume();
  };

  return {
    ...tokenIssuer,
    url,
    caPem,
    readerToken: () => readerToken,
    replaceReaderToken: () => {
      readerToken = newReaderToken();
      return readerToken;
    },
    requests: (path) => requests.filter((request) => path === undefined || request.path === path),
    misbehave: (mode, only) => change({ mode, only }),
    behave: () => change(undefined),
    overrideJwks: (document) => {
      jwksOverride = document;
    },
    overrideDiscovery: (members) => {
      discoveryOverride = members;
    },
    stop: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function listenOnLoopback(name: string): Promise<{ server: Server; url: string; caPem: string }> {
  const authority = await createCertificateAuthority(name);
  const { certPem, keyPem } = await authority.issueServerCertificate();
  const server = createServer({ cert: certPem, key: keyPem }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no TCP port');
  return { server, url: `https://127.0.0.1:${address.port}`, caPem: authority.certPem };
}

function newReaderToken(): string {
  return randomBytes(24).toString('base64url');
}

function readRequest(incoming: IncomingMessage, url: string): StandInRequest {
  const { accept, authorization, 'if-none-match': ifNoneMatch } = incoming.headers;
  const path = new URL(incoming.url ?? '/', url).pathname;
  return { method: incoming.method ?? '', path, accept, authorization, ifNoneMatch };
}

function discoveryDocument(url: string, tokenIssuer: TokenIssuer): object {
  return {
    issuer: tokenIssuer.issuer,
    jwks_uri: `${url}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [
      ...new Set(tokenIssuer.publishedKeys().map((key) => key.alg)),
    ].sort(),
  };
}
