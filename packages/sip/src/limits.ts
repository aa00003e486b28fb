/** Everything the SIP reader bounds, in one place; over a limit the message is refused, never half used. */
export interface SipLimits {
  /** Bytes of one message, body included. What one UDP datagram can carry; nothing we accept needs more on TCP. */
  readonly messageBytes: number;
  /** Bytes before the body. Long Route sets and credentials fit many times over. */
  readonly headerBytes: number;
  /** Header values of one message, after comma lists are split. A proxy chain with 70 hops has some 150. */
  readonly headerCount: number;
  /** Characters of one header line after unfolding; certificates and Identity values stay below 8 k. */
  readonly headerLineLength: number;
  /** Characters of the Request-URI; beyond it the answer is 414. */
  readonly requestUriLength: number;
  /** Parameters of one header value or URI; real ones have fewer than 20. */
  readonly paramCount: number;
  /** CRLF bytes tolerated before a start line; two are a keep-alive ping (RFC 5626), more is noise. */
  readonly leadingBytes: number;
}

export const defaultLimits: SipLimits = {
  messageBytes: 65_535,
  headerBytes: 32_768,
  headerCount: 200,
  headerLineLength: 8_192,
  requestUriLength: 4_096,
  paramCount: 64,
  leadingBytes: 256,
};
