import { z } from 'zod';
import { apiServer, clusterCredential } from '../api-server.ts';
import { clusterBody } from '../cluster.ts';
import { identitySystemBody } from '../identity-system.ts';
import { mappingRuleBody } from '../mapping-rule.ts';
import { revocationBody } from '../revocation.ts';
import { targetBody } from '../target.ts';
import { pageOf, utcTime } from './common.ts';

/** Objects as they are read: their bodies with every default in place, their name, and what is read only. */

const identity = { name: z.string().meta({ description: 'Name of the object, as in its path.' }) };
const owned = {
  ...identity,
  identitySystem: z.string().meta({ description: 'Name of the identity system that owns the object.' }),
};

const readOnly = {
  metadata: z
    .object({
      createdAt: utcTime.meta({ description: 'When the object was made.' }),
      updatedAt: utcTime.meta({ description: 'When it was written last.' }),
      updatedBy: z.string().meta({ description: 'The principal who wrote it last.' }),
      epoch: z.int().min(1).meta({ description: 'The number of the change that wrote it last.' }),
    })
    .meta({ description: 'Read only.' }),
};

const [, tokenFile, inCluster] = clusterCredential.options;

const setSecret = z
  .object({
    set: z.boolean().meta({ description: 'Whether there is one.' }),
    fingerprint: z.string().nullable().meta({
      description: 'The same for the same secret, and no help in guessing it; null where none is set.',
    }),
  })
  .meta({ description: 'A secret that is written and never shown.' });

const credentialView = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('token'), token: setSecret }),
    tokenFile,
    inCluster,
  ])
  .meta({ description: 'How the broker shows itself to the API server.' });

export const clusterView = z.object({
  ...identity,
  ...clusterBody.shape,
  apiServer: apiServer
    .extend({ credential: credentialView.exactOptional() })
    .exactOptional()
    .meta({ description: "The cluster's API server, where it is known." }),
  ...readOnly,
});
export const identitySystemView = z.object({ ...identity, ...identitySystemBody.shape, ...readOnly });
export const targetView = z.object({ ...owned, ...targetBody.shape, ...readOnly });
export const mappingRuleView = z.object({ ...owned, ...mappingRuleBody.shape, ...readOnly });
export const revocationView = z.object({ ...identity, ...revocationBody.shape, ...readOnly });

export const clusterPage = pageOf(clusterView);
export const identitySystemPage = pageOf(identitySystemView);
export const targetPage = pageOf(targetView);
export const mappingRulePage = pageOf(mappingRuleView);
export const revocationPage = pageOf(revocationView);

export type ClusterView = z.output<typeof clusterView>;
export type IdentitySystemView = z.output<typeof identitySystemView>;
export type TargetView = z.output<typeof targetView>;
export type MappingRuleView = z.output<typeof mappingRuleView>;
export type RevocationView = z.output<typeof revocationView>;
