import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { limits } from '../limits.ts';
import { createLocalTimes, isTimeZone } from './local-time.ts';

const instant = (iso: string): Instant => (Date.parse(iso) * 1000) as Instant;

function clock(iso: string, zone: string): string {
  const { month, day, hour, minute, weekday } = createLocalTimes()(instant(iso), zone);
  return `${month}/${day} ${hour}:${minute} day ${weekday}`;
}

describe('a wall clock', () => {
  it('shows UTC when no zone is named', () => {
    assert.equal(clock('2024-02-29T23:59:59.999Z', ''), '2/29 23:59 day 4');
    assert.equal(clock('2024-03-03T00:00:00Z', 'UTC'), '3/3 0:0 day 0');
  });

  it('shows the time of its zone, on another day if need be', () => {
    assert.equal(clock('2022-04-11T00:40:00Z', 'Asia/Seoul'), '4/11 9:40 day 1');
    assert.equal(clock('2022-04-11T00:40:00Z', 'America/New_York'), '4/10 20:40 day 0');
    assert.equal(clock('2022-12-31T23:30:00Z', 'Asia/Kathmandu'), '1/1 5:15 day 0');
  });

  it('goes from 1:59 to 3:00 when summer time begins, and through 2:30 twice when it ends', () => {
    const berlin = 'Europe/Berlin';
    assert.equal(clock('2024-03-31T00:59:59Z', berlin), '3/31 1:59 day 0');
    assert.equal(clock('2024-03-31T01:00:00Z', berlin), '3/31 3:0 day 0');
    assert.equal(clock('2024-10-27T00:30:00Z', berlin), '10/27 2:30 day 0');
    assert.equal(clock('2024-10-27T01:30:00Z', berlin), '10/27 2:30 day 0');
    assert.equal(clock('2024-10-27T02:30:00Z', berlin), '10/27 3:30 day 0');
  });

  it('shows midnight as hour 0', () => {
    assert.equal(clock('2024-06-01T22:00:00Z', 'Europe/Berlin'), '6/2 0:0 day 0');
  });

  it('is right again for a zone that had to make room for others', () => {
    const times = createLocalTimes();
    const zones = Intl.supportedValuesOf('timeZone').slice(0, limits.timeZones + 20);
    const at = instant('2024-07-01T12:00:00Z');
    const first = zones.map((zone) => times(at, zone));
    assert.deepEqual(
      zones.map((zone) => times(at, zone)),
      first,
    );
  });
});

describe('the zones asked for last', () => {
  it('are kept at hand, and no more of them than the limit', (t) => {
    const { mock } = t.mock.method(Intl, 'DateTimeFormat');
    const times = createLocalTimes();
    const zones = Intl.supportedValuesOf('timeZone').slice(0, limits.timeZones + 1);
    const [first = ''] = zones;
    const made = (asked: readonly string[]): number => {
      const before = mock.callCount();
      for (const zone of asked) times(instant('2024-07-01T12:00:00Z'), zone);
      return mock.callCount() - before;
    };
    assert.equal(made([first, first, first]), 1);
    assert.equal(made(zones.slice(0, limits.timeZones)), limits.timeZones - 1);
    assert.equal(made([first]), 0);
    // One too many: the one asked for longest ago makes room, and that is not the first.
    assert.equal(made(zones.slice(-1)), 1);
    assert.equal(made([first]), 0);
    assert.equal(made(zones.slice(1, 2)), 1);
  });
});

describe('a time zone', () => {
  it('is an IANA name, or none', () => {
    for (const name of ['', 'UTC', 'Europe/Berlin', 'Asia/Seoul', 'America/Argentina/Buenos_Aires'])
      assert.ok(isTimeZone(name), name);
    for (const name of ['Berlin', 'Mars/Olympus', '${zone}', 'Europe/', ' ', 'constructor'])
      assert.ok(!isTimeZone(name), name);
  });
});
