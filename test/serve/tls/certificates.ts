import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A certificate for 127.0.0.1 that is its own authority, with its key, in a folder of its own. Needs openssl. */
export function makeCertificate(folder: string, name: string, days = 30): { cert: string; key: string } {
  const place = path.join(folder, name);
  mkdirSync(place, { recursive: true });
  const files = { cert: path.join(place, 'tls.crt'), key: path.join(place, 'tls.key') };
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const made = ['-keyout', files.key, '-out', files.cert, '-days', String(days)];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...made], { stdio: 'ignore' });
  return files;
}

/** A file whose content is no certificate and no key. */
export function makeJunk(folder: string): string {
  const file = path.join(folder, 'junk.pem');
  writeFileSync(file, 'junk');
  return file;
}
