import type {
  ClusterSpec,
  IdentitySystemSpec,
  MappingRuleSpec,
  RevocationSpec,
  TargetSpec,
} from '../mapping/objects.ts';

/** The specs by the `kind` that files and audit events use. */
export interface SpecByKind {
  Cluster: ClusterSpec;
  IdentitySystem: IdentitySystemSpec;
  Target: TargetSpec;
  MappingRule: MappingRuleSpec;
  Revocation: RevocationSpec;
}
export type Kind = keyof SpecByKind;

/** `identitySystem` is the owner of a Target or MappingRule, and null for the other kinds. */
export interface ObjectKey<K extends Kind = Kind> {
  readonly kind: K;
  readonly identitySystem: string | null;
  readonly name: string;
}

/** One point in the order of all changes. `id` is random, so that a number used again after a failover is noticed. */
export interface Epoch {
  readonly number: number;
  readonly id: string;
}

export interface StoredObject<K extends Kind = Kind> {
  readonly key: ObjectKey<K>;
  readonly spec: SpecByKind[K];
  readonly labels: { readonly [name: string]: string };
  readonly description: string;
  readonly metadata: {
    readonly createdAtMs: number;
    readonly updatedAtMs: number;
    readonly updatedBy: string;
    /** The epoch of the object's last change; number and id together are its ETag. */
    readonly epoch: Epoch;
  };
}

/** All configuration at one epoch. */
export interface ConfigurationSnapshot {
  readonly epoch: Epoch;
  readonly clusters: readonly StoredObject<'Cluster'>[];
  readonly identitySystems: readonly StoredObject<'IdentitySystem'>[];
  readonly targets: readonly StoredObject<'Target'>[];
  readonly rules: readonly StoredObject<'MappingRule'>[];
  readonly revocations: readonly StoredObject<'Revocation'>[];
}
