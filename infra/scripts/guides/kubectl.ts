import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type StandInCluster, startStandInCluster } from '@symbolon/testkit';

/** A `kubectl` that speaks to a stand-in cluster: only what the guides ask of it. */
export interface StandInKubectl {
  /** What the projected volume of a pod of payments/api holds, for one audience. */
  podToken(audience: string): string;
  /** Writes the program into a folder. */
  install(folder: string): void;
  stop(): Promise<void>;
}

/** Whose token may read the keys of the stand-in, as the guide for operators makes it. */
const READER = 'symbolon';

export async function startKubectl(): Promise<StandInKubectl> {
  const cluster = await startStandInCluster();
  const server = createServer((request, response) => {
    void text(request)
      .then((args) => kubectl(args.split('\n'), cluster))
      .catch(() => null)
      .then((answer) => response.writeHead(answer === null ? 400 : 200).end(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the stand-in for kubectl has no TCP port');
  return {
    podToken: (audience) =>
      cluster.issueToken({
        namespace: 'payments',
        serviceAccount: 'api',
        audiences: [audience],
        pod: 'api-7d4b9c',
      }),
    install(folder) {
      const file = `${folder}/kubectl`;
      const post = `curl -sSf --data-binary @- http://127.0.0.1:${address.port}/`;
      writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" | exec ${post}\n`);
      chmodSync(file, 0o755);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await cluster.stop();
    },
  };
}

/** What it prints, or null where it does not know how. Throws for options that no guide has. */
function kubectl(args: readonly string[], cluster: StandInCluster): string | null {
  const [verb, kind] = args;
  if (verb === 'get' && kind === '--raw') return document(args[2], cluster);
  const path = args.find((arg) => arg.startsWith('jsonpath='));
  if (verb === 'config' && kind === 'view') return kubeconfig(path, cluster);
  if (verb !== 'create') return null;
  const { values, positionals } = parseArgs({
    args: args.slice(1).filter((arg) => arg !== ''),
    allowPositionals: true,
    options: {
      namespace: { type: 'string', short: 'n', default: 'default' },
      audience: { type: 'string', multiple: true, default: ['https://kubernetes.default.svc'] },
      duration: { type: 'string' },
      clusterrole: { type: 'string' },
      serviceaccount: { type: 'string' },
    },
  });
  const [, name] = positionals;
  if (name === undefined) return null;
  if (kind !== 'token') return `${kind}/${name} created\n`;
  if (name === READER) return `${cluster.readerToken()}\n`;
  const { namespace, audience: audiences } = values;
  return `${cluster.issueToken({ namespace, serviceAccount: name, audiences })}\n`;
}

function kubeconfig(path: string | undefined, cluster: StandInCluster): string | null {
  if (path === 'jsonpath={.clusters[0].cluster.server}') return cluster.url;
  if (path !== 'jsonpath={.clusters[0].cluster.certificate-authority-data}') return null;
  return Buffer.from(cluster.caPem).toString('base64');
}

function document(path: string | undefined, cluster: StandInCluster): string | null {
  switch (path) {
    case '/openid/v1/jwks':
      return JSON.stringify(cluster.jwks());
    case '/.well-known/openid-configuration':
      return JSON.stringify({ issuer: cluster.issuer, jwks_uri: `${cluster.url}/openid/v1/jwks` });
    default:
      return null;
  }
}
