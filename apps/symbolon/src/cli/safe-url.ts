import { isLoopbackUrl } from '../config/listen-address.ts';
import { wrongUsage } from './cli-failure.ts';

/**
 * Reads the URL of a server that will be shown a credential: https, or plain http on this machine alone. `what` names
 * where the URL was given. The URL is repeated in no message: it may hold a password.
 */
export function readServerUrl(text: string, what: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw wrongUsage(`${what} must be an https URL`, 'For example https://symbolon.example.com.');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrongUsage(`${what} must not hold a user or a password`, 'A token is read from --token-file FILE.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw wrongUsage(`${what} must have neither a query nor a fragment`);
  }
  if (url.protocol === 'http:' && !isLoopbackUrl(url)) {
    throw wrongUsage(
      `${what} must be https: over plain http anybody on the way could take the credential`,
      'Plain http is for this machine alone: 127.0.0.1, [::1] or localhost.',
    );
  }
  return url;
}
