import type { Provider, Route } from '@parley/contract';
import { mayDial } from '../provider/provider.ts';
import { orderRoutes } from '../route/route.ts';

export type CarrierChoice<P extends Provider> =
  /** Best first; at least one. */
  | { readonly ok: true; readonly providers: readonly P[] }
  /** Which setting is missing, in words for whoever makes settings. */
  | { readonly ok: false; readonly problem: string };

/** Whoever waits has hung up before more have been tried. */
export const mostCarriers = 8;

/**
 * The digits to dial: separators that people write (RFC 3966 section 3) left out. Undefined: no telephone number, and
 * nothing that may stand in a Request-URI.
 */
export function dialledDigits(target: string): string | undefined {
  const digits = target.replace(/^tel:/i, '').replace(/[-.() ]/g, '');
  return /^\+?[0-9*#]{1,32}$/.test(digits) ? digits : undefined;
}

/**
 * The providers that are tried for a number, each once: by the longest target of a route, then by priority; those that
 * may not dial it are left out, those that are not well come last.
 */
export function chooseCarriers<P extends Provider>(
  number: string,
  routes: readonly Route[],
  providerOf: (id: string) => P | undefined,
): CarrierChoice<P> {
  const routed = orderRoutes(routes).flatMap(({ provider_id: id }) => providerOf(id) ?? []);
  if (routed.length === 0) {
    return no(`no route leads to ${number}: make one whose target is its beginning, or all`);
  }
  const allowed = routed.filter((provider) => mayDial(provider, number));
  if (allowed.length === 0) {
    const names = routed.map(({ name, id }) => (name === '' ? id : `${name} (${id})`)).join(', ');
    return no(`${number} may not be dialled: allowed_prefixes of provider ${names} has no beginning of it`);
  }
  const isIll = ({ health_status: health }: P): boolean => health === 'unhealthy';
  const providers = [...allowed.filter((each) => !isIll(each)), ...allowed.filter(isIll)];
  return { ok: true, providers: providers.slice(0, mostCarriers) };
}

function no(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

/** The Request-URI of a number at a provider, and where it goes. `number` is what `dialledDigits` made. */
export function carrierUri(
  { tech_prefix: prefix, tech_postfix: postfix, hostname, port, transport }: Provider,
  number: string,
): string {
  // RFC 3261 section 25.1: `#` is the one of them that does not stand for itself in the user part.
  const user = `${prefix}${number}${postfix}`.replaceAll('#', '%23');
  const at = port === 0 ? hostname : `${hostname}:${port}`;
  return `sip:${user}@${at}${transport === 'udp' ? '' : `;transport=${transport}`}`;
}
