import type { Instant } from '@parley/contract';

export interface LocalTime {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** What a wall clock in that IANA time zone shows; '' is UTC. */
export function localTime(instant: Instant, timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timeZone === '' ? 'UTC' : timeZone,
    hourCycle: 'h23',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    weekday: 'short',
  });
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

export function isTimeZone(name: string): boolean {
  if (name === '') return true;
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
