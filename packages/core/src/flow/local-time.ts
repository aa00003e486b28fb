import type { Instant } from '@parley/contract';
import { limits } from '../limits.ts';

export interface LocalTime {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** What a wall clock in that IANA time zone shows; '' is UTC. */
export type LocalTimes = (instant: Instant, timeZone: string) => LocalTime;

/** Keeps what knows a zone's rules for the zones asked for last: making it takes longer than everything else here. */
export function createLocalTimes(): LocalTimes {
  const formats = new Map<string, Intl.DateTimeFormat>();
  return (instant, timeZone) => {
    const format = formats.get(timeZone) ?? formatOf(timeZone);
    formats.delete(timeZone);
    formats.set(timeZone, format);
    const [oldest] = formats.keys();
    if (formats.size > limits.timeZones && oldest !== undefined) formats.delete(oldest);
    return read(format, instant);
  };
}

export function isTimeZone(name: string): boolean {
  if (name === '') return true;
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: timeZone === '' ? 'UTC' : timeZone,
    hourCycle: 'h23',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    weekday: 'short',
  });
}

function read(format: Intl.DateTimeFormat, instant: Instant): LocalTime {
  const parts = new Map(
    format.formatToParts(Math.floor(instant / 1000)).map((part) => [part.type, part.value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  return {
    minute: number('minute'),
    hour: number('hour'),
    day: number('day'),
    month: number('month'),
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.get('weekday') ?? ''),
  };
}
