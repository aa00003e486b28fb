import { Type } from 'typebox';

/** Microseconds since 1970-01-01 UTC, a safe integer until the year 2255. Wall time: for stamps, never for durations. */
export type Instant = number & { readonly __instant: unique symbol };

/** "Has not happened yet" in every `tm_*` field. */
export const notYet = '9999-01-01 00:00:00.000000';

const secondsPattern = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d';
const timestampPattern = `^${secondsPattern}\\.\\d{6}$`;

export const Timestamp = Type.String({
  pattern: timestampPattern,
  description: `UTC, \`YYYY-MM-DD HH:MM:SS.ffffff\`. \`${notYet}\` means that it has not happened yet.`,
});

export const ExecutionTimestamp = Type.String({
  pattern: `^${secondsPattern}\\.\\d{9}$`,
  description: 'UTC with nine fraction digits: when the action began. Absent until then.',
});

/** A `Timestamp` that says what happened then. */
export function timeOf(description: string) {
  return Type.String({ pattern: timestampPattern, description });
}

/** `instant` as the contract writes times, six fraction digits. */
export function formatTimestamp(instant: Instant): string {
  return `${formatSeconds(instant)}.${microsecondsOf(instant)}`;
}

/** `instant` with nine fraction digits, the form of `tm_execute`. */
export function formatExecutionTimestamp(instant: Instant): string {
  return `${formatTimestamp(instant)}000`;
}

const timestamp = new RegExp(timestampPattern);

/** The inverse of `formatTimestamp`; undefined when the text has another form or names a day that no month has. */
export function parseTimestamp(text: string): Instant | undefined {
  if (!timestamp.test(text)) return undefined;
  const instant = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`) * 1000 + Number(text.slice(20));
  // The 31st of February is read as the 3rd of March.
  return formatTimestamp(instant as Instant) === text ? (instant as Instant) : undefined;
}

function formatSeconds(instant: Instant): string {
  return new Date(Math.floor(instant / 1000)).toISOString().slice(0, 19).replace('T', ' ');
}

function microsecondsOf(instant: Instant): string {
  return String(instant - Math.floor(instant / 1_000_000) * 1_000_000).padStart(6, '0');
}
