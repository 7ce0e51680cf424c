import type { JsonPath } from '@symbolon/core';
import { z } from 'zod';

/** Says that something is wrong at a path of the object that is judged. */
export type Report = (path: JsonPath, detail: string) => void;

/**
 * A judgement over several fields of an object. It runs whenever those fields are right by themselves, whatever else
 * is wrong with the object, so that one answer names every problem.
 */
export function judgeFields<T extends object>(
  fields: readonly (keyof T & string)[],
  judge: (value: T, report: Report) => void | Promise<void>,
): z.core.$ZodCheck<T> {
  return z.superRefine<T>(
    (value, context) =>
      judge(value, (path, message) => context.addIssue({ code: 'custom', path: [...path], message })),
    {
      when: ({ value, issues }) =>
        typeof value === 'object' &&
        value !== null &&
        issues.every(({ path }) => !fields.some((field) => field === path?.[0])),
    },
  );
}
