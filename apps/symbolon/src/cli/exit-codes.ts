/** What the exit status of a command means; `symbolon --help` and the reference show this very list. */
export const EXIT_CODES = {
  ok: 0,
  refused: 1,
  usage: 2,
  unavailable: 3,
  pending: 4,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

export const EXIT_CODE_MEANINGS: { readonly [Code in keyof typeof EXIT_CODES]: string } = {
  ok: 'done, and everything is as it was asked for',
  refused: 'refused or failed: asking again in the same words will not help',
  usage: 'the command line is wrong: nothing was sent',
  unavailable: 'the broker cannot be reached or has trouble of its own: try again later',
  pending: '"migrate --check" found migrations that are not applied',
};
