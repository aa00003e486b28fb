import type { Refusal } from '../engine/call-state.ts';
import { refusalOfExtensions } from '../engine/admission.ts';
import { parseCSeq } from '../headers/cseq.ts';
import { type NameAddr, parseNameAddr } from '../headers/name-addr.ts';
import { parseDigits, unquote } from '../headers/tokens.ts';
import type { SipRequest } from '../message.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Path } from '../transaction/path.ts';
import { parseUri, type SipUri } from '../uri.ts';
import { contactRoute } from './contact-route.ts';
import type { RegistrarLimits } from './limits.ts';

/** One Contact of a REGISTER. */
export interface ContactWish {
  readonly uri: string;
  readonly parsed: SipUri;
  readonly path: Path;
  readonly q: number;
  /** Seconds; undefined: the registrar may choose. 0: the phone leaves. */
  readonly expires: number | undefined;
  readonly instance: string;
}

/** A REGISTER, read (RFC 3261 section 10.2). */
export interface RegisterRequest {
  /** Whom it is about: the To URI. */
  readonly aor: SipUri;
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string;
  /** `all`: every contact leaves (`Contact: *`). An empty list asks who is registered and changes nothing. */
  readonly contacts: readonly ContactWish[] | 'all';
}

const badRequest = (reason: string): Refusal => ({ status: 400, reason });

/** `path` is where it came from. The error is what to answer. */
export function parseRegister(
  request: SipRequest,
  path: Path,
  limits: RegistrarLimits,
): Result<RegisterRequest, Refusal> {
  const { headers } = request;
  const refusal = refusalOfExtensions(headers);
  if (refusal !== undefined) return fail(refusal);
  const aor = parseAor(headers.get('To') ?? '');
  const cseq = parseCSeq(headers.get('CSeq') ?? '');
  if (aor === undefined || !cseq.ok) return fail(badRequest('Bad To or CSeq'));
  const contacts = parseContacts(request, path, limits);
  if (!contacts.ok) return contacts;
  const userAgent = (headers.get('User-Agent') ?? '').slice(0, limits.userAgentLength);
  const callId = headers.get('Call-ID') ?? '';
  return ok({ aor, callId, cseq: cseq.value.number, userAgent, contacts: contacts.value });
}

/** A tel URI has no domain: it is nobody here. */
function parseAor(to: string): SipUri | undefined {
  const address = parseNameAddr(to);
  const uri = address.ok ? parseUri(address.value.uri) : address;
  return uri.ok && uri.value.scheme !== 'tel' ? uri.value : undefined;
}

function parseContacts(
  { headers }: SipRequest,
  path: Path,
  limits: RegistrarLimits,
): Result<RegisterRequest['contacts'], Refusal> {
  const values = headers.all('Contact');
  const general = parseExpires(headers.get('Expires'));
  if (values.some((value) => value.trim() === '*')) {
    const isClear = values.length === 1 && general === 0;
    return isClear ? ok('all') : fail(badRequest('Contact * needs Expires: 0 and nothing beside it'));
  }
  const wishes: ContactWish[] = [];
  for (const value of values) {
    const address = parseNameAddr(value);
    const wish = address.ok ? readWish(address.value, general, path, limits) : undefined;
    if (wish === undefined) return fail(badRequest('Bad Contact'));
    wishes.push(wish);
  }
  return ok(wishes);
}

function readWish(
  { uri, params }: NameAddr,
  general: number | undefined,
  path: Path,
  limits: RegistrarLimits,
): ContactWish | undefined {
  const parsed = parseUri(uri);
  if (!parsed.ok || parsed.value.scheme === 'tel' || uri.length > limits.uriLength) return undefined;
  const instance = unquote(params.get('+sip.instance') ?? '').slice(0, limits.uriLength);
  return {
    uri,
    parsed: parsed.value,
    path: contactRoute(parsed.value, path),
    q: parseQ(params.get('q')),
    expires: params.has('expires') ? parseExpires(params.get('expires')) : general,
    instance: instance === '' ? '' : `${instance} ${params.get('reg-id') ?? ''}`,
  };
}

/** What cannot be read counts as not said (RFC 3261 section 20.19); so much that it has eleven digits is very much. */
function parseExpires(text: string | undefined): number | undefined {
  const digits = text?.trim() ?? '';
  return /^\d{11,}$/.test(digits) ? Number.MAX_SAFE_INTEGER : parseDigits(digits, 10);
}

/** RFC 3261 section 25.1: three digits behind the point. Not said, or not so: as good as any. */
function parseQ(text: string | undefined): number {
  return text !== undefined && /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}
