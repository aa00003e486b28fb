import { type HostPort, parseHostPort, printHostPort } from '../host.ts';
import { fail, ok, type Result } from '../result.ts';
import { isToken, type Params, parseParams, printParams } from './tokens.ts';

/** One Via value (RFC 3261 sections 18.2 and 20.42, RFC 3581). */
export interface Via {
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS`, or what else the peer wrote. */
  readonly transport: string;
  /** sent-by host; IPv6 without brackets. */
  readonly host: string;
  readonly port?: number;
  /** `branch`, `received` (IPv6 without brackets), `rport` (undefined when asked for, digits when filled), ... */
  readonly params: Params;
}

const protocolPattern = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([^\s/;,]+)[ \t]+/i;

/** Error: `malformedVia`. */
export function parseVia(value: string): Result<Via> {
  const protocol = protocolPattern.exec(value);
  const transport = protocol?.[1];
  if (protocol === null || transport === undefined || !isToken(transport)) return fail('malformedVia');
  const semicolon = value.indexOf(';', protocol[0].length);
  const sentBy = parseHostPort(
    value.slice(protocol[0].length, semicolon < 0 ? value.length : semicolon).trim(),
  );
  const params = parseParams(value, semicolon < 0 ? value.length : semicolon);
  if (sentBy === undefined || params === undefined) return fail('malformedVia');
  return ok({ transport: transport.toUpperCase(), ...sentBy, params: withPlainReceived(params) });
}

// RFC 5118 section 4.5: received carries a bare IPv6 address, but peers put it in brackets too.
function withPlainReceived(params: Params): Params {
  const received = params.get('received');
  if (!received?.startsWith('[')) return params;
  return new Map(params).set('received', received.replace(/^\[|\]$/g, ''));
}

export function printVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${printSentBy(via)}${printParams(via.params)}`;
}

function printSentBy(sentBy: HostPort): string {
  return printHostPort(sentBy.host, sentBy.port);
}
