import { fail, ok, type Result } from '../result.ts';
import { isToken, parseDigits } from './tokens.ts';

/** CSeq (RFC 3261 sections 8.1.1.5 and 20.16). */
export interface CSeq {
  /** 0 .. 2^31 - 1 */
  readonly number: number;
  /** As written; method names are case-sensitive. */
  readonly method: string;
}

const maxCSeq = 2 ** 31 - 1;
const cseqPattern = /^[ \t]*([0-9]+)[ \t]+([^ \t]+)[ \t]*$/;

/** Error: `malformedCSeq`. */
export function parseCSeq(value: string): Result<CSeq> {
  const match = cseqPattern.exec(value);
  const number = parseDigits((match?.[1] ?? '').replace(/^0+(?=[0-9])/, ''), 10);
  const method = match?.[2];
  if (number === undefined || number > maxCSeq || method === undefined || !isToken(method)) {
    return fail('malformedCSeq');
  }
  return ok({ number, method });
}

export function printCSeq(cseq: CSeq): string {
  return `${cseq.number} ${cseq.method}`;
}
