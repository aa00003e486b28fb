import {
  formatTimestamp,
  type Instant,
  limits,
  parseTimestamp,
  type StatisticsInterval,
} from '@parley/contract';
import { instantOf, intervalMs, intervalStart } from '@parley/core';
import { answer, type Outcome, refuse } from './outcome.ts';

/** What is asked for, in milliseconds since 1970. */
export interface StatisticsSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** Undefined: the total alone. */
  readonly intervalMs: number | undefined;
}

export interface SpanQuery {
  readonly from?: string;
  readonly to?: string;
  readonly interval?: StatisticsInterval;
}

const lengths: Readonly<Record<StatisticsInterval, number>> = {
  quarter_hour: intervalMs.quarter,
  hour: 4 * intervalMs.quarter,
  day: intervalMs.day,
};

/** The span of a request, widened to full intervals; or what is wrong with it, by the name of the parameter. */
export function spanOf({ from, to, interval }: SpanQuery, nowMs: number): Outcome<StatisticsSpan> {
  const end = to === undefined ? nowMs : parseTime(to);
  if (end === undefined) return badTime('to');
  const begin = from === undefined ? intervalStart(end - 1, intervalMs.day) : parseTime(from);
  if (begin === undefined) return badTime('from');
  if (begin >= end)
    return badQuery(from === undefined ? 'to' : 'from', 'out_of_range', 'has to be before "to"');
  const length = interval === undefined ? undefined : lengths[interval];
  const grain = length ?? intervalMs.quarter;
  const [fromMs, toMs] = [intervalStart(begin, grain), intervalStart(end + grain - 1, grain)];
  return tooLong(toMs - fromMs, length) ?? answer({ fromMs, toMs, intervalMs: length });
}

function tooLong(spanMs: number, length: number | undefined) {
  if (length === undefined) {
    if (spanMs <= limits.statisticsDays * intervalMs.day) return undefined;
    return badQuery('from', 'out_of_range', `is more than ${limits.statisticsDays} days before "to"`);
  }
  const count = spanMs / length;
  if (count <= limits.statisticsIntervals) return undefined;
  const most = `one reply has ${limits.statisticsIntervals} at most`;
  return badQuery('interval', 'out_of_range', `makes ${count} intervals, and ${most}`);
}

/** A day, or a day and a time as far as it goes; undefined: there is no such time. */
function parseTime(text: string): number | undefined {
  const [, day, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ]([\d:.]+)Z?)?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const [seconds = '', fraction = ''] = (time.length === 5 ? `${time}:00` : time).split('.');
  const instant = parseTimestamp(`${day} ${seconds}.${fraction.padEnd(6, '0')}`);
  return instant === undefined ? undefined : Math.floor(instant / 1000);
}

/** Where an interval or a span begins or ends, as the contract writes times. */
export function timeAt(ms: number): string {
  const instant: Instant = instantOf(ms);
  return formatTimestamp(instant);
}

function badTime(path: 'from' | 'to') {
  return badQuery(path, 'wrong_form', 'is no time there is');
}

function badQuery(
  path: 'from' | 'to' | 'interval',
  reason: 'wrong_form' | 'out_of_range',
  message: string,
): ReturnType<typeof refuse> {
  const problem = `"${path}" in the query ${message}`;
  return refuse('INVALID_ARGUMENT', { problem }, [{ in: 'query', path, reason, message }]);
}
