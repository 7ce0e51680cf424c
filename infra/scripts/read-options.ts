import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Reads the options of a command. What it does not know ends the process with one line and the command's help. */
export function readOptions<T extends ParseArgsConfig>(
  config: T,
  help: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : '').split('. ');
    process.stderr.write(`${problem}.\n\n${help}`);
    process.exit(2);
  }
}
