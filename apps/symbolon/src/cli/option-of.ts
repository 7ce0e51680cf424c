/**
 * What a JSON pointer into a request was given as on the command line: `/workload/podUid` as `--pod-uid`, `/audience/0`
 * as `--audience`. Empty for the request as a whole.
 */
export function optionOf(pointer: string): string {
  const field = pointer.split('/').findLast((step) => !/^\d*$/.test(step));
  return field === undefined ? '' : `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
