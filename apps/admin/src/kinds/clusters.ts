import {
  audiencesOf,
  type ConfigurationTransaction,
  domainLeftEmpty,
  isDnsLabel,
  isReservedAudience,
  judgeCluster,
  judgeName,
  judgeReferences,
  mayClaimAgain,
  namesCluster,
  type ObjectsInTheWay,
  type StoredObject,
  tombstonesOfCluster,
} from '@symbolon/core';
import { clusterBody } from '@symbolon/protocol';
import { refuse } from '../http/problem.ts';
import { findClaimedAudiences } from '../objects/find-claimed-audiences.ts';
import { findIssuedAudiences } from '../objects/find-issued-audiences.ts';
import { findReferences } from '../objects/find-references.ts';
import { eachOf, listAll } from '../objects/list-all.ts';
import { readAudienceTombstones } from '../objects/read-audience-tombstones.ts';
import { readBodyAs } from '../objects/read-draft.ts';
import type { ProposedChange, Resource } from '../objects/resource.ts';
import type { AdminDeps } from '../ports.ts';
import {
  clusterDraft,
  givenToken,
  viewClusterSpec,
  withClearedToken,
  writtenClusterSpec,
} from './cluster-credential.ts';
import { type ClusterSchemaDeps, createClusterSchema } from './cluster-schema.ts';

const CLUSTERS = { kind: 'Cluster', identitySystem: null } as const;
const SYSTEMS = { kind: 'IdentitySystem', identitySystem: null } as const;

export function clusters(
  deps: ClusterSchemaDeps & Pick<AdminDeps, 'sealClusterCredential'>,
): Resource<'Cluster'> {
  const schema = createClusterSchema(deps);
  const { issuer } = deps;
  return {
    kind: 'Cluster',
    schema: clusterBody,
    isForGlobalOwners: false,
    isName: isDnsLabel,
    readDraft: (json, name) =>
      readBodyAs(schema, json, async (body) => {
        const token = givenToken(body);
        const sealed = token === null ? null : await deps.sealClusterCredential(name, token);
        if (token !== null && sealed === null) return sealingKeyMissing;
        return { kind: 'draft', draft: clusterDraft(body, sealed) } as const;
      }),
    judgeChange: (change, transaction) => judgeChange(change, { issuer, transaction }),
    async judgeDeletion(cluster, { isGlobalOwner }, transaction) {
      const inTheWay = await findWhatNames(cluster, transaction);
      // Whose they are is not told to those who may not know it; that they are there is.
      return judgeReferences(isGlobalOwner ? inTheWay : inTheWay.map((found) => ({ ...found, names: [] })));
    },
    async tombstones({ key, ...change }, transaction) {
      const others = (await listAll(transaction, CLUSTERS)).filter((other) => other.key.name !== key.name);
      const heldByOthers = new Set(others.flatMap(({ spec }) => audiencesOf(spec, issuer)));
      return tombstonesOfCluster({ name: key.name, ...change, heldByOthers, issuer });
    },
    viewSpec: viewClusterSpec,
    writtenSpec: writtenClusterSpec,
    clearSecrets: withClearedToken,
  };
}

async function judgeChange(
  { key, spec, current, principal }: ProposedChange<'Cluster'>,
  { issuer, transaction }: { readonly issuer: string; readonly transaction: ConfigurationTransaction },
) {
  const { name } = key;
  const audiences = audiencesOf(spec, issuer);
  const tombstones = await readAudienceTombstones(audiences, transaction);
  // A target that issues a cluster's audience is out of force, and no cluster may bring that about.
  // What is reserved, no target issues.
  const held = current === null ? [] : audiencesOf(current.spec, issuer);
  const gained = audiences.filter(
    (audience) => !held.includes(audience) && !isReservedAudience(audience, issuer),
  );
  const ofTargets = tombstones.filter((tombstone) => !mayClaimAgain(tombstone, null));
  const objections = judgeCluster({
    name,
    spec,
    current,
    principal,
    clusters: await listAll(transaction, CLUSTERS),
    identitySystems: await listAll(transaction, SYSTEMS),
    tombstonedDomains: await readTombstonedDomains(transaction),
    claimedByTargets: new Set([
      ...(await findClaimedAudiences(audiences, transaction)),
      ...(await findIssuedAudiences(gained, transaction)),
      ...ofTargets.map((tombstone) => tombstone.key.name),
    ]),
    issuer,
  });
  const tombstone = current === null ? await transaction.readTombstone({ kind: 'Cluster', name }) : null;
  return [...judgeName(current, tombstone), ...objections];
}

async function readTombstonedDomains(transaction: ConfigurationTransaction): Promise<ReadonlySet<string>> {
  const limit = 1000;
  const domains = new Set<string>();
  let page = await transaction.listTombstones({ kind: 'Cluster', after: null, limit });
  for (;;) {
    for (const { identityDomain } of page) if (identityDomain !== null) domains.add(identityDomain);
    const last = page.at(-1);
    if (page.length < limit || last === undefined) return domains;
    page = await transaction.listTombstones({ kind: 'Cluster', after: last.key, limit });
  }
}

/** Rules that name the cluster, and systems whose identity domain would have no cluster without it. */
async function findWhatNames(
  cluster: StoredObject<'Cluster'>,
  transaction: ConfigurationTransaction,
): Promise<readonly ObjectsInTheWay[]> {
  const domain = domainLeftEmpty(cluster, await listAll(transaction, CLUSTERS));
  const rules = async function* () {
    for await (const system of eachOf(transaction, SYSTEMS)) {
      yield* eachOf(transaction, { kind: 'MappingRule', identitySystem: system.key.name } as const);
    }
  };
  return [
    await findReferences({
      kind: 'IdentitySystem',
      objects: eachOf(transaction, SYSTEMS),
      // A system without a domain names none.
      isReference: ({ spec }) => domain !== null && spec.identityDomain === domain,
      nameOf: ({ name }) => name,
    }),
    await findReferences({
      kind: 'MappingRule',
      objects: rules(),
      isReference: ({ spec }) => namesCluster(spec, cluster.key.name),
      nameOf: ({ identitySystem, name }) => `${identitySystem}/${name}`,
    }),
  ];
}

const sealingKeyMissing = refuse('unavailable', {
  detail:
    'no gateway has made the key yet that cluster credentials are sealed with: start one, then try again',
  headers: { 'Retry-After': '5' },
});
