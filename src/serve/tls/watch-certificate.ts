import { unwatchFile, watchFile } from 'node:fs';
import type { Server as TlsServer } from 'node:tls';
import { readWholeFile } from '../../core/regular-file.js';
import { toCertificate } from './certificate.js';
import type { Certificate } from './certificate.js';

export interface CertificateFiles {
  readonly tlsCert: string;
  readonly tlsKey: string;
}

export interface CertificateEvents {
  onReload?(certificate: Certificate): void;
  /** The files cannot be used as they are; what was there before stays. */
  onFailure?(error: Error): void;
}

/** Files are looked at rather than waited for: so it is also seen that a link leads elsewhere, as Kubernetes swaps secrets. */
const LOOK_EVERY_MS = 1000;

/** The certificate that servers answer with, which may change while they do. */
export interface ServedCertificate {
  readonly current: Certificate;
  /** Connections that are opened from a change on have the new one. */
  follow(server: Pick<TlsServer, 'setSecureContext'>): void;
  close(): void;
}

export async function readCertificate({ tlsCert, tlsKey }: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([readWholeFile(tlsCert), readWholeFile(tlsKey)]);
  return toCertificate(cert.toString('utf8'), key.toString('utf8'));
}

/** @throws HandspringError or a system error if the files cannot be used at first. */
export async function watchCertificate(
  files: CertificateFiles,
  events: CertificateEvents = {},
  lookEveryMs = LOOK_EVERY_MS,
): Promise<ServedCertificate> {
  let current = await readCertificate(files);
  const servers = new Set<Pick<TlsServer, 'setSecureContext'>>();
  const onChange = () =>
    void readCertificate(files).then(
      (certificate) => {
        if (certificate.cert === current.cert && certificate.key === current.key) return; // the other file's change was seen first
        current = certificate;
        for (const server of servers) server.setSecureContext({ cert: current.cert, key: current.key });
        events.onReload?.(current);
      },
      (error: Error) => events.onFailure?.(error),
    );
  const watched = [files.tlsCert, files.tlsKey];
  for (const file of watched) watchFile(file, { interval: lookEveryMs, persistent: false }, onChange);
  return {
    get current() {
      return current;
    },
    follow: (server) => void servers.add(server),
    close: () => {
      for (const file of watched) unwatchFile(file, onChange);
    },
  };
}
