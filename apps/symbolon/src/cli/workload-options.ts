import type { WorkloadFacts } from '@symbolon/core';
import { type Command, Option } from 'commander';

/** A workload in somebody's words, as options. */
export type WorkloadOptions = { readonly [M in keyof WorkloadFacts]?: string };

const MEMBERS = {
  cluster: ['--cluster <name>', 'the cluster, as it is configured here'],
  namespace: ['--namespace <name>', 'the namespace'],
  serviceAccount: ['--service-account <name>', 'the ServiceAccount'],
  serviceAccountUid: ['--service-account-uid <uid>', 'its uid'],
  pod: ['--pod <name>', 'the pod that the token is bound to'],
  podUid: ['--pod-uid <uid>', 'its uid'],
  node: ['--node <name>', 'the node that the pod is on'],
  nodeUid: ['--node-uid <uid>', 'its uid'],
} as const satisfies {
  readonly [M in keyof WorkloadOptions]-?: readonly [flags: string, description: string];
};

export function addWorkloadOptions(command: Command): Command {
  for (const [flags, description] of Object.values(MEMBERS)) {
    command.addOption(new Option(flags, description).helpGroup('Workload:'));
  }
  return command;
}

/** The members that were given; null where none was. */
export function readWorkload(options: WorkloadOptions): WorkloadOptions | null {
  const given = Object.keys(MEMBERS).flatMap((member) => {
    const value = options[member as keyof WorkloadOptions];
    return value === undefined ? [] : [[member, value] as const];
  });
  return given.length === 0 ? null : (Object.fromEntries(given) as WorkloadOptions);
}
