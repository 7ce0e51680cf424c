import type { PublicJwk } from '@symbolon/testkit';
import { audienceOf, CLUSTER, matchOf, SYSTEM_COUNT, systemOf, TARGET } from './rules.ts';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from './sign-tokens.ts';

export interface AdminAccess {
  /** Base URL of the admin API's server. */
  readonly url: string;
  readonly token: string;
}

/** How many rules are written through the admin API, as an operator would; what is beyond goes into the table. */
export const RULES_BY_API = 100;

/** The cluster with its keys inline, 100 systems with a target each, and the first 100 rules. */
export async function configure(admin: AdminAccess, clusterKey: PublicJwk): Promise<void> {
  await put(admin, `clusters/${CLUSTER}`, {
    issuers: [TOKEN_ISSUER],
    audiences: [TOKEN_AUDIENCE],
    validation: { mode: 'offline', jwks: { source: 'inline', keys: [clusterKey] } },
  });
  for (let number = 0; number < SYSTEM_COUNT; number++) {
    const system = `identity-systems/${systemOf(number)}`;
    await put(admin, system, { subject: '{namespace}.{serviceAccount}', identityDomain: CLUSTER });
    await put(admin, `${system}/targets/${TARGET}`, { audiences: [audienceOf(number)] });
  }
  for (let number = 0; number < RULES_BY_API; number++) await putRule(admin, number);
}

/** Writes a rule, or over it where it says something else. Answered once the change is in force. */
export async function putRule(admin: AdminAccess, number: number, description = ''): Promise<void> {
  await put(admin, `identity-systems/${systemOf(number)}/rules/rule-${number}`, {
    effect: 'allow',
    match: matchOf(number),
    targets: [TARGET],
    description,
  });
}

async function put({ url, token }: AdminAccess, path: string, body: object): Promise<void> {
  const address = `${url}/admin/v1/${path}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const isThere = (await fetch(address, { headers })).ok;
  const response = await fetch(address, {
    method: 'PUT',
    headers: isThere ? { ...headers, 'if-match': '*' } : headers,
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`PUT ${path} was answered ${response.status}: ${answer.slice(0, 500)}`);
}
