import {
  type ApiServer,
  type ClusterSpec,
  isJsonObject,
  type JsonValue,
  type StoredObject,
} from '@symbolon/core';
import type { ClusterBody } from '@symbolon/protocol';
import { type JsonObject, jsonOf } from '../objects/json-of.ts';
import { mergePatch } from '../objects/merge-patch.ts';
import type { Draft } from '../objects/resource.ts';
import type { SealedCredential } from '../ports.ts';

/**
 * The bearer token of a cluster is written and never read: the object holds its fingerprint, and the sealed token is
 * kept apart. Left out of a body it stays, but only with the very server that it was given for.
 */

type BodyApiServer = NonNullable<ClusterBody['apiServer']>;

/** The token that a body gives, to be sealed; null where it gives none. */
export function givenToken({ apiServer }: ClusterBody): string | null {
  return apiServer?.credential?.kind === 'token' ? (apiServer.credential.token ?? null) : null;
}

/** `sealed` is the token that the body gives, null where it gives none. */
export function clusterDraft(body: ClusterBody, sealed: SealedCredential | null): Draft<'Cluster'> {
  const { labels, description, apiServer, ...spec } = body;
  return {
    labels,
    description,
    specAfter: (current) =>
      apiServer === undefined ? spec : { ...spec, apiServer: storedApiServer(apiServer, sealed, current) },
    async writeSecrets({ current, written }, transaction) {
      if (fingerprintOf(current?.spec) === fingerprintOf(written.spec)) return;
      await transaction.writeClusterCredential(written.key.name, sealed?.sealed ?? null);
    },
  };
}

function storedApiServer(
  apiServer: BodyApiServer,
  sealed: SealedCredential | null,
  current: StoredObject<'Cluster'> | null,
): ApiServer {
  const { credential, ...server } = apiServer;
  if (credential === undefined) return server;
  if (credential.kind !== 'token') return { ...server, credential };
  const isKept = credential.token === undefined && isSameServer(server, current?.spec.apiServer);
  const fingerprint = isKept ? fingerprintOf(current?.spec) : (sealed?.fingerprint ?? null);
  return { ...server, credential: { kind: 'token', fingerprint } };
}

/** A token that was given for one server must not follow a change of its address or of what proves it. */
function isSameServer(server: Pick<ApiServer, 'url' | 'caBundle'>, current: ApiServer | undefined): boolean {
  return current !== undefined && current.url === server.url && current.caBundle === server.caBundle;
}

function fingerprintOf(spec: ClusterSpec | undefined): string | null {
  const credential = spec?.apiServer?.credential;
  return credential?.kind === 'token' ? credential.fingerprint : null;
}

/** The spec as somebody would write it: the token left out, which keeps the one that is set. */
export function writtenClusterSpec(spec: ClusterSpec): JsonObject {
  if (spec.apiServer?.credential?.kind !== 'token') return jsonOf(spec);
  return jsonOf({ ...spec, apiServer: { ...spec.apiServer, credential: { kind: 'token' } } });
}

/** A patched body with the null that clears the token, where the patch has it and the credential is still a token. */
export function withClearedToken(body: JsonValue, patch: JsonValue): JsonValue {
  const isCleared = memberAt(patch, ['apiServer', 'credential', 'token']) === null;
  const isToken = memberAt(body, ['apiServer', 'credential', 'kind']) === 'token';
  return isCleared && isToken ? mergePatch(body, { apiServer: { credential: { token: null } } }, true) : body;
}

function memberAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, name) => (isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    value,
  );
}

/** The spec as readers see it: of a token, whether one is set, and its fingerprint. */
export function viewClusterSpec(spec: ClusterSpec): JsonObject {
  const credential = spec.apiServer?.credential;
  if (credential?.kind !== 'token') return jsonOf(spec);
  const { fingerprint } = credential;
  const shown = { kind: 'token', token: { set: fingerprint !== null, fingerprint } };
  return jsonOf({ ...spec, apiServer: { ...spec.apiServer, credential: shown } });
}
