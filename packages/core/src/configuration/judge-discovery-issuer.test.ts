import { describe, expect, test } from 'vitest';
import { isClusterLocalHost } from './cluster-local-host.ts';
import { judgeDiscoveryIssuer } from './judge-discovery-issuer.ts';

const judge = (issuer: string) => judgeDiscoveryIssuer(URL.parse(issuer));

const CLUSTER_LOCAL = [
  'kubernetes.default.svc',
  'kubernetes.default.svc.',
  'KUBERNETES.default.SVC',
  'kubernetes.default.svc.cluster.local',
  'kubernetes.default.svc.cluster.local.',
  'anything.cluster.local',
  'web.team-a.svc',
  'kubernetes.default',
  'kubernetes.default.svc.company.internal',
  'kubernetes',
  'idp',
  'idp.',
  'localhost',
  'a.localhost',
  'localhost.localdomain',
  '127.0.0.1',
  '127.255.255.254',
  '0x7f.1',
  '2130706433',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
];

const ELSEWHERE = [
  'oidc.company.com',
  'oidc.company.com.',
  'svc.company.com',
  'cluster.local.company.com',
  'mykubernetes.default.company.com',
  'oidc.eks.eu-central-1.amazonaws.com',
  '10.0.0.1',
  '126.255.255.255',
  '128.0.0.1',
  '[2001:db8::1]',
  '[::ffff:10.0.0.1]',
];

describe('judgeDiscoveryIssuer', () => {
  test.each(CLUSTER_LOCAL)(
    'A59: refuses %s, where our own cluster would be asked for the keys of another',
    (host) => {
      expect(judge(`https://${host}`)).toBe('cluster_local');
      expect(judge(`https://${host}:6443/clusters/a`)).toBe('cluster_local');
      expect(isClusterLocalHost(new URL(`https://${host}`).hostname)).toBe(true);
    },
  );

  test.each(ELSEWHERE)('leaves %s, which is the same server for everybody', (host) => {
    expect(judge(`https://${host}/id/0123`)).toBeNull();
  });

  test.each(['169.254.169.254', '[fe80::1]', 'metadata.google.internal', 'metadata', '0.0.0.0', '[::]'])(
    'A59, L25: refuses %s, where a machine keeps its own credentials or nobody is',
    (host) => {
      expect(judge(`https://${host}/`)).toBe('forbidden');
    },
  );

  test.each([
    '',
    'kubernetes/serviceaccount',
    'oidc.company.com',
    'http://oidc.company.com',
    'file:///etc/passwd',
    'urn:company:oidc',
    'https://user@oidc.company.com',
    'https://user:pass@oidc.company.com',
    'https://:pass@oidc.company.com',
    'https://oidc.company.com?tenant=a',
    'https://oidc.company.com/?',
    'https://oidc.company.com/#a',
    'https://oidc.company.com/#',
  ])('S46: refuses %j, which is no plain https URL', (issuer) => {
    expect(judge(issuer)).toBe('not_https');
  });
});
