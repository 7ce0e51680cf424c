import { isDnsLabel, isJsonObject, type JsonValue, type Kind } from '@symbolon/core';
import {
  clusterBody,
  identitySystemBody,
  mappingRuleBody,
  readObject,
  revocationBody,
  targetBody,
} from '@symbolon/protocol';
import type { z } from 'zod';
import type { JsonRecord } from '../json-body.ts';
import { isOwned, OBJECT_KINDS } from '../kinds.ts';
import { nearestName } from '../nearest-name.ts';
import type { FileProblem, Manifest } from './manifest.ts';
import type { WrittenValue } from './parse-documents.ts';

/** The very schemas by which the broker reads the bodies. */
const SCHEMAS: { readonly [K in Kind]: z.ZodType } = {
  Cluster: clusterBody,
  IdentitySystem: identitySystemBody,
  Target: targetBody,
  MappingRule: mappingRuleBody,
  Revocation: revocationBody,
};

/** `metadata` is what the broker adds to what it shows; it is passed over, so that what was got can be applied. */
const FIELDS = ['kind', 'name', 'identitySystem', 'labels', 'description', 'spec', 'metadata'];

export type ManifestReading =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'invalid'; readonly problems: readonly FileProblem[] };

/** Reads one written value as an object of a kind; finds all that is wrong with it at once. */
export async function readManifest(written: WrittenValue): Promise<ManifestReading> {
  const { value, place } = written;
  if (!isJsonObject(value)) return invalid([{ place, detail: 'must be an object with kind, name and spec' }]);
  const problems: FileProblem[] = [];
  const report = (path: readonly string[], detail: string) =>
    problems.push({ place: written.placeOf(path), detail });

  const kind = readKindOf(value, report);
  const name = readName(value, 'name', report);
  for (const field of Object.keys(value)) {
    if (!FIELDS.includes(field)) {
      const hints = nearestName(field, FIELDS);
      report([field], [`${field} is an unknown field`, ...hints].join('. '));
    }
  }
  const spec = value.spec;
  if (!isJsonObject(spec)) report(['spec'], 'spec is required: an object with the fields of the kind');
  const identitySystem = readOwner(value, kind, report);
  if (kind === null || !isJsonObject(spec)) return invalid(problems);

  const body = bodyOf(value, kind, withoutBody(spec, report));
  const reading = await readObject(SCHEMAS[kind], body);
  if (reading.kind === 'invalid') {
    for (const { pointer, detail } of reading.errors) {
      const path = pathInFile(pointer);
      report(path, `${path.join('.')} ${detail}`);
    }
  }
  if (problems.length > 0 || name === null || reading.kind === 'invalid') return invalid(problems);
  const manifest: Manifest = {
    key: { kind, identitySystem, name },
    body,
    bodyWithDefaults: reading.value as JsonRecord,
    place,
    placeOf: (pointer) => written.placeOf(pathInFile(pointer)),
  };
  return { kind: 'manifest', manifest };
}

type Report = (path: readonly string[], detail: string) => void;

function invalid(problems: readonly FileProblem[]): ManifestReading {
  return { kind: 'invalid', problems };
}

function readKindOf(value: JsonRecord, report: Report): Kind | null {
  const { kind } = value;
  const found = OBJECT_KINDS.find((known) => known === kind);
  if (found !== undefined) return found;
  const hints = typeof kind === 'string' ? nearestName(kind, OBJECT_KINDS) : [];
  report(['kind'], [`kind must be one of ${OBJECT_KINDS.join(', ')}`, ...hints].join('. '));
  return null;
}

function readName(value: JsonRecord, field: 'name' | 'identitySystem', report: Report): string | null {
  const name = value[field];
  if (typeof name === 'string' && isDnsLabel(name)) return name;
  if (name === undefined) {
    report([field], `${field} is required`);
    return null;
  }
  report([field], `${field} must be a DNS label: at most 63 of a-z, 0-9 and "-"`);
  return null;
}

function readOwner(value: JsonRecord, kind: Kind | null, report: Report): string | null {
  if (kind === null) return null;
  if (isOwned(kind)) return readName(value, 'identitySystem', report);
  if (value.identitySystem !== undefined) {
    report(['identitySystem'], `a ${kind} belongs to no identity system: leave it out`);
  }
  return null;
}

/** Members of the REST body that a file has beside the spec. */
function withoutBody(spec: JsonRecord, report: Report): JsonRecord {
  const { labels, description, ...rest } = spec;
  if (labels !== undefined) report(['spec', 'labels'], 'labels stand beside spec, not in it');
  if (description !== undefined) report(['spec', 'description'], 'description stands beside spec, not in it');
  return rest;
}

function bodyOf({ labels, description }: JsonRecord, kind: Kind, spec: JsonRecord): JsonRecord {
  return {
    ...(kind === 'Cluster' ? withoutShownSecret(spec) : spec),
    ...(labels === undefined ? {} : { labels }),
    ...(description === undefined ? {} : { description }),
  };
}

/** A secret reads as `{set, fingerprint}`. What was got and is applied again leaves the secret as it is. */
function withoutShownSecret(spec: JsonRecord): JsonRecord {
  const { apiServer } = spec;
  if (!isJsonObject(apiServer)) return spec;
  const { credential } = apiServer;
  if (!isJsonObject(credential) || !isShownSecret(credential.token)) return spec;
  const { token: _, ...rest } = credential;
  return { ...spec, apiServer: { ...apiServer, credential: rest } };
}

function isShownSecret(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).every((member) => ['set', 'fingerprint'].includes(member));
}

/** The steps of a pointer into the REST body, from the top of the file's object. */
function pathInFile(pointer: string): readonly string[] {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps[0] === 'labels' || steps[0] === 'description' ? steps : ['spec', ...steps];
}
