import type { z } from 'zod';
import { isMissing, oneOf } from './one-of.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/** What is counted of values that have a length; a number is its own measure. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['string', 'character'],
  ['array', 'element'],
]);

/** Says in plain words what is wrong where the schema has none of its own, for every kind of issue. */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  if (isMissing(issue)) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES.get(issue.expected) ?? 'of another type'}`;
    case 'too_big':
      return limitWords('at most', issue.maximum, issue.origin);
    case 'too_small':
      return limitWords('at least', issue.minimum, issue.origin);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return Array.isArray(issue.options) ? oneOf(issue.options) : 'has none of the forms that it may have';
    case 'invalid_format':
      return 'does not have the form that it must have';
    case 'invalid_key':
    case 'invalid_element':
      return 'holds something that it may not hold';
    case 'unrecognized_keys':
      return 'has unknown fields';
    case 'custom':
      return 'is not valid';
  }
}

function limitWords(bound: 'at most' | 'at least', limit: number | bigint, origin: string): string {
  const unit = UNITS.get(origin);
  if (unit === undefined) return `must be ${bound} ${limit}`;
  return `must have ${bound} ${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}
