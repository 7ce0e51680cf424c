import type { z } from 'zod';

/** Says which values there are to choose from. */
export function oneOf(values: readonly z.core.util.Primitive[]): string {
  const shown = values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value)));
  return `must be ${shown.length > 1 ? 'one of ' : ''}${shown.join(', ')}`;
}

/**
 * For choices of which some have their place but cannot be written yet: whoever chose something else is offered only
 * what can be written now.
 */
export function offer(...values: readonly string[]): z.core.$ZodErrorMap {
  return (issue) => (isChoice(issue) && !isMissing(issue) ? oneOf(values) : undefined);
}

function isChoice({ code }: z.core.$ZodRawIssue): boolean {
  return code === 'invalid_value' || code === 'invalid_union';
}

/** Whether nothing was given; of a choice between objects, the member that says which. */
export function isMissing(issue: z.core.$ZodRawIssue): boolean {
  if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return issue.input === undefined;
  const { input } = issue;
  return typeof input === 'object' && input !== null && !Object.hasOwn(input, issue.discriminator);
}
