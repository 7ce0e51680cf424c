import { isClusterLocalHost } from './cluster-local-host.ts';
import { isForbiddenHost } from './forbidden-host.ts';

export type DiscoveryIssuerObjection =
  /** No https URL, or one with a user, a password, a query or a fragment (OpenID Connect Discovery 1.0 §3). */
  | 'not_https'
  /** It means another server in every cluster: the broker would read the keys of its own. */
  | 'cluster_local'
  /** Link-local, a metadata service, or the address of no host. */
  | 'forbidden';

/** What is asked of an issuer that was parsed as a URL. */
export interface IssuerUrl {
  readonly href: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
}

/**
 * Why the keys of an issuer may not be found by OpenID Connect discovery; null: they may. Asked when a cluster is
 * written and again before anything is fetched. `url` is null for an issuer that is no URL. `isLocal` is for tests, whose servers are on loopback.
 */
export function judgeDiscoveryIssuer(
  url: IssuerUrl | null,
  isLocal: (hostname: string) => boolean = isClusterLocalHost,
): DiscoveryIssuerObjection | null {
  if (url === null || url.protocol !== 'https:' || !isPlain(url)) return 'not_https';
  if (isForbiddenHost(url.hostname)) return 'forbidden';
  return isLocal(url.hostname) ? 'cluster_local' : null;
}

/** An empty query or fragment shows in `href` alone. */
function isPlain({ href, username, password }: IssuerUrl): boolean {
  return username === '' && password === '' && !/[?#]/.test(href);
}
