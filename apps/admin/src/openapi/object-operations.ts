import { KIND_PATHS } from '@symbolon/protocol';
import type { Operation, ProblemStatus, Tag } from './operation.ts';
import type { ParameterName } from './parameters.ts';
import type { ObjectName } from './schemas.ts';

interface Described {
  readonly kind: ObjectName;
  readonly tag: Tag;
  /** With its article. */
  readonly noun: string;
  readonly plural: string;
  /** What a write, and what a deletion, may be refused with beside what every one may. */
  readonly write: readonly ProblemStatus[];
  readonly deletion: readonly ProblemStatus[];
}

const OBJECTS: readonly Described[] = [
  {
    kind: 'IdentitySystem',
    tag: 'Identity systems',
    noun: 'an identity system',
    plural: 'identity systems',
    write: [403, 409],
    deletion: [409],
  },
  {
    kind: 'Target',
    tag: 'Targets',
    noun: 'a target',
    plural: 'targets of an identity system',
    write: [409],
    deletion: [409],
  },
  {
    kind: 'MappingRule',
    tag: 'Mapping rules',
    noun: 'a mapping rule',
    plural: 'rules of an identity system',
    write: [],
    deletion: [],
  },
  {
    kind: 'Cluster',
    tag: 'Clusters',
    noun: 'a cluster',
    plural: 'clusters',
    write: [409],
    deletion: [409],
  },
  {
    kind: 'Revocation',
    tag: 'Revocations',
    noun: 'a revocation',
    plural: 'revocations',
    write: [403],
    deletion: [403],
  },
];

/** The five operations that every kind of object has. */
export const OBJECT_OPERATIONS: readonly Operation[] = OBJECTS.flatMap(
  ({ kind, tag, noun, plural, write, deletion }) => {
    const collection = KIND_PATHS[kind].replace(':system', '{system}');
    const path = `${collection}/{name}`;
    const isOwned = collection.includes('{system}');
    const change: readonly ParameterName[] = ['dryRun', 'ifMatch', 'ifNoneMatch'];
    return [
      {
        method: 'get',
        path: collection,
        operationId: `list${kind}s`,
        tag,
        summary: `List ${plural}, in byte order of their names`,
        parameters: ['limit', 'cursor', 'labelSelector'],
        answers: [{ status: 200, description: 'One page.', schema: `${kind}Page` }],
        problems: isOwned ? [404] : [],
      },
      {
        method: 'get',
        path,
        named: kind,
        operationId: `get${kind}`,
        tag,
        summary: `Read ${noun}`,
        parameters: ['knownTag'],
        answers: [
          { status: 200, description: 'The object.', schema: kind, headers: ['ETag'] },
          { status: 304, description: 'The caller has this state already.', headers: ['ETag'] },
        ],
        problems: [404],
      },
      {
        method: 'put',
        path,
        named: kind,
        operationId: `put${kind}`,
        tag,
        summary: `Create or replace ${noun}`,
        description:
          'What changes nothing is no change and needs no If-Match, so that a request may be sent again.',
        parameters: change,
        body: { mediaType: 'application/json', schema: `${kind}Body` },
        answers: [
          {
            status: 200,
            description: 'It was replaced, or was so already.',
            schema: kind,
            headers: ['ETag', 'Dry-Run'],
          },
          { status: 201, description: 'It was created.', schema: kind, headers: ['ETag', 'Dry-Run'] },
        ],
        problems: [404, 412, 413, 415, 428, ...write],
      },
      {
        method: 'patch',
        path,
        named: kind,
        operationId: `patch${kind}`,
        tag,
        summary: `Change fields of ${noun}`,
        description: 'A JSON merge patch (RFC 7396): what is given is set, null takes away, the rest stays.',
        parameters: change,
        body: { mediaType: 'application/merge-patch+json', schema: `${kind}Patch` },
        answers: [
          {
            status: 200,
            description: 'The object as it is now.',
            schema: kind,
            headers: ['ETag', 'Dry-Run'],
          },
        ],
        problems: [404, 412, 413, 415, 428, ...write],
      },
      {
        method: 'delete',
        path,
        named: kind,
        operationId: `delete${kind}`,
        tag,
        summary: `Delete ${noun}`,
        parameters: change,
        answers: [{ status: 204, description: 'It is gone.', headers: ['Dry-Run'] }],
        problems: [404, 412, 428, ...deletion],
      },
    ];
  },
);
