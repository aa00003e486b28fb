import { parseNameAddr } from '../headers/name-addr.ts';
import { parseUri, printUri, type SipUri } from '../uri.ts';
import type { Dialog } from './dialog.ts';

/** Where a request inside of a dialog goes (RFC 3261 section 12.2.1.1). */
export interface RequestRoute {
  readonly requestUri: string;
  /** Route values, in order. */
  readonly routes: readonly string[];
  /** URI of the next hop (section 8.1.2). */
  readonly nextHop: string;
}

export function routeOf(dialog: Dialog): RequestRoute {
  const { remoteTarget, routeSet } = dialog;
  const first = routeSet[0];
  if (first === undefined) return { requestUri: remoteTarget, routes: routeSet, nextHop: remoteTarget };
  const firstUri = uriOf(first);
  const parsed = parseUri(firstUri);
  const strict = parsed.ok && !parsed.value.params.has('lr');
  if (!strict) return { requestUri: remoteTarget, routes: routeSet, nextHop: firstUri };
  // A strict router expects itself in the Request-URI and the target at the end of the route.
  const requestUri = asRequestUri(parsed.value);
  return { requestUri, routes: [...routeSet.slice(1), `<${remoteTarget}>`], nextHop: requestUri };
}

function uriOf(routeValue: string): string {
  const parsed = parseNameAddr(routeValue);
  return parsed.ok ? parsed.value.uri : routeValue;
}

/** Without the parts a Request-URI must not have (section 19.1.1, table 1). */
function asRequestUri(uri: SipUri): string {
  const params = new Map(uri.params);
  params.delete('method');
  return printUri({ ...uri, params, headers: new Map() });
}
