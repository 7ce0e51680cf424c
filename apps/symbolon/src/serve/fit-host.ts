/**
 * Whether the value of a Host header is a host, and at most a port (RFC 9112 §3.2), in the one spelling that URLs give it.
 * What is none would be a request to nowhere for whoever reads it as part of a URL, and must not be one to us for those who
 * do not. The last that was fit is known again without parsing: most clients of a server call it the same.
 */
export function createIsFitHost(): (host: string | undefined) => boolean {
  let lastFit: string | null = null;
  return (host) => {
    if (host === lastFit) return true;
    if (host === undefined) return false;
    const spelled = host.replace(/:\d{1,5}$/, '').toLowerCase();
    if (URL.parse(`http://${host}/`)?.hostname !== spelled) return false;
    lastFit = host;
    return true;
  };
}
