import type { Request } from 'express';
import type { Caller } from '../../core/virtual-clock.js';
import { toCountedAddress } from './address.js';
import type { Key } from './key-ring.js';

/** Whose share of the service's room a request takes: its key's holder's, or its address's. */
export function callerId(request: Request, key: Key | undefined): string {
  return callerIdOf(request.ip ?? '', key);
}

/** The same of what did not come over HTTP, by the address that it came from. */
export function callerIdOf(address: string, key: Key | undefined): string {
  return key ? `key ${key.name}` : `address ${toCountedAddress(address)}`;
}

/** Who takes turns with others, as heavy as its key says. */
export function toCaller(id: string, key: Key | undefined): Caller {
  return { id, ...(key?.weight !== undefined && { weight: key.weight }) };
}
