/** Whoever calls the admin API, as it was authenticated. */
export interface Principal {
  /** Stands in `metadata.updatedBy` and in the audit trail. */
  readonly id: string;
  /** Bound to the owner role over everything: alone may share identity domains and set audience patterns. */
  readonly isGlobalOwner: boolean;
}
