import type { ExplainSubject, JsonValue } from '@symbolon/core';
import { explanationView, ISSUED_TOKEN_TYPE } from '@symbolon/protocol';
import { Command, Option } from 'commander';
import { type AdminClient, openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { CliFailure, unavailable, wrongUsage } from '../cli/cli-failure.ts';
import { collect } from '../cli/collect.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { EXIT_CODES } from '../cli/exit-codes.ts';
import { explanationText } from '../cli/explanation-text.ts';
import type { JsonRecord } from '../cli/json-body.ts';
import { draftsOf, readDrafts } from '../cli/manifests/drafts.ts';
import { type Manifest, placeText } from '../cli/manifests/manifest.ts';
import { optionOf } from '../cli/option-of.ts';
import { type OutputFormat, outputOption, writeOutput } from '../cli/output.ts';
import { problemFailure, type ReadProblem } from '../cli/problem.ts';
import { readToken } from '../cli/read-text.ts';
import { addWorkloadOptions, readWorkload, type WorkloadOptions } from '../cli/workload-options.ts';

interface ExplainOptions extends ConnectionOptions, WorkloadOptions {
  readonly subjectTokenFile?: string;
  readonly audience: readonly string[];
  readonly scope?: string;
  readonly requestedTokenType?: keyof typeof ISSUED_TOKEN_TYPE;
  readonly draft?: readonly string[];
  readonly exitCode?: true;
  readonly output: OutputFormat;
}

const EXAMPLES = `
Nothing is issued, and the token is neither kept nor shown. The question itself is in the
audit trail.

Examples:
  symbolon explain --cluster prod --namespace web --service-account api \\
    --audience https://vault.example.com
  kubectl create token api -n web --audience https://symbolon.example.com |
    symbolon explain --subject-token-file - --audience https://vault.example.com
  symbolon explain --cluster prod --namespace web --service-account api \\
    --audience https://vault.example.com --draft new-rule.yaml --exit-code`;

/** `symbolon explain`. */
export function createExplainCommand(cli: Cli): Command {
  const command = new Command('explain')
    .description('say what a workload would be given or refused, and why')
    .requiredOption('--audience <audience>', 'what it asks for; repeatable', collect)
    .option('--scope <scopes>', 'scopes that it asks for, with spaces between them')
    .addOption(
      new Option(
        '--requested-token-type <type>',
        "the type that it asks for; default: the target's first",
      ).choices(Object.keys(ISSUED_TOKEN_TYPE)),
    )
    .option(
      '--draft <path>',
      'file of rules, as for apply, judged as if they were applied; other kinds in it are passed over; repeatable',
      collect,
    )
    .option('--exit-code', 'exit with 1 where the answer is a refusal')
    .addOption(
      new Option('--subject-token-file <file>', "the workload's own token; - for standard input").helpGroup(
        'Workload:',
      ),
    )
    .addOption(outputOption());
  return addConnectionOptions(addWorkloadOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((options: ExplainOptions) => explain(options, cli));
}

async function explain(options: ExplainOptions, cli: Cli): Promise<void> {
  const subject = await readSubject(options, cli);
  const drafts = options.draft === undefined ? [] : await readDrafts(options.draft, cli);
  const client = await openAdminClient(options, cli);
  const question = {
    ...subject,
    audience: options.audience,
    ...(options.scope === undefined ? {} : { scope: options.scope }),
    ...(options.requestedTokenType === undefined
      ? {}
      : { requestedTokenType: ISSUED_TOKEN_TYPE[options.requestedTokenType] }),
  };
  // Rules of several systems cannot be judged together, and only the answer says which system decides.
  const isMixed = new Set(drafts.map(({ key }) => key.identitySystem)).size > 1;
  const first = await ask(question, isMixed ? [] : drafts, client);
  const own = draftsOf(first.explanation.identitySystem, drafts, cli);
  const { json, explanation } = isMixed && own.length > 0 ? await ask(question, own, client) : first;
  const asked: ExplainSubject['kind'] = 'subjectToken' in subject ? 'subjectToken' : 'workload';
  writeOutput(cli, json, {
    format: options.output,
    table: () => explanationText(explanation, asked, cli.stdout),
  });
  if (options.exitCode === true && explanation.decision === 'refuse')
    throw new CliFailure(EXIT_CODES.refused, '');
}

async function ask(question: JsonRecord, drafts: readonly Manifest[], client: AdminClient) {
  const rules = drafts.map(({ key, body }) => ({ ...body, name: key.name }));
  const body = { ...question, ...(rules.length === 0 ? {} : { rules }) };
  const answer = await client.ask({ method: 'POST', path: '/explain', body });
  if (answer.kind === 'refused') throw problemFailure(inGivenWords(answer.problem, drafts));
  const { json } = answer;
  const parsed = explanationView.safeParse(json);
  if (!parsed.success)
    throw unavailable("the broker's explanation cannot be read", 'Is its version that of this program?');
  return { json, explanation: parsed.data };
}

/** Where what is wrong was given: in an option, or at a line of a draft. */
function inGivenWords(problem: ReadProblem, drafts: readonly Manifest[]): ReadProblem {
  const errors = problem.errors.map(({ pointer, detail }) => {
    const [, index = '', rest = ''] = /^\/rules\/(\d+)(.*)$/.exec(pointer) ?? [];
    const draft = index === '' ? undefined : drafts[Number(index)];
    if (draft === undefined) return { pointer: GIVEN_AS.get(pointer) ?? optionOf(pointer), detail };
    return { pointer: `${placeText(draft.placeOf(rest))}:${rest === '' ? '' : ` ${rest}`}`, detail };
  });
  return { ...problem, errors };
}

/** Members of the question that have another name on the command line. */
const GIVEN_AS: ReadonlyMap<string, string> = new Map([
  ['/subjectToken', '--subject-token-file'],
  ['/rules', '--draft'],
]);

async function readSubject(
  options: ExplainOptions,
  cli: Cli,
): Promise<{ readonly [member: string]: JsonValue }> {
  const workload = readWorkload(options);
  const { subjectTokenFile } = options;
  if (subjectTokenFile !== undefined && workload !== null) {
    throw wrongUsage(
      'a token says itself which workload it is of: give --subject-token-file or the workload',
    );
  }
  if (subjectTokenFile !== undefined) {
    return { subjectToken: await readToken(cli, subjectTokenFile, 'the subject token file') };
  }
  const { cluster, namespace, serviceAccount } = workload ?? {};
  if (workload === null || cluster === undefined || namespace === undefined || serviceAccount === undefined) {
    throw wrongUsage(
      'name a workload: --cluster, --namespace and --service-account, or --subject-token-file',
      'symbolon explain --cluster prod --namespace web --service-account api --audience AUDIENCE',
    );
  }
  return { workload: { ...workload } };
}
