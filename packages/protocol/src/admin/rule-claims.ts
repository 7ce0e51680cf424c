import { isReservedClaim, type JsonPath, type JsonValue } from '@symbolon/core';
import { z } from 'zod';
import type { Report } from './judge-fields.ts';

/**
 * Claims that a rule adds, as JSON literals. Relying parties put claim values into templates, paths and policies of
 * their own, so text is judged by what it may hold: nothing that begins a variable or a placeholder, widens a
 * pattern, ends a string or a line, escapes, or climbs a path.
 */

const MAX_CLAIMS = 50;
const MAX_NAME_LENGTH = 128;
const MAX_TEXT_LENGTH = 255;
const MAX_DEPTH = 4;
const MAX_ENCODED_LENGTH = 4096;

const NAME = /^[-A-Za-z0-9_.:/@]+$/;
const NAME_HINT = `must be named with 1 to ${MAX_NAME_LENGTH} of letters, digits and -_.:/@`;
const TEXT = /^[-A-Za-z0-9 _.,:;/@+=~!#&()|]*$/;

export const ruleClaims = z
  .record(z.string(), z.json())
  .superRefine((claims, context) => {
    judgeClaims(claims, (path, message) => context.addIssue({ code: 'custom', path: [...path], message }));
  })
  .default({})
  .meta({
    description:
      'Claims to add, as JSON literals: at most 50, none of them registered or of the broker itself, 4 levels deep and 4096 characters of JSON in all. Names have at most 128 of letters, digits and -_.:/@; text has at most 255 of letters, digits, space and -_.,:;/@+=~!#&()| without "..". Default none.',
  });

function judgeClaims(claims: { readonly [name: string]: JsonValue }, report: Report): void {
  if (Object.keys(claims).length > MAX_CLAIMS) report([], `must not hold more than ${MAX_CLAIMS} claims`);
  if (JSON.stringify(claims).length > MAX_ENCODED_LENGTH) {
    report([], `must not be longer than ${MAX_ENCODED_LENGTH} characters of JSON`);
  }
  for (const [name, value] of Object.entries(claims)) {
    if (isReservedClaim(name)) report([name], "is a registered claim or one of the broker's own");
    else if (!isClaimMember(name)) report([name], NAME_HINT);
    judgeValue(value, [name], report);
  }
}

function judgeValue(value: JsonValue, path: JsonPath, report: Report): void {
  if (typeof value === 'string' && !isClaimText(value)) {
    report(
      path,
      `must be at most ${MAX_TEXT_LENGTH} of letters, digits, space and -_.,:;/@+=~!#&()| without ".."`,
    );
  }
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report(path, 'must be a number that every reader of JSON reads alike');
  }
  if (typeof value === 'object' && value !== null) judgeContainer(value, path, report);
}

/** `path` begins with the claim's name, so its length is the container's level. */
function judgeContainer(container: object, path: JsonPath, report: Report): void {
  if (path.length > MAX_DEPTH) {
    report(path, `must not be deeper than ${MAX_DEPTH} levels`);
    return;
  }
  for (const [name, member] of Object.entries(container) as [string, JsonValue][]) {
    if (!Array.isArray(container) && !isClaimMember(name)) report([...path, name], NAME_HINT);
    judgeValue(member, [...path, name], report);
  }
}

function isClaimMember(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

function isClaimText(text: string): boolean {
  return text.length <= MAX_TEXT_LENGTH && TEXT.test(text) && !text.includes('..');
}
