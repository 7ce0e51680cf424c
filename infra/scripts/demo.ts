/**
 * `npm run demo`: the main job on the embedded default, from nothing. A stand-in cluster (or, with `--kubernetes`,
 * a real kube-apiserver) gives a pod its token; the broker is set up through its admin API, exchanges the token, and
 * a relying party that knows only the issuer's URL verifies what comes out.
 */
import { startBroker } from '@symbolon/testkit';
import { type DemoCluster, startRealCluster, startStandIn } from './demo/cluster.ts';

import { createNarrator } from './demo/narrator.ts';
import { tellTheStory } from './demo/story.ts';
import { readOptions } from './read-options.ts';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HELP = `npm run demo [-- options]

Runs the main job on this machine: nothing to install, nothing left behind.

  --once                   exit 0 once the credential is verified; the last line is JSON
  --namespace NAME         the workload's namespace (default: demo)
  --service-account NAME   the workload's ServiceAccount (default: api)
  --without-rule           leave the mapping rule out: the exchange is refused (exit 1)
  --kubernetes             take a real kube-apiserver (built on first use, some minutes)
  --help                   this text
`;

const OPTIONS = {
  options: {
    once: { type: 'boolean', default: false },
    namespace: { type: 'string', default: 'demo' },
    'service-account': { type: 'string', default: 'api' },
    'without-rule': { type: 'boolean', default: false },
    kubernetes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
} as const;

const { values } = readOptions(OPTIONS, HELP);

const notAName = [values.namespace, ...values['service-account'].split('.')].find(
  (name) => !DNS_LABEL.test(name),
);
if (notAName !== undefined) {
  process.stderr.write(`"${notAName}" is no name in Kubernetes: lower-case letters, digits and dashes.\n`);
  process.exitCode = 2;
} else if (values.help) {
  process.stdout.write(HELP);
} else {
  process.exitCode = await run();
}

async function run(): Promise<number> {
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('interrupted'));
  });
  const narrator = createNarrator();
  const workload = { namespace: values.namespace, serviceAccount: values['service-account'] };
  let cluster: DemoCluster | undefined;
  const broker = await startBroker();
  try {
    narrator.say(
      `The broker runs at ${broker.issuer}, its admin API at ${broker.admin}, its data in ${broker.dataDir}.`,
    );
    cluster = values.kubernetes ? await startRealCluster(workload) : await startStandIn(workload);
    narrator.say(`${cluster.what} runs at ${cluster.url}. It signs tokens as ${cluster.issuer}.`);
    const story = tellTheStory({ broker, cluster, narrator, workload, withRule: !values['without-rule'] });
    const verified = await Promise.race([story, interrupted]);
    if (verified === 'interrupted') return 130;
    if (verified === null) return 1;
    if (!values.once) {
      narrator.say('All of it stays up, so that you can repeat the lines above. Ctrl-C ends it.');
      await interrupted;
    } else {
      process.stdout.write(`${JSON.stringify(verified)}\n`);
    }
    return 0;
  } finally {
    await Promise.all([broker.stop(), cluster?.stop()]);
  }
}
