import { isLoopbackUrl } from '../config/listen-address.ts';
import { type CliFailure, unavailable } from './cli-failure.ts';
import { HttpError, REQUEST_TIMEOUT_MS } from './send-http.ts';

const UNTRUSTED: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
]);

/** Says in words why a server gave no answer, and what to do. Anything but an `HttpError` is thrown on as it is. */
export function httpTrouble(
  error: unknown,
  server: URL,
  otherAddress = '--server URL, SYMBOLON_SERVER or a context ("symbolon context --help")',
): CliFailure {
  if (!(error instanceof HttpError)) throw error;
  const { code } = error;
  const where = server.origin;
  if (code === 'ECONNREFUSED') {
    return unavailable(
      `nothing listens at ${where}`,
      'Is the broker running? "symbolon serve" starts one; its line "ready" names its addresses.',
      `Another address: ${otherAddress}.`,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unavailable(`no address is known for ${server.hostname} (${code})`, 'Is the name spelt right?');
  }
  if (UNTRUSTED.has(code)) {
    return unavailable(
      `the certificate of ${where} leads to no CA that is trusted here (${code})`,
      'Name the CA with --ca-file FILE or SYMBOLON_CA_FILE.',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return unavailable(`the certificate of ${where} is for other names`, 'Use a name that it holds.');
  }
  if (code === 'CERT_HAS_EXPIRED') return unavailable(`the certificate of ${where} has expired`);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return unavailable(`${where} does not speak TLS (${code})`, 'Should the URL begin with http://?');
  }
  if (code === 'TIMED_OUT') {
    const hint = isLoopbackUrl(server)
      ? 'Does the broker hang? Its log says what it did last.'
      : 'Is a firewall between?';
    return unavailable(`${where} did not answer within ${REQUEST_TIMEOUT_MS / 1000} s`, hint);
  }
  if (code === 'TOO_LARGE') return unavailable(`${where} answered more than this program will read`);
  return unavailable(`${where} gave no answer (${code})`, 'Is it the address of the right server?');
}
