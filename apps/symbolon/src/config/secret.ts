import { inspect } from 'node:util';

/** A value that nothing shows by accident: it prints, logs and serialises as redacted. */
export interface Secret {
  /** The value, for what it was given for alone. */
  reveal(): string;
  /** Says only that it is one. */
  toString(): string;
}

export const REDACTED = '[redacted]';

export function createSecret(text: string): Secret {
  const redacted = () => REDACTED;
  const secret = { reveal: () => text, toString: redacted, toJSON: redacted, [inspect.custom]: redacted };
  return Object.freeze(secret);
}
