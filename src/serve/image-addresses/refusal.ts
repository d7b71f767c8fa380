/**
 * Why an address was not used: for the log and the metrics. The caller reads one message for all of them, or the service
 * would tell it which hosts and ports there are.
 */
export const ADDRESS_REFUSALS = [
  'no_address', // not a URL, too long, or with user information
  'not_allowed', // scheme, host or port that IMAGE_URLS does not name
  'no_such_host',
  'not_public', // resolves to an address that is not public
  'refused', // no connection, none that is trusted, or one that broke
  'timeout',
  'status', // an answer other than 200
  'redirect', // too many, without an address, or from https to http
  'encoded', // compressed, though that was not asked for
  'too_large',
] as const;

export type AddressRefusalReason = (typeof ADDRESS_REFUSALS)[number];

export class AddressRefusal extends Error {
  override readonly name = 'AddressRefusal';
  readonly reason: AddressRefusalReason;

  constructor(reason: AddressRefusalReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
