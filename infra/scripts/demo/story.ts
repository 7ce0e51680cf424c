import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrokerProcess, clusterSpecOf } from '@symbolon/testkit';
import type { DemoCluster, DemoWorkload } from './cluster.ts';
import { type HttpAnswer, takeStep } from './http-step.ts';
import type { Narrator } from './narrator.ts';
import { verifyAsRelyingParty } from './relying-party.ts';

const AUDIENCE = 'myvaultinstance.company.com';
const OTHER_AUDIENCE = 'payroll.company.com';
const CLUSTER = 'demo-cluster';

export interface Story {
  readonly broker: BrokerProcess;
  readonly cluster: DemoCluster;
  readonly narrator: Narrator;
  readonly workload: DemoWorkload;
  readonly withRule: boolean;
}

/** What the relying party verified. */
export interface Verified {
  readonly sub: unknown;
  readonly iss: unknown;
  readonly aud: unknown;
  readonly cluster: unknown;
}

/** The main job, step by step. Null where the exchange was refused. */
export async function tellTheStory(story: Story): Promise<Verified | null> {
  await setUp(story);
  const tokenFile = await giveThePodItsToken(story);
  const exchanged = await exchange(story, tokenFile);
  if (exchanged === null) return null;
  const verified = await verify(story, exchanged);
  await showARefusal(story, tokenFile);
  return verified;
}

export async function setUp({ broker, cluster, narrator, workload, withRule }: Story): Promise<void> {
  const put = async (title: string, path: string, body: object) => {
    narrator.step(title);
    const name = path.split('/').slice(-2).join('-');
    const json = { file: join(broker.dataDir, `${name}.json`), text: `${JSON.stringify(body, null, 2)}\n` };
    writeFileSync(json.file, json.text, { mode: 0o600 });
    const file = join(broker.dataDir, 'admin-token');
    const bearer = { file, token: readFileSync(file, 'utf8').trim() };
    const url = `${broker.admin}/admin/v1/${path}`;
    const answer = await takeStep({ method: 'PUT', url, bearer, json }, narrator);
    if (answer.status !== 201)
      throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    narrator.answer(`made: ${JSON.stringify(answer.body.name)}`);
  };

  await put(
    'Register the cluster: its issuer, its API server, and a credential that may read its keys.',
    `clusters/${CLUSTER}`,
    clusterSpecOf(cluster, cluster.readerToken),
  );
  await put('Make the identity system, the namespace of native identities.', 'identity-systems/myidsystem', {
    subject: '{namespace}.{serviceAccount}',
    identityDomain: CLUSTER,
  });
  await put(
    'Make a target: the external system that will be shown the identity.',
    'identity-systems/myidsystem/targets/vault',
    {
      audiences: [AUDIENCE],
    },
  );
  if (!withRule) return;
  await put(
    'Write the mapping rule: which workload may have that identity.',
    'identity-systems/myidsystem/rules/demo',
    {
      effect: 'allow',
      match: {
        clusters: [CLUSTER],
        namespaces: [workload.namespace],
        serviceAccounts: [workload.serviceAccount],
      },
      targets: ['vault'],
    },
  );
}

async function giveThePodItsToken({ broker, cluster, narrator }: Story): Promise<string> {
  narrator.step('The cluster gives the pod a token whose audience is the broker.');
  const file = join(broker.dataDir, 'token');
  writeFileSync(file, await cluster.requestToken(broker.issuer), { mode: 0o600 });
  narrator.answer(`it is in ${file}, as a projected volume would have it`);
  return file;
}

async function exchange(story: Story, tokenFile: string): Promise<string | null> {
  const { narrator } = story;
  narrator.step(`The pod exchanges it for a credential for ${AUDIENCE}.`);
  const { status, body } = await requestExchange(story, tokenFile, AUDIENCE);
  if (status !== 200 || typeof body.access_token !== 'string') {
    narrator.answer(`refused: ${describeRefusal({ status, body })}`);
    return null;
  }
  narrator.answer(`issued: ${JSON.stringify({ ...body, access_token: '...' })}`);
  return body.access_token;
}

async function verify({ broker, narrator }: Story, credential: string): Promise<Verified> {
  narrator.step('The external system knows only the issuer: it finds the keys there, and verifies.');
  const url = `${broker.issuer}/.well-known/openid-configuration`;
  const { body } = await takeStep({ method: 'GET', url }, narrator);
  narrator.answer(`keys at ${String(body.jwks_uri)}`);
  const claims = await verifyAsRelyingParty(credential, { issuer: broker.issuer, audience: AUDIENCE });
  const verified = { sub: claims.sub, iss: claims.iss, aud: claims.aud, cluster: claims.cluster };
  narrator.answer(`verified: ${JSON.stringify(verified)}`);
  return verified;
}

async function showARefusal(story: Story, tokenFile: string): Promise<void> {
  const { narrator } = story;
  narrator.step('The same pod asks for an audience that no rule gives it.');
  const answer = await requestExchange(story, tokenFile, OTHER_AUDIENCE);
  if (answer.status === 200) throw new Error(`a credential was issued for ${OTHER_AUDIENCE}`);
  narrator.answer(`refused: ${describeRefusal(answer)}`);
  narrator.answer(`what that means and who can mend it: ${String(answer.body.error_uri)}`);
}

function requestExchange(
  { broker, narrator }: Story,
  tokenFile: string,
  audience: string,
): Promise<HttpAnswer> {
  const form = [
    { name: 'grant_type', value: 'urn:ietf:params:oauth:grant-type:token-exchange' },
    { name: 'subject_token_type', value: 'urn:ietf:params:oauth:token-type:jwt' },
    { name: 'subject_token', value: readFileSync(tokenFile, 'utf8'), fromFile: tokenFile },
    { name: 'audience', value: audience },
  ];
  return takeStep({ method: 'POST', url: `${broker.issuer}/token`, form }, narrator);
}

function describeRefusal({ status, body }: HttpAnswer): string {
  return `${status} ${String(body.error)} (${String(body.reason)}): ${String(body.error_description)}`;
}
