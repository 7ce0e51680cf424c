import { createHash } from 'node:crypto';

/** What a request to the stand-in says, as far as an answer depends on it. */
export interface StandInRequest {
  method: string;
  /** Without its query. */
  path: string;
  accept: string | undefined;
  authorization: string | undefined;
  ifNoneMatch: string | undefined;
}

export interface Answer {
  status: number;
  contentType: string;
  cacheControl: string;
  etag?: string;
  body: string;
}

/** What the stand-in publishes now, and to whom. */
interface Publication {
  jwks: unknown;
  discovery: unknown;
  /** The path of the issuer's own URL, under which it publishes discovery; `` for none. */
  issuerPath: string;
  readerToken: string;
  anonymousAccess: boolean;
  /** Whether documents have an ETag, as those of a CDN have; those of an API server have none. */
  hasEtags: boolean;
}

export type DocumentName = 'jwks' | 'discovery';

const MEDIA_TYPES = { jwks: 'application/jwk-set+json', discovery: 'application/json' };
const DISCOVERY_PATH = '/.well-known/openid-configuration';
const JWKS_PATH = '/openid/v1/jwks';

export function documentAt(path: string, issuerPath: string): DocumentName | undefined {
  if (path === JWKS_PATH) return 'jwks';
  if (path === DISCOVERY_PATH || path === `${issuerPath}${DISCOVERY_PATH}`) return 'discovery';
  return undefined;
}

/** What an API server answers: first who asks, then whether they may, then the media type. */
export function answerHonestly(request: StandInRequest, publication: Publication): Answer {
  const { method, path, accept, authorization } = request;
  if (authorization !== undefined && authorization !== `Bearer ${publication.readerToken}`) {
    return failure(401, 'Unauthorized', 'Unauthorized');
  }
  const document = documentAt(path, publication.issuerPath);
  const isAnonymous = authorization === undefined;
  if (!document || method !== 'GET' || (isAnonymous && !publication.anonymousAccess)) {
    const user = isAnonymous ? 'system:anonymous' : 'system:serviceaccount:kube-system:reader';
    return failure(
      403,
      'Forbidden',
      `forbidden: User "${user}" cannot ${method.toLowerCase()} path "${path}"`,
    );
  }
  const contentType = MEDIA_TYPES[document];
  if (!isAcceptable(contentType, accept)) {
    const message = `406: Not Acceptable\n\nAvailable representations: ${contentType}`;
    return failure(406, 'NotAcceptable', message);
  }
  const body = JSON.stringify(publication[document]);
  const cacheControl = 'public, max-age=3600';
  if (!publication.hasEtags) return { status: 200, contentType, cacheControl, body };
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
  return request.ifNoneMatch === etag
    ? { status: 304, contentType, cacheControl, etag, body: '' }
    : { status: 200, contentType, cacheControl, etag, body };
}

/** Kubernetes does not know `application/*`. */
function isAcceptable(contentType: string, accept: string | undefined): boolean {
  if (!accept) return true;
  const ranges = accept.split(',').map((range) => range.split(';')[0]?.trim());
  return ranges.includes('*/*') || ranges.includes(contentType);
}

/** A Kubernetes Status. */
export function failure(code: number, reason: string, message: string): Answer {
  const details = code === 401 ? {} : { details: {} };
  return {
    status: code,
    contentType: 'application/json',
    cacheControl: 'no-cache, private',
    body: `${JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...details,
      code,
    })}\n`,
  };
}
