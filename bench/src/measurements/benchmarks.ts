import { agents } from './agents.ts';
import type { Benchmark } from './benchmark.ts';
import { bridges } from './bridges.ts';
import { calls } from './calls.ts';
import { invite } from './invite.ts';
import { memory } from './memory.ts';
import { playback } from './playback.ts';
import { rates } from './rates.ts';
import { recording } from './recording.ts';
import { registrations } from './registrations.ts';
import { rooms } from './rooms.ts';
import { start } from './start.ts';
import { webhooks } from './webhooks.ts';

/** All of them, in the order they run in. */
export const benchmarks: readonly Benchmark[] = [
  invite,
  calls,
  rates,
  webhooks,
  playback,
  bridges,
  rooms,
  recording,
  registrations,
  agents,
  start,
  memory,
];
