/** Visits by how many seconds they waited, begun ones counted whole. */
export type WaitCounts = Record<string, number>;

/** What is counted of a queue in one interval. Whole numbers; milliseconds in whole numbers. */
export interface QueueTally {
  incoming: number;
  answered: number;
  abandoned: number;
  overflowed: number;
  kicked: number;
  done: number;
  answeredWaitMs: number;
  abandonedWaitMs: number;
  /** Of those who were neither answered nor lost. */
  otherWaitMs: number;
  longestWaitMs: number;
  talkMs: number;
  wrapUpMs: number;
  answeredAfter: WaitCounts;
  abandonedAfter: WaitCounts;
}

/** The same of an agent. The time of each status is what of it lies in the interval. */
export interface AgentTally {
  offered: number;
  answered: number;
  done: number;
  talkMs: number;
  availableMs: number;
  ringingMs: number;
  serviceMs: number;
  wrapUpMs: number;
  busyMs: number;
  awayMs: number;
}

export interface Tallies {
  readonly queue: QueueTally;
  readonly agent: AgentTally;
}
export type Subject = keyof Tallies;
export type Tally = Tallies[Subject];

export const emptyTally: { readonly [S in Subject]: () => Tallies[S] } = {
  queue: () => ({
    incoming: 0,
    answered: 0,
    abandoned: 0,
    overflowed: 0,
    kicked: 0,
    done: 0,
    answeredWaitMs: 0,
    abandonedWaitMs: 0,
    otherWaitMs: 0,
    longestWaitMs: 0,
    talkMs: 0,
    wrapUpMs: 0,
    answeredAfter: {},
    abandonedAfter: {},
  }),
  agent: () => ({
    offered: 0,
    answered: 0,
    done: 0,
    talkMs: 0,
    availableMs: 0,
    ringingMs: 0,
    serviceMs: 0,
    wrapUpMs: 0,
    busyMs: 0,
    awayMs: 0,
  }),
};

/** Longer waits than an hour are all the same to a service level. */
export const longestThresholdSeconds = 3_600;

/** Within `threshold` seconds is whoever has waited for no more than that, to the millisecond. */
export function waitClass(waitMs: number): number {
  return Math.min(Math.ceil(waitMs / 1000), longestThresholdSeconds + 1);
}

export function countWait(counts: WaitCounts, waitMs: number): void {
  const seconds = waitClass(waitMs);
  counts[seconds] = (counts[seconds] ?? 0) + 1;
}

/** How many have waited for no more than so many seconds. */
export function countWithin(counts: WaitCounts, seconds: number): number {
  let within = 0;
  for (const [after, count] of Object.entries(counts)) if (Number(after) <= seconds) within += count;
  return within;
}

/** Adds what was counted in another interval. */
export function addQueueTally(into: QueueTally, from: Readonly<QueueTally>): void {
  const longestWaitMs = Math.max(into.longestWaitMs, from.longestWaitMs);
  addNumbers(into, from);
  into.longestWaitMs = longestWaitMs;
  addCounts(into.answeredAfter, from.answeredAfter);
  addCounts(into.abandonedAfter, from.abandonedAfter);
}

export function addAgentTally(into: AgentTally, from: Readonly<AgentTally>): void {
  addNumbers(into, from);
}

export const addTally: { readonly [S in Subject]: (into: Tallies[S], from: Readonly<Tallies[S]>) => void } = {
  queue: addQueueTally,
  agent: addAgentTally,
};

/** The same for what is known to be of one kind only when it runs. */
export function addCopy(subject: Subject, into: Tally, from: Readonly<Tally>): void {
  const add: (into: Tally, from: Readonly<Tally>) => void = addTally[subject] as never;
  add(into, from);
}

export function copyTally(subject: Subject, tally: Readonly<Tally>): Tally {
  const copy = emptyTally[subject]();
  addCopy(subject, copy, tally);
  return copy;
}

function addNumbers(into: object, from: object): void {
  for (const [key, value] of Object.entries(from))
    if (typeof value === 'number') Reflect.set(into, key, Number(Reflect.get(into, key)) + value);
}

function addCounts(into: WaitCounts, from: Readonly<WaitCounts>): void {
  for (const [key, count] of Object.entries(from)) into[key] = (into[key] ?? 0) + count;
}
