import type { HeaderPair } from '../engine/response-builder.ts';
import { parseUri, type SipUri } from '../uri.ts';
import { type Binding, inOrderOfCalling } from './binding.ts';
import type { RegistrarLimits } from './limits.ts';
import type { ContactWish, RegisterRequest } from './register-request.ts';

export interface RegisterOutcome {
  /** The bindings from now on; the very same list when nothing has changed. */
  readonly bindings: readonly Binding[];
  readonly status: number;
  /** What belongs into the response beside the usual. */
  readonly headers: readonly HeaderPair[];
}

/**
 * The registrar's decision (RFC 3261 section 10.3, steps 6 to 8): what a REGISTER, whose sender has been proved to be the
 * owner, does to the bindings of its address of record. All of it happens or nothing. `now` in milliseconds.
 */
export function register(
  bindings: readonly Binding[],
  request: RegisterRequest,
  limits: RegistrarLimits,
  now: number,
): RegisterOutcome {
  const live = bindings.filter(({ expiresAt }) => expiresAt > now);
  const unchanged = live.length === bindings.length ? bindings : live;
  const { contacts } = request;
  if (contacts !== 'all' && contacts.length === 0) return accepted(unchanged, now);
  // Of one phone's requests only the newest counts; an older one may have been held up on its way.
  if (live.some(({ callId, cseq }) => callId === request.callId && cseq >= request.cseq)) {
    return {
      bindings: unchanged,
      status: 500,
      headers: [['Reason', 'SIP;cause=500;text="CSeq is not newer"']],
    };
  }
  if (contacts === 'all') return accepted([], now);
  if (contacts.some(({ expires }) => isTooShort(expires, limits))) {
    return { bindings: unchanged, status: 423, headers: [['Min-Expires', String(limits.shortestExpiry)]] };
  }
  if (contacts.filter(({ expires }) => expires !== 0).length > limits.contacts) {
    return { bindings: unchanged, status: 403, headers: [] };
  }
  let changed: readonly Binding[] = live;
  for (const wish of contacts) changed = applied(changed, wish, request, limits, now);
  return accepted(withinBound(changed, limits), now);
}

function accepted(bindings: readonly Binding[], now: number): RegisterOutcome {
  const headers = inOrderOfCalling(bindings, now).map(
    (each) => ['Contact', printBinding(each, now)] as const,
  );
  return { bindings, status: 200, headers };
}

function isTooShort(expires: number | undefined, limits: RegistrarLimits): boolean {
  return expires !== undefined && expires > 0 && expires < limits.shortestExpiry;
}

/** The same Contact takes the place of what stood there; so does the same device under another one. */
function applied(
  bindings: readonly Binding[],
  wish: ContactWish,
  request: RegisterRequest,
  limits: RegistrarLimits,
  now: number,
): readonly Binding[] {
  const before = bindings.find((binding) => isSame(binding, wish));
  const others = bindings.filter((binding) => binding !== before && !isSameDevice(binding, wish));
  if (wish.expires === 0) return bindings.filter((binding) => binding !== before);
  const seconds = Math.min(wish.expires ?? limits.defaultExpiry, limits.longestExpiry);
  const { uri, path, q, instance } = wish;
  const { callId, cseq, userAgent } = request;
  const registeredAt = before?.registeredAt ?? now;
  const times = { registeredAt, refreshedAt: now, expiresAt: now + seconds * 1000 };
  return [...others, { uri, path, q, instance, callId, cseq, userAgent, ...times }];
}

/** What two Contacts that mean the same have in common; unlike section 19.1.4's comparison it can be relied on both ways. */
function contactKey({ scheme, user, host, port, params }: SipUri): string {
  const transport = params.get('transport') ?? '';
  return `${scheme} ${user ?? ''} ${host.toLowerCase()} ${port ?? ''} ${transport.toLowerCase()}`;
}

function isSame(binding: Binding, wish: ContactWish): boolean {
  if (binding.uri === wish.uri) return true;
  const parsed = parseUri(binding.uri);
  return parsed.ok && contactKey(parsed.value) === contactKey(wish.parsed);
}

function isSameDevice(binding: Binding, wish: ContactWish): boolean {
  return wish.instance !== '' && binding.instance === wish.instance;
}

/**
 * Phones that come back under another Contact without leaving under the old one would otherwise lock their own
 * extension for an hour.
 */
function withinBound(bindings: readonly Binding[], limits: RegistrarLimits): readonly Binding[] {
  if (bindings.length <= limits.contacts) return bindings;
  const newestFirst = [...bindings].sort((a, b) => b.refreshedAt - a.refreshedAt);
  const kept = new Set(newestFirst.slice(0, limits.contacts));
  return bindings.filter((binding) => kept.has(binding));
}

/** Whole seconds that are left, never more than there are. */
function printBinding({ uri, q, expiresAt }: Binding, now: number): string {
  const seconds = Math.floor(Math.round(expiresAt - now) / 1000);
  return `<${uri}>;expires=${seconds}${q === 1 ? '' : `;q=${q}`}`;
}
