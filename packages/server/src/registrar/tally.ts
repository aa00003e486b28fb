/** What the registrar counts. */
export interface RegistrarTally {
  /** A REGISTER that was accepted. `asked`: it changed nothing. */
  registered(what: 'added' | 'refreshed' | 'ended' | 'asked'): void;
  /** One that was not; `challenged` ones are nothing to worry about. `why` is one of a fixed set of words. */
  refused(why: RegistrarRefusal): void;
}

export type RegistrarRefusal =
  | 'challenged'
  | 'stale'
  | 'wrongCredentials'
  | 'otherRealm'
  | 'malformed'
  | 'notGranted'
  | 'storeFailed';
