export type AtRestProblem =
  | 'key_encryption_key_unreadable'
  | 'key_encryption_key_malformed'
  | 'key_encryption_key_wrong'
  | 'sealed_value_invalid';

/**
 * A secret that is stored cannot be had. Nothing that a caller of the broker did: the operator mends it. `message`
 * names files, fingerprints and key ids, never a key or anything that was decrypted; so it has no `cause`.
 */
export class AtRestError extends Error {
  override readonly name = 'AtRestError';
  readonly code: AtRestProblem;

  constructor(code: AtRestProblem, message: string) {
    super(message);
    this.code = code;
  }
}
