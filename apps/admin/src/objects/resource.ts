import type {
  ConfigurationTransaction,
  JsonValue,
  Kind,
  Objection,
  ObjectKey,
  Principal,
  SpecByKind,
  SpecChange,
  StoredObject,
  TombstoneChanges,
} from '@symbolon/core';
import type { z } from 'zod';
import type { Refusal } from '../http/problem.ts';
import { type JsonObject, jsonOf } from './json-of.ts';

/** One kind of object, as the handlers that all kinds share need to know it. */
export interface Resource<K extends Kind> {
  readonly kind: K;
  /** The body as far as it can be judged by itself. */
  readonly schema: z.ZodType;
  /** Whether only a global owner may write or delete one. */
  readonly isForGlobalOwners: boolean;
  isName(name: string): boolean;
  /** Judges a body by itself and gets ready what the transaction must not wait for. Runs before it. */
  readDraft(
    json: JsonValue,
    name: string,
  ): Promise<{ readonly kind: 'draft'; readonly draft: Draft<K> } | Refusal>;
  /** Judges a well-formed object against the rest of the configuration, inside the transaction that writes it. */
  judgeChange(
    change: ProposedChange<K>,
    transaction: ConfigurationTransaction,
  ): Promise<readonly Objection[]>;
  judgeDeletion(
    object: StoredObject<K>,
    principal: Principal,
    transaction: ConfigurationTransaction,
  ): Promise<readonly Objection[]>;
  /** What a change, once it is judged, does to the tombstones. */
  tombstones(change: TombstoneOrder<K>, transaction: ConfigurationTransaction): Promise<TombstoneChanges>;
  /** The spec as readers see it. */
  viewSpec(spec: SpecByKind[K]): JsonObject;
  /** The spec as somebody would write it, without its secrets. */
  writtenSpec(spec: SpecByKind[K]): JsonObject;
  /** Puts into a patched body the nulls of the patch that clear secrets; any other null has removed its member. */
  clearSecrets(body: JsonValue, patch: JsonValue): JsonValue;
}

/** A body that was judged by itself: what will be stored. */
export interface Draft<K extends Kind> {
  readonly labels: { readonly [name: string]: string };
  readonly description: string;
  /** The spec that replaces `current`, from which secrets that were left out stay. */
  specAfter(current: StoredObject<K> | null): SpecByKind[K];
  /** Writes what is kept apart from the object, after it is written. */
  writeSecrets(
    change: { readonly current: StoredObject<K> | null; readonly written: StoredObject<K> },
    transaction: ConfigurationTransaction,
  ): Promise<void>;
}

export interface ProposedChange<K extends Kind> {
  readonly key: ObjectKey<K>;
  readonly spec: SpecByKind[K];
  readonly current: StoredObject<K> | null;
  /** The identity system that owns the object; null for kinds that nothing owns. */
  readonly owner: StoredObject<'IdentitySystem'> | null;
  readonly principal: Principal;
}

export interface TombstoneOrder<K extends Kind> extends SpecChange<SpecByKind[K]> {
  readonly key: ObjectKey<K>;
}

/** For kinds that keep nothing apart. */
export const noSecrets = async (): Promise<void> => {};

/** What readers and writers of a kind without secrets see of it. */
export const plainSpec = {
  viewSpec: jsonOf,
  writtenSpec: jsonOf,
  clearSecrets: (body: JsonValue): JsonValue => body,
};

/** For kinds that may be made again by anybody who may make one. */
export const noTombstones = async (): Promise<TombstoneChanges> => ({ left: [], lifted: [] });

/** For kinds whose deletion concerns nothing else. */
export const noObjections = async (): Promise<readonly Objection[]> => [];
