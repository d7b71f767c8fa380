/**
 * What a failure calls for: `busy` and `down` for waiting and trying again (the service refuses for the moment; nobody
 * answers), `denied` for giving up altogether, `refused` for giving up on this object, `unknown` for a few more tries.
 */
export type FailureKind = 'busy' | 'down' | 'denied' | 'refused' | 'unknown';
