import { statSync } from 'node:fs';

/**
 * Whether a path lies, links resolved, in the folder of cluster credentials. Null without such a folder; one that is not
 * there is told at the start, not at the first credential.
 */
export function createIsCredentialPath(
  folder: string | null,
  resolveWithin: (folder: string, path: string) => Promise<unknown>,
): ((path: string) => Promise<boolean>) | null {
  if (folder === null) return null;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`the folder of cluster credentials ${folder} is not there`);
  }
  return (path) =>
    resolveWithin(folder, path).then(
      () => true,
      () => false,
    );
}
