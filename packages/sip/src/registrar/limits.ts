/** What a registrar grants (RFC 3261 section 10.3). */
export interface RegistrarLimits {
  /** Phones of one extension at one time. A phone that comes on top of them takes the place of the one heard longest ago. */
  readonly contacts: number;
  /** Seconds; who asks for less is told 423. Shorter ones would be traffic without use. */
  readonly shortestExpiry: number;
  /** Seconds; who asks for more gets this. A phone that lost its power must not be rung for a day. */
  readonly longestExpiry: number;
  /** Seconds for a phone that does not say. */
  readonly defaultExpiry: number;
  /** Characters of a Contact URI that are kept. */
  readonly uriLength: number;
  /** Characters of the phone's name that are kept. */
  readonly userAgentLength: number;
}

export const defaultRegistrarLimits: RegistrarLimits = {
  contacts: 10,
  shortestExpiry: 60,
  longestExpiry: 3600,
  defaultExpiry: 3600,
  uriLength: 1024,
  userAgentLength: 128,
};
