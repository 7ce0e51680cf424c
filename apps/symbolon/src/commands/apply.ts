import { Command } from 'commander';
import { type AdminClient, openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { CliFailure, refused } from '../cli/cli-failure.ts';
import { collect } from '../cli/collect.ts';
import { confirm } from '../cli/confirm.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { nameOf } from '../cli/kinds.ts';
import { applyPlan, type PlannedChange, planApply } from '../cli/manifests/plan-apply.ts';
import { planText } from '../cli/manifests/plan-text.ts';
import { readManifests } from '../cli/manifests/read-manifests.ts';
import { paint } from '../cli/paint.ts';
import { detailLines } from '../cli/problem.ts';

interface ApplyOptions extends ConnectionOptions {
  readonly file: readonly string[];
  readonly dryRun?: true;
  readonly yes?: true;
}

const EXAMPLES = `
A file holds objects as YAML documents or JSON:

  kind: MappingRule          # Cluster, IdentitySystem, Target, MappingRule, Revocation
  name: web-tier
  identitySystem: myidsystem # of a Target or MappingRule: its owner
  labels: {team: payments}   # may be left out, as may description
  spec:                      # as in the admin API
    effect: allow
    match: {clusters: [prod], namespaces: [web], serviceAccounts: ["*"]}
    targets: [vault]

Everything is judged and shown as a plan first; only what belongs to an identity system
that the same plan makes is judged when the system is there. What the files do not name
stays as it is. Where the broker refuses an object after all, or somebody else changes it
in between, apply stops there and says what is done and what is not.
A person at a terminal is asked before anything is changed; without a terminal, as in a
script, nothing is asked.

Examples:
  symbolon apply -f rules.yaml
  symbolon apply -f clusters/ -f systems/ --dry-run
  symbolon get rules -o yaml | sed 's/priority: 0/priority: 5/' | symbolon apply -f -`;

/** `symbolon apply -f FILE|DIR|-`. */
export function createApplyCommand(cli: Cli): Command {
  const command = new Command('apply')
    .description('make objects as files describe them: shows the plan, then changes')
    .requiredOption('-f, --file <path>', 'a file, a folder, or - for standard input; repeatable', collect)
    .option('--dry-run', 'only show the plan: nothing is changed')
    .option('-y, --yes', 'do not ask');
  return addConnectionOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((options: ApplyOptions) => apply(options, cli));
}

async function apply(options: ApplyOptions, cli: Cli): Promise<void> {
  const manifests = await readManifests(options.file, cli);
  const client = await openAdminClient(options, cli);
  const changes = await planApply(manifests, client);
  cli.stdout.write(planText(changes, cli.stdout));
  if (options.dryRun) {
    cli.stdout.write('This was a dry run: nothing was changed.\n');
    return;
  }
  if (changes.every(({ operation }) => operation === 'unchanged')) {
    cli.stdout.write('Everything is as the files describe it: nothing was changed.\n');
    return;
  }
  await confirm(cli, 'Make these changes?', options.yes === true);
  await makeChanges(changes, client, cli);
}

async function makeChanges(changes: readonly PlannedChange[], client: AdminClient, cli: Cli): Promise<void> {
  const made: PlannedChange[] = [];
  try {
    const { notDone, refusal } = await applyPlan(changes, client, (change) => {
      made.push(change);
      cli.stdout.write(
        `${paint(cli.stdout, 'green', DONE[change.operation])} ${nameOf(change.manifest.key)}\n`,
      );
    });
    const [first] = notDone;
    if (first === undefined || refusal === null) return;
    const what =
      refusal.status === 412
        ? `${nameOf(first.manifest.key)} was changed by somebody else since the plan was made (412)`
        : `${nameOf(first.manifest.key)}: ${refusal.title} (${refusal.status})`;
    throw refused(what, ...(refusal.status === 412 ? [] : detailLines(refusal)));
  } catch (error) {
    if (error instanceof CliFailure) throw withRest(error, changes, made);
    throw error;
  }
}

const DONE = { create: 'created', change: 'changed', unchanged: 'unchanged' } as const;

/** Whoever is stopped half-way must know on which side of it everything stands. */
function withRest(
  failure: CliFailure,
  changes: readonly PlannedChange[],
  made: readonly PlannedChange[],
): CliFailure {
  const pending = changes.filter((change) => change.operation !== 'unchanged' && !made.includes(change));
  const names = (some: readonly PlannedChange[]) =>
    some.map(({ manifest }) => nameOf(manifest.key)).join(', ');
  return new CliFailure(failure.exitCode, failure.message, [
    ...failure.hints,
    made.length === 0 ? 'Nothing was changed.' : `Done: ${names(made)}.`,
    `Not done: ${names(pending)}.`,
    'Run it again: it plans from what is there now.',
  ]);
}
