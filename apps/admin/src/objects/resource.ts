import type {
  ConfigurationTransaction,
  JsonValue,
  Kind,
  Objection,
  ObjectKey,
  Principal,
  SpecByKind,
  StoredObject,
} from '@symbolon/core';
import type { Refusal } from '../http/problem.ts';
import type { JsonObject } from './json-of.ts';

/** One kind of object, as the handlers that all kinds share need to know it. */
export interface Resource<K extends Kind> {
  readonly kind: K;
  /** Path of the collection under the base; it has `:system` where an identity system owns the objects. */
  readonly path: string;
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
    transaction: ConfigurationTransaction,
  ): Promise<readonly Objection[]>;
  /** The spec as readers see it. */
  viewSpec(spec: SpecByKind[K]): JsonObject;
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

/** For kinds that keep nothing apart. */
export const noSecrets = async (): Promise<void> => {};

/** For kinds whose deletion concerns nothing else. */
export const noObjections = async (): Promise<readonly Objection[]> => [];
