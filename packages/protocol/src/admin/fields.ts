import {
  isAudience,
  isDnsLabel,
  isDnsSubdomain,
  isGlobOf,
  isSafeId,
  isScopeToken,
  LONGEST_CREDENTIAL_SECONDS,
  type NameKind,
  parseInstantMs,
} from '@symbolon/core';
import { z } from 'zod';

/** Schemas that several kinds share. Every value is kept and compared as it was written: nothing is folded or cut. */

const TTL_RANGE = { min: 60, max: LONGEST_CREDENTIAL_SECONDS };

/** `what` is a sentence; unit, range and default are added to it, so that the words cannot drift from the check. */
export function wholeNumber(
  what: string,
  range: { readonly unit?: string; readonly min: number; readonly max: number; readonly byDefault: number },
) {
  const { unit, min, max, byDefault } = range;
  const limits = `${min} to ${max}, default ${byDefault}`;
  return z
    .int()
    .min(min)
    .max(max)
    .default(byDefault)
    .meta({ description: unit === undefined ? `${what} ${limits}.` : `${what} In ${unit}: ${limits}.` });
}

export function ttlSeconds(what: string, byDefault: number, min: number = TTL_RANGE.min) {
  return wholeNumber(what, { unit: 'seconds', min, max: TTL_RANGE.max, byDefault });
}

/** A lifetime that has no default of its own. */
export function optionalTtlSeconds(what: string) {
  const { min, max } = TTL_RANGE;
  return z
    .int()
    .min(min)
    .max(max)
    .exactOptional()
    .meta({ description: `${what} In seconds: ${min} to ${max}.` });
}

export function flag(what: string, byDefault: boolean) {
  return z
    .boolean()
    .default(byDefault)
    .meta({ description: `${what} Default ${byDefault}.` });
}

/** Values of which none comes twice. */
export function list<T extends z.ZodType<string>>(item: T, { min, max }: { min: number; max: number }) {
  return z
    .array(item)
    .min(min)
    .max(max)
    .refine((values) => new Set(values).size === values.length, { error: 'must not hold a value twice' })
    .meta({ uniqueItems: true });
}

// The patterns are for readers of the schema, who cannot call the checks: each lets through all that its check does.
export const dnsLabel = z
  .string()
  .refine(isDnsLabel, {
    error: 'must be a DNS label: at most 63 of a-z, 0-9 and "-", beginning and ending with a letter or digit',
  })
  .meta({ pattern: '^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$' });

export const dnsSubdomain = z
  .string()
  .refine(isDnsSubdomain, {
    error: 'must be a DNS subdomain: at most 253 of a-z, 0-9, "-" and ".", in labels joined by dots',
  })
  .meta({ pattern: '^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$' });

export const audience = z
  .string()
  .refine(isAudience, {
    error: 'must be 1 to 255 visible ASCII characters without spaces, quotation marks, "\\" and "*"',
  })
  .meta({ pattern: '^[!#-)+-\\[\\]-~]{1,255}$' });

const SCOPE_HINT = 'must be a scope token (RFC 6749 section 3.3) of at most 255 characters';

const SCOPE_PATTERN = '^[!#-\\[\\]-~]{1,255}$';

export const scope = z
  .string()
  .refine(isScopeToken, { error: `${SCOPE_HINT}, and not "*"` })
  .meta({ pattern: SCOPE_PATTERN });

/** A scope, or `*` for all of them. */
export const scopeOrAll = z
  .string()
  .refine((value) => value === '*' || isScopeToken(value), { error: SCOPE_HINT })
  .meta({ pattern: SCOPE_PATTERN });

const GLOB_HINTS: Readonly<Record<NameKind, string>> = {
  cluster: 'the name of a cluster (a DNS label)',
  namespace: 'the name of a namespace (a DNS label)',
  serviceAccount: 'the name of a ServiceAccount (a DNS subdomain)',
  target: 'the name of a target (a DNS label)',
  audience: 'an audience (visible ASCII)',
};

const GLOB_PATTERNS: Readonly<Record<NameKind, string>> = {
  cluster: '^[-a-z0-9*]{1,63}$',
  namespace: '^[-a-z0-9*]{1,63}$',
  serviceAccount: '^[-.a-z0-9*]{1,253}$',
  target: '^[-a-z0-9*]{1,63}$',
  audience: '^[!#-\\[\\]-~]{1,255}$',
};

/** An exact name, or a glob whose `*` stands for one or more characters. */
export function nameOrGlob(kind: NameKind) {
  return z
    .string()
    .refine((value) => value.length <= 255 && isGlobOf(kind, value), {
      error: `must be ${GLOB_HINTS[kind]}, or a pattern of one in which each "*" stands for one or more characters`,
    })
    .meta({ pattern: GLOB_PATTERNS[kind] });
}

export const instant = z
  .string()
  .refine((text) => parseInstantMs(text) !== null, {
    error: 'must be an RFC 3339 date and time with an offset, such as 2027-01-31T08:00:00Z',
  })
  .meta({ format: 'date-time' });

/** What Kubernetes calls a uid: UUIDs today, but promised only to be unique. */
export const uid = z
  .string()
  .refine(isSafeId, { error: 'must be a uid: 1 to 128 letters, digits and "._:-"' })
  .meta({ pattern: '^[A-Za-z0-9._:-]{1,128}$' });

/** Keeps the place of something whose time has not come: the field is known, and every value of it is refused. */
export function notAvailableYet<T extends z.ZodType>(schema: T, what: string) {
  return schema.refine(() => false, { error: `${what} is not available yet` }).meta({ not: {} });
}
