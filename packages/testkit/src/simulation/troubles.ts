import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { VirtualStreams } from '../virtual-streams.ts';
import { drawMs } from './sim-caller.ts';

/** What can go wrong, and what somebody can do meanwhile. */
export interface Mischief {
  /** The server dies, and starts again after so long. */
  die(how: 'fin' | 'power', backAfterMs: number): void;
  /** The disk is full for so long. */
  failStore(ms: number): void;
  /** Somebody uses the API. */
  interfere(): void;
  say(text: string): void;
}

export interface TroubleDeps {
  readonly clock: VirtualClock;
  readonly streams: VirtualStreams;
  readonly chance: SeededChance;
  /** Nothing of it happens later. */
  readonly troubleMs: number;
  readonly mischief: Mischief;
}

/** Draws what goes wrong, and when. */
export function planTroubles({ clock, streams, chance, troubleMs, mischief }: TroubleDeps): void {
  const sometimes = (probability: number, most: number, act: () => void): void => {
    const times = chance.happens(probability) ? chance.between(1, most) : 0;
    for (let time = 0; time < times; time += 1) clock.after(chance.between(100, troubleMs), act);
  };
  sometimes(0.4, 2, () => mischief.die(chance.pick(['fin', 'power']), drawMs(chance, 10, 3_000, 60_000)));
  sometimes(0.3, 2, () => mischief.failStore(drawMs(chance, 50, 5_000, 60_000)));
  sometimes(0.7, 22, () => mischief.interfere());
  sometimes(0.4, 4, () => breakStream(streams, chance, mischief));
}

/** A connection is closed by either side, reset, or leads nowhere any more without anybody knowing. */
function breakStream({ open }: VirtualStreams, chance: SeededChance, mischief: Mischief): void {
  if (open.length === 0) return;
  const stream = chance.pick(open);
  const how = chance.pick(['destroy', 'reset', 'cutOff'] as const);
  mischief.say(`${how} of a connection at ${stream.local.address}`);
  stream[how]();
}
