import { afterMs, type LogEntry, type Monotonic } from '@parley/core';
import { deliveryLimits } from './delivery-limits.ts';

/** An event that one endpoint is owed, while it is in memory. */
export interface Item {
  readonly event: LogEntry;
  readonly lane: Lane;
  /** Given up when it fails after this. */
  readonly deadline: Monotonic;
  /** Failed so far. */
  attempts: number;
  /** Not before this. */
  dueAt: Monotonic;
  /** When it first failed and began to hold its lane; undefined: it does not fail, or the endpoint came back since. */
  heldSince: Monotonic | undefined;
  /** Later events of its lane went ahead of it, and it goes on alone. */
  passed: boolean;
  /** The attempt under way; undefined: there is none. */
  attempt: { readonly generation: number; readonly probe: boolean } | undefined;
}

/** The events of one lane: those in line, and those that were passed by later ones and go on alone. */
export interface Lane {
  readonly name: string;
  /** By position, oldest first. */
  readonly line: Item[];
  readonly stragglers: Item[];
  /** At most one attempt per lane at a time, stragglers included. */
  underWay: Item | undefined;
  /** Whether the last probe of this lane tried its head; the next one may then try what comes after it. */
  headProbed: boolean;
}

export function createLane(name: string): Lane {
  return { name, line: [], stragglers: [], underWay: undefined, headProbed: false };
}

/** The event to send now: the head of the line, or else a straggler. */
export function pickDue(lane: Lane, now: Monotonic): Item | undefined {
  const [head] = lane.line;
  if (head !== undefined && head.dueAt <= now) return head;
  return lane.stragglers.find((item) => item.dueAt <= now);
}

/**
 * The event to find out with whether a failing endpoint works again: the head, whenever it was due. When the head has
 * held its lane long enough every other probe tries what comes after it, or else one poisonous event in the only busy
 * lane could make its endpoint look dead for days.
 */
export function pickProbe(lane: Lane, now: Monotonic): Item | undefined {
  const [head] = lane.line;
  if (head === undefined) return pickDue(lane, now);
  lane.headProbed = !(lane.headProbed && isHoldOver(head, now));
  if (lane.headProbed) return head;
  return lane.line.find((item) => !isHoldOver(item, now)) ?? head;
}

/** When `pickDue` finds something, or a hold is over; undefined: the lane is empty. */
export function nextDue(lane: Lane): Monotonic | undefined {
  const [head] = lane.line;
  let earliest = head?.dueAt;
  if (head?.heldSince !== undefined) earliest = minimum(earliest, holdEnd(head.heldSince));
  for (const item of lane.stragglers) earliest = minimum(earliest, item.dueAt);
  return earliest;
}

export function isHoldOver(item: Item, now: Monotonic): boolean {
  return item.heldSince !== undefined && now >= holdEnd(item.heldSince);
}

function holdEnd(heldSince: Monotonic): Monotonic {
  return afterMs(heldSince, deliveryLimits.holdMs);
}

function minimum(a: Monotonic | undefined, b: Monotonic): Monotonic {
  return a === undefined || b < a ? b : a;
}
