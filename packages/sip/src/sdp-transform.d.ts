/** The library ships no types; what it returns is checked by hand, so `unknown` is the honest one. */
declare module 'sdp-transform' {
  export function parse(sdp: string): unknown;
}
