import { fail, ok, type Result } from '../result.ts';
import { parseParams } from './tokens.ts';

/** The value of Replaces (RFC 3891 section 6.1): a dialog as its receiver sees it. */
export interface Replaces {
  readonly callId: string;
  /** Tag of the receiver in that dialog; empty for the `0` that stands for none (RFC 3891 section 3). */
  readonly toTag: string;
  /** Tag of the other end. */
  readonly fromTag: string;
  /** Only if that dialog is not answered yet. */
  readonly earlyOnly: boolean;
}

export function printReplaces(replaces: Replaces): string {
  const { callId, toTag, fromTag, earlyOnly } = replaces;
  return `${callId};to-tag=${toTag || '0'};from-tag=${fromTag || '0'}${earlyOnly ? ';early-only' : ''}`;
}

/** Error: `malformedReplaces`. */
export function parseReplaces(value: string): Result<Replaces, 'malformedReplaces'> {
  const semicolon = value.indexOf(';');
  const callId = value.slice(0, Math.max(semicolon, 0)).trim();
  const params = semicolon < 0 ? undefined : parseParams(value, semicolon);
  const toTag = params?.get('to-tag');
  const fromTag = params?.get('from-tag');
  if (params === undefined || toTag === undefined || fromTag === undefined || !/^\S+$/.test(callId)) {
    return fail('malformedReplaces');
  }
  return ok({
    callId,
    toTag: toTag === '0' ? '' : toTag,
    fromTag: fromTag === '0' ? '' : fromTag,
    earlyOnly: params.has('early-only'),
  });
}
