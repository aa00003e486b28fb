import { eventOfDigit } from './telephone-event.ts';
import { fail, succeed, type Result } from './result.ts';

/** A digit that came in a SIP INFO request. */
export interface DtmfInfo {
  /** `0-9 * # A-D` */
  readonly digit: string;
  readonly durationMs: number;
}

/** Phones that leave the duration out hold a key about this long. */
const DEFAULT_DURATION_MS = 160;
const MAX_DURATION_MS = 10_000;

/** Longer bodies carry no digit. */
const MAX_BODY_LENGTH = 256;

/**
 * Reads the body of a SIP INFO that carries DTMF. Two forms are in use, neither from an RFC (RFC 6086 section 9 leaves
 * them as "legacy usage"): `application/dtmf-relay` with `Signal=` and `Duration=` lines, and `application/dtmf` with
 * the bare digit. Event numbers 10 and 11 stand for `*` and `#`, 12 to 15 for `A` to `D`.
 */
export function parseDtmfInfo(contentType: string, body: string): Result<DtmfInfo> {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (body.length > MAX_BODY_LENGTH) return fail(`DTMF body of ${body.length} characters`);
  if (mediaType === 'application/dtmf') return digitOf(body.trim(), DEFAULT_DURATION_MS);
  if (mediaType === 'application/dtmf-relay') return parseRelay(body);
  return fail(`content type ${contentType.slice(0, 80)} carries no DTMF`);
}

function parseRelay(body: string): Result<DtmfInfo> {
  const fields = new Map<string, string>();
  for (const line of body.split(/\r\n|\r|\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  const signal = fields.get('signal');
  if (signal === undefined) return fail('DTMF relay body without a Signal line');
  return digitOf(signal, durationOf(fields.get('duration')));
}

function durationOf(text: string | undefined): number {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return DEFAULT_DURATION_MS;
  return Math.min(Number(text), MAX_DURATION_MS);
}

const digitsAboveNine = '*#ABCD';

function digitOf(signal: string, durationMs: number): Result<DtmfInfo> {
  if (/^1[0-5]$/.test(signal)) {
    return succeed({ digit: digitsAboveNine.charAt(Number(signal) - 10), durationMs });
  }
  if (eventOfDigit(signal) === undefined) return fail(`"${signal.slice(0, 20)}" is no DTMF digit`);
  return succeed({ digit: signal.toUpperCase(), durationMs });
}
