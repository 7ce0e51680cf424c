/**
 * A JWT anywhere in a text: every token of Kubernetes and of the broker is one. It is looked for once in each run of
 * its characters and not at each of them, so that the time is linear in a text that somebody else wrote.
 */
const JWT = /(?<![\w-])(?=[\w-]*eyJ[\w-]{8})[\w-]+(?:\.[\w-]*){2,}/g;

export function holdsToken(text: string): boolean {
  return text.search(JWT) >= 0;
}

/** A text of somebody else's that is going to be shown: a server may repeat the token that it was sent. */
export function hideTokens(text: string): string {
  return text.replace(JWT, '(token)');
}
