import { Type } from 'typebox';

/** Microseconds since 1970-01-01 UTC, a safe integer until the year 2255. Wall time: for stamps, never for durations. */
export type Instant = number & { readonly __instant: unique symbol };

/** "Has not happened yet" in every `tm_*` field. */
export const notYet = '9999-01-01 00:00:00.000000';

export const Timestamp = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}\\.\\d{6}$',
  description: `UTC, \`YYYY-MM-DD HH:MM:SS.ffffff\`. \`${notYet}\` means that it has not happened yet.`,
});

export const ExecutionTimestamp = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}\\.\\d{9}$',
  description: 'UTC with nine fraction digits: when the action began. Absent until then.',
});

/** `instant` as the contract writes times, six fraction digits. */
export function formatTimestamp(instant: Instant): string {
  return `${formatSeconds(instant)}.${microsecondsOf(instant)}`;
}

/** `instant` with nine fraction digits, the form of `tm_execute`. */
export function formatExecutionTimestamp(instant: Instant): string {
  return `${formatTimestamp(instant)}000`;
}

/** The inverse of `formatTimestamp`; undefined when the text has another form. */
export function parseTimestamp(text: string): Instant | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})\.(\d{6})$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? undefined : ((ms * 1000 + Number(match[3])) as Instant);
}

function formatSeconds(instant: Instant): string {
  return new Date(Math.floor(instant / 1000)).toISOString().slice(0, 19).replace('T', ' ');
}

function microsecondsOf(instant: Instant): string {
  return String(instant - Math.floor(instant / 1_000_000) * 1_000_000).padStart(6, '0');
}
