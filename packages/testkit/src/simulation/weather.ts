import type { SeededChance } from '../seeded-chance.ts';
import type { NetworkWeather } from '../virtual-network.ts';
import type { StreamWeather } from '../virtual-streams.ts';
import type { ReceiverFaults } from './receiver.ts';
import { drawMs, longestWaitMs } from './sim-caller.ts';
import type { SimServerSettings } from './sim-server.ts';

/** All that one seed's world is like, apart from what people do in it. */
export interface Weather {
  /** When callers stop calling and faults stop happening. */
  readonly troubleMs: number;
  readonly network: NetworkWeather;
  readonly streams: StreamWeather;
  readonly receiver: ReceiverFaults;
  readonly settings: SimServerSettings;
  /** The longest that half a commit takes. */
  readonly storeMs: number;
}

export function drawWeather(chance: SeededChance): Weather {
  const troubleMs = drawMs(chance, 8_000, 15_000, longestWaitMs);
  const delays = { minDelayMs: 1, maxDelayMs: 1 + chance.between(0, 80) };
  const loss = chance.happens(0.5) ? 0 : chance.fraction() * 0.15;
  const duplication = chance.happens(0.5) ? 0 : chance.fraction() * 0.1;
  const cuts = chance.happens(0.3) ? 0 : chance.fraction();
  const maxHoldMs = chance.happens(0.5) ? 0 : chance.between(0, 200);
  return {
    troubleMs,
    network: { ...delays, loss, duplication },
    streams: { ...delays, loss, cuts, maxHoldMs },
    receiver: drawReceiver(chance, troubleMs),
    settings: drawSettings(chance),
    storeMs: chance.happens(0.85) ? 8 : 1_500,
  };
}

function drawReceiver(chance: SeededChance, troubleMs: number): ReceiverFaults {
  const failing = chance.happens(0.5) ? 0 : chance.fraction() * 0.5;
  const fromMs = chance.between(0, troubleMs);
  const toMs = fromMs + chance.between(100, chance.happens(0.5) ? 20_000 : longestWaitMs);
  return { failing, outages: chance.happens(0.25) ? [{ fromMs, toMs }] : [] };
}

function drawSettings(chance: SeededChance): SimServerSettings {
  const slow = chance.happens(0.1);
  return {
    longestCallMs: chance.pick([15_000, 40_000, 120_000, longestWaitMs]),
    unansweredMs: chance.pick([20_000, 60_000, 300_000]),
    rtpTimeoutMs: chance.pick([0, 8_000, 30_000]),
    bindMs: () => (slow ? chance.pick(['refused', 0, 50, 4_000, 12_000]) : 0),
  };
}
