/** Where slow steps tell what they do, one line at a time. */
export type Log = (line: string) => void;

export function logToStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
