export interface ListenAddress {
  /** A host name or an IP address, without brackets. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** Reads `HOST:PORT` or `[IPv6]:PORT`; null when it is neither. */
export function parseListenAddress(text: string): ListenAddress | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const host = match[1] ?? match[2] ?? '';
  const port = Number(match[3]);
  return port <= 65_535 ? { host, port } : null;
}

/** Whether only this machine can reach it. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** The same of where a URL leads: an IPv6 address stands in brackets there. */
export function isLoopbackUrl({ hostname }: URL): boolean {
  return isLoopbackHost(hostname.replace(/^\[|\]$/g, ''));
}

/** The origin of a server that is bound there. */
export function originOf({ host, port }: ListenAddress, protocol: 'http' | 'https'): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
