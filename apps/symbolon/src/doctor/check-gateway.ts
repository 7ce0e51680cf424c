import { z } from 'zod';
import type { Cli } from '../cli/cli.ts';
import { httpTrouble } from '../cli/http-trouble.ts';
import { parseJsonBody } from '../cli/json-body.ts';
import { type HttpAnswer, HttpError, REQUEST_TIMEOUT_MS } from '../cli/send-http.ts';
import { isLoopbackUrl } from '../config/listen-address.ts';
import { metadataUrl } from '../exchange/metadata-url.ts';
import { compareClock } from './check-clock.ts';
import { type Finding, finding, ok } from './finding.ts';
import { judgeKeySet } from './judge-key-set.ts';

const readinessSchema = z.object({
  failing: z.array(z.object({ name: z.string(), detail: z.string().optional() })).min(1),
});
const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

export interface CheckedGateway {
  readonly findings: readonly Finding[];
  /** Nothing listens at an address of this machine: then no broker runs here, which may be as it should. */
  readonly isNobodyHere: boolean;
}

/** The gateway as workloads and relying parties find it: readiness, clock, metadata, published keys. */
export async function checkGateway(
  cli: Pick<Cli, 'sendHttp' | 'now'>,
  { issuer, caPem }: { readonly issuer: string; readonly caPem: string | null },
): Promise<CheckedGateway> {
  const get = (url: URL) =>
    cli.sendHttp({ method: 'GET', url, headers: {}, body: null, caPem, timeoutMs: REQUEST_TIMEOUT_MS });
  const findings: Finding[] = [];
  try {
    const askedAtMs = cli.now();
    const ready = await get(new URL('/readyz', issuer));
    findings.push(compareClock(ready.headers.date, { askedAtMs, answeredAtMs: cli.now() }));
    findings.push(...judgeReadiness(issuer, ready));
    const metadata = judgeMetadata(issuer, await get(metadataUrl(issuer)));
    findings.push(metadata.finding);
    if (metadata.jwksUrl !== null) findings.push(judgeKeySet(await get(metadata.jwksUrl)));
    return { findings, isNobodyHere: false };
  } catch (error) {
    const isRefused = error instanceof HttpError && error.code === 'ECONNREFUSED';
    const isNobodyHere = isRefused && isLoopbackUrl(new URL(issuer));
    return { findings: [...findings, unreachable(error, issuer, isNobodyHere)], isNobodyHere };
  }
}

function unreachable(error: unknown, issuer: string, isNobodyHere: boolean): Finding {
  const { message, hints } = httpTrouble(error, new URL(issuer), '--issuer URL or SYMBOLON_ISSUER');
  if (!isNobodyHere)
    return finding('problem', 'reachability', [`the gateway: ${message}`, hints.join(' ') || 'see its log']);
  return finding('unchecked', 'reachability', [
    `no broker runs on this machine: ${message}`,
    'start it with "symbolon serve", or name the broker with --issuer and --server',
  ]);
}

function judgeReadiness(issuer: string, answer: HttpAnswer): readonly Finding[] {
  if (answer.status === 200) return [ok('reachability', `the gateway ${issuer} is ready`)];
  const parsed = readinessSchema.safeParse(answer.status === 503 ? parseJsonBody(answer) : null);
  if (parsed.success) {
    return parsed.data.failing.map(({ name, detail }) =>
      finding('problem', 'reachability', [
        `the gateway is not ready: ${detail ?? name}`,
        'its log says more; what depends on it comes back by itself once that does',
      ]),
    );
  }
  const what = `${issuer} does not answer as a gateway does (${answer.status})`;
  return [finding('problem', 'reachability', [what, 'name the gateway with --issuer or SYMBOLON_ISSUER'])];
}

function judgeMetadata(
  issuer: string,
  answer: HttpAnswer,
): { readonly finding: Finding; readonly jwksUrl: URL | null } {
  const parsed = metadataSchema.safeParse(answer.status === 200 ? parseJsonBody(answer) : null);
  if (!parsed.success) {
    const what = `${issuer} serves no metadata (${answer.status})`;
    const fix = 'let the proxy before the gateway pass on /.well-known/ and the path of the issuer';
    return { finding: finding('problem', 'reachability', [what, fix]), jwksUrl: null };
  }
  const { issuer: stated, jwks_uri } = parsed.data;
  const jwksUrl = new URL(jwks_uri);
  const isOurs = stated === issuer && jwksUrl.origin === new URL(issuer).origin;
  if (isOurs) return { finding: ok('reachability', 'the metadata names this very issuer'), jwksUrl };
  const what = `the metadata at ${issuer} names the issuer ${stated} and the keys ${jwks_uri}`;
  const fix = 'set SYMBOLON_ISSUER of the broker to the URL by which others reach it, byte for byte';
  return { finding: finding('problem', 'reachability', [what, fix]), jwksUrl: null };
}
