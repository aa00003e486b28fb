import type { Options } from '../options.ts';

/**
 * How large the runs are: `quick` shows that everything works and roughly where the figures are, all of them in less
 * than six minutes; `usual` is for figures; `full` is longer where length matters.
 */
export type Mode = 'quick' | 'usual' | 'full';

export function modeOf({ quick, full }: Pick<Options, 'quick' | 'full'>): Mode {
  return quick ? 'quick' : full ? 'full' : 'usual';
}

/** Of measurements with phones that talk. */
export interface TalkSizes {
  /** From when all talk to the first window. */
  readonly settle: number;
  readonly windows: number;
  readonly window: number;
}

/** Times are seconds. */
export interface Sizes {
  readonly invite: { readonly warmUp: number; readonly runs: number; readonly run: number };
  readonly calls: { readonly warmUp: number; readonly windows: number; readonly window: number };
  /** Steps of so many calls a second. */
  readonly rates: { readonly warmUp: number; readonly steps: readonly number[]; readonly step: number };
  readonly webhooks: {
    readonly warmUp: number;
    readonly runs: number;
    readonly run: number;
    /** Events that pile up. */
    readonly backlog: number;
  };
  /** Steps of so many legs. */
  readonly playback: { readonly steps: readonly number[]; readonly step: number };
  /** Steps of so many bridged calls; windows for each; and how many are up when memory is looked at. */
  readonly bridges: TalkSizes & {
    readonly steps: readonly number[];
    readonly live: number;
    readonly liveRuns: number;
  };
  /** Steps of so many rooms of so many members. */
  readonly rooms: TalkSizes & {
    readonly steps: readonly { readonly rooms: number; readonly members: number }[];
  };
  /** So many bridged calls, first not recorded, then all recorded. */
  readonly recording: TalkSizes & { readonly calls: number };
  /** Phones, and how often they refresh. */
  readonly registrations: { readonly contacts: number; readonly refreshes: number };
  /** Callers who wait in one queue, agents, and how often in all one of them becomes available, at so many a second. */
  readonly agents: {
    readonly waiting: number;
    readonly agents: number;
    readonly runs: number;
    readonly times: number;
    readonly rate: number;
    /** Callers who give up while an agent is rung. */
    readonly gone: number;
  };
  readonly start: { readonly repeats: number };
  readonly memory: {
    /** Starts whose idle memory is looked at. */
    readonly idle: number;
    /** Calls until the server is first left to rest; then as many again. */
    readonly calls: number;
    /** Calls that are up at once. */
    readonly live: number;
    readonly liveRuns: number;
  };
}

const talk: TalkSizes = { settle: 5, windows: 3, window: 10 };
/** What is mixed is held back longer at first; the buffers take that back after two seconds, by leaving out packets. */
const quickTalk: TalkSizes = { settle: 3, windows: 1, window: 4 };

const usual: Sizes = {
  invite: { warmUp: 10, runs: 3, run: 60 },
  // The warm-up is long enough that most of what runs per call has been compiled.
  calls: { warmUp: 15, windows: 5, window: 10 },
  rates: { warmUp: 10, steps: [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000], step: 10 },
  webhooks: { warmUp: 15, runs: 3, run: 20, backlog: 50_000 },
  playback: { steps: [100, 200, 400, 800, 1200, 1600, 2000], step: 15 },
  bridges: { steps: [50, 100, 200, 300], ...talk, live: 300, liveRuns: 3 },
  rooms: {
    steps: [
      { rooms: 50, members: 3 },
      { rooms: 100, members: 3 },
      { rooms: 1, members: 30 },
      { rooms: 5, members: 30 },
    ],
    ...talk,
  },
  recording: { calls: 100, ...talk },
  registrations: { contacts: 10_000, refreshes: 3 },
  agents: { waiting: 1_000, agents: 100, runs: 3, times: 1_000, rate: 20, gone: 500 },
  start: { repeats: 10 },
  memory: { idle: 3, calls: 10_000, live: 1_000, liveRuns: 3 },
};

export const sizes: Readonly<Record<Mode, Sizes>> = {
  quick: {
    invite: { warmUp: 2, runs: 1, run: 10 },
    calls: { warmUp: 3, windows: 2, window: 3 },
    rates: { warmUp: 3, steps: [100, 300], step: 3 },
    webhooks: { warmUp: 3, runs: 1, run: 4, backlog: 5_000 },
    playback: { steps: [100, 300], step: 5 },
    bridges: { steps: [50, 150], ...quickTalk, live: 100, liveRuns: 1 },
    rooms: {
      steps: [
        { rooms: 30, members: 3 },
        { rooms: 2, members: 30 },
      ],
      ...quickTalk,
    },
    recording: { calls: 100, ...quickTalk },
    registrations: { contacts: 1_000, refreshes: 2 },
    agents: { waiting: 300, agents: 50, runs: 1, times: 100, rate: 20, gone: 100 },
    start: { repeats: 3 },
    memory: { idle: 1, calls: 1_000, live: 500, liveRuns: 1 },
  },
  usual,
  full: {
    ...usual,
    webhooks: { ...usual.webhooks, backlog: 200_000 },
    memory: { ...usual.memory, calls: 50_000 },
  },
};
