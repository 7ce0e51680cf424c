import { statSync } from 'node:fs';
import { ConfigError, type TlsFiles } from '../config/load-config.ts';
import type { Log } from '../log.ts';
import { startEvery } from './start-every.ts';
import { readTlsPair, type TlsPair } from './tls-pair.ts';

/** What is known of the certificate that is served. */
export interface TlsCertificateFacts {
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
  /** The files hold something that cannot be served, so the pair before it is. */
  readonly isReloadFailing: boolean;
}

export interface TlsCertificate {
  current(): TlsPair;
  facts(): TlsCertificateFacts;
  /** Looks whether the files changed; hands a fit pair to those that serve it, and keeps the one before an unfit one. */
  reload(serveFromNowOn: (pair: TlsPair) => void): void;
}

/**
 * The pair of files that TLS_CERT_FILE and TLS_KEY_FILE name. Looked at, not watched: a volume of Kubernetes swaps a
 * link far above the file, which no watch of the file sees. Throws `ConfigError` where there is no pair to begin with.
 */
export function createTlsCertificate(files: TlsFiles, log: Pick<Log, 'info' | 'error'>): TlsCertificate {
  let seen = versionOf(files);
  let isReloadFailing = false;
  const first = readTlsPair(files);
  if (first.kind === 'unfit')
    throw new ConfigError([`SYMBOLON_TLS_CERT_FILE and SYMBOLON_TLS_KEY_FILE: ${first.trouble}`]);
  let served = first.pair;

  return {
    current: () => served,
    facts: () => ({ expiresAtMs: served.expiresAtMs, isReloadFailing }),
    reload(serveFromNowOn) {
      const version = versionOf(files);
      // An unfit pair is read again each time: it may have been looked at in the middle of one write.
      if (version === seen && !isReloadFailing) return;
      const judged = readTlsPair(files);
      if (judged.kind === 'unfit') {
        if (!isReloadFailing || version !== seen)
          log.error(
            { trouble: judged.trouble },
            'the new TLS certificate cannot be served: the old one is kept',
          );
        isReloadFailing = true;
      } else {
        served = judged.pair;
        isReloadFailing = false;
        serveFromNowOn(served);
        log.info(
          { expiresAt: new Date(served.expiresAtMs).toISOString() },
          'the TLS certificate was renewed',
        );
      }
      seen = version;
    },
  };
}

const LOOK_EVERY_MS = 1_000;

/** Looks at the files every second, until it is stopped. */
export function watchTlsCertificate(
  certificate: TlsCertificate,
  serveFromNowOn: (pair: TlsPair) => void,
): { stop(): void } {
  // Nothing in it throws: what cannot be read is unfit.
  const look = async () => certificate.reload(serveFromNowOn);
  return startEvery(LOOK_EVERY_MS, look, () => {});
}

/** Changes whenever one of the files is written or replaced, or a link on the way to it leads elsewhere. */
function versionOf({ certFile, keyFile }: TlsFiles): string {
  return [certFile, keyFile].map(fileVersion).join();
}

function fileVersion(file: string): string {
  try {
    const { mtimeNs, size, ino, dev } = statSync(file, { bigint: true });
    return `${mtimeNs}/${size}/${ino}/${dev}`;
  } catch {
    return 'missing';
  }
}
