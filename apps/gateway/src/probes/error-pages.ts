import { type Handle, served } from '../answered.ts';
import type { WriteError } from '../token/oauth-error.ts';

/** The sections of a Markdown text whose level-two headings are single words, by that word. */
export function sectionsOf(markdown: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  for (const part of markdown.split(/^(?=##? )/m)) {
    const name = /^## (\w+)\s*\n/.exec(part)?.[1];
    if (name !== undefined) sections.set(name, part.trimEnd());
  }
  return sections;
}

/** What a reason means and who mends it: the page that `error_uri` names. A name is looked up, never a path. */
export function createErrorPageRoute(markdown: string, writeError: WriteError): Handle {
  const sections = sectionsOf(markdown);
  return ({ segment, requestId }) => {
    const section = sections.get(segment);
    if (section === undefined) return writeError({ reason: 'not_found' }, requestId);
    return served(`${section}\n`, {
      'content-type': 'text/markdown; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=300',
    });
  };
}
