import type { Deadlines } from '../deadlines.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { DemandIndex, Line } from './demand-index.ts';
import { callerRests, isHeld } from './eligibility.ts';
import type { WaitingCaller } from './facts.ts';
import type { Roster } from './roster.ts';

export interface ListedCaller {
  readonly facts: WaitingCaller;
  readonly index: DemandIndex;
  /** Undefined: not to be offered yet. */
  line: Line | undefined;
}

/** Everybody who waits, each in the right line of the right demand. */
export class WaitingList {
  readonly #callers = new Map<string, ListedCaller>();
  /** Who may be held for an agent, by agent id. */
  readonly #sticky = new Map<string, Set<ListedCaller>>();
  readonly #roster: Roster;
  readonly #deadlines: Deadlines;

  /** `deadlines`: noted is, by queuecall id, when a caller moves to another line. */
  constructor(roster: Roster, deadlines: Deadlines) {
    this.#roster = roster;
    this.#deadlines = deadlines;
  }

  get size(): number {
    return this.#callers.size;
  }

  get(queuecallId: string): ListedCaller | undefined {
    return this.#callers.get(queuecallId);
  }

  /** A caller who is not on the list. */
  add(facts: WaitingCaller, index: DemandIndex, now: Monotonic): void {
    const listed: ListedCaller = { facts, index, line: undefined };
    this.#callers.set(facts.queuecallId, listed);
    index.waiting += 1;
    this.#place(listed, now);
  }

  /** Gives the demand of the caller, or undefined when there was none. */
  delete(queuecallId: string): DemandIndex | undefined {
    const listed = this.#callers.get(queuecallId);
    if (listed === undefined) return undefined;
    this.#takeOut(listed);
    this.#callers.delete(queuecallId);
    this.#forgetSticky(listed);
    this.#deadlines.set(queuecallId, undefined);
    listed.index.waiting -= 1;
    return listed.index;
  }

  /** A time of a caller has come. */
  refresh(queuecallId: string, now: Monotonic): void {
    const listed = this.#callers.get(queuecallId);
    if (listed !== undefined) this.#replace(listed, now);
  }

  /** Whether callers are held for this agent may have changed. */
  refreshStickyOf(agentId: string, now: Monotonic): void {
    for (const listed of this.#sticky.get(agentId) ?? []) this.#replace(listed, now);
  }

  #replace(listed: ListedCaller, now: Monotonic): void {
    this.#takeOut(listed);
    this.#place(listed, now);
  }

  #place(listed: ListedCaller, now: Monotonic): void {
    const { facts, index } = listed;
    const { sticky } = facts;
    const mayBeHeld = sticky !== undefined && now < sticky.heldUntil;
    if (mayBeHeld) this.#rememberSticky(listed, sticky.agentId);
    else this.#forgetSticky(listed);
    if (callerRests(facts, now)) {
      index.resting += 1;
      this.#deadlines.set(facts.queuecallId, facts.notBefore);
      return;
    }
    listed.line = index.addToLine(facts, this.#holderOf(listed, now));
    this.#deadlines.set(facts.queuecallId, mayBeHeld ? sticky.heldUntil : undefined);
  }

  #takeOut(listed: ListedCaller): void {
    const { facts, index, line } = listed;
    if (line === undefined) index.resting -= 1;
    else index.removeFromLine(facts, line);
    listed.line = undefined;
  }

  #holderOf({ facts, index }: ListedCaller, now: Monotonic): string | undefined {
    if (facts.sticky === undefined) return undefined;
    const { agentId } = facts.sticky;
    const agent = this.#roster.get(agentId);
    const holder = agent === undefined ? undefined : { agent, serves: this.#roster.serves(agentId, index) };
    return isHeld(facts, holder, now) ? agentId : undefined;
  }

  #rememberSticky(listed: ListedCaller, agentId: string): void {
    const callers = this.#sticky.get(agentId);
    if (callers === undefined) this.#sticky.set(agentId, new Set([listed]));
    else callers.add(listed);
  }

  #forgetSticky(listed: ListedCaller): void {
    const agentId = listed.facts.sticky?.agentId;
    if (agentId === undefined) return;
    const callers = this.#sticky.get(agentId);
    if (callers?.delete(listed) === true && callers.size === 0) this.#sticky.delete(agentId);
  }
}
