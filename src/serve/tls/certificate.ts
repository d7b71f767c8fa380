import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HandspringError } from '../../core/errors.js';

/** A certificate with the chain below it, and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Whom it is for. */
  readonly names: string;
  readonly validTo: Date;
}

/** @throws HandspringError whose message is what was expected. */
export function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new HandspringError('invalid_request', 'expected a certificate as PEM, its chain below it', {
      cause,
    });
  }
}

/** @throws HandspringError likewise; never with what is in the file. */
export function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new HandspringError('invalid_request', 'expected a private key as PEM, without a passphrase', {
      cause,
    });
  }
}

/** @throws HandspringError that names the option whose file cannot be used. */
export function toCertificate(cert: string, key: string): Certificate {
  const certificate = named('TLS_CERT', () => parseCertificate(cert));
  const privateKey = named('TLS_KEY', () => parseKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new HandspringError('invalid_request', 'TLS_KEY: expected the key of the certificate of TLS_CERT');
  const { subject, subjectAltName } = certificate;
  const names = (subjectAltName ?? subject).replaceAll('\n', ', ');
  return { cert, key, names, validTo: new Date(certificate.validTo) };
}

function named<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof HandspringError ? error.about(option) : error;
  }
}
