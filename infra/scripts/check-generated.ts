/** `npm run generate:check`: fails where a committed generated file is not what generating it again gives. */
import { execFileSync } from 'node:child_process';

const GENERATED = ['apps/admin/src/openapi/openapi.json', 'docs/reference', 'migrations'];

const before = changed();
execFileSync('npm', ['run', '--silent', 'generate'], { stdio: 'inherit' });
const after = changed();
if (before !== after) {
  console.error(
    `Generated files are out of date. Run "npm run generate" and commit what it changed:\n${after}`,
  );
  process.exit(1);
}

/** The state of the generated files against what is committed: names and contents. */
function changed(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' });
  return git('status', '--porcelain', '--', ...GENERATED) + git('diff', '--', ...GENERATED);
}
