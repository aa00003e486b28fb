import { type AgentStatus, formatTimestamp, type Instant, notYet } from '@parley/contract';
import { cause, type Effect, type Put, type Stored } from '@parley/core';
import { flowToQueue } from '../day-caller.ts';
import type { DayFile } from '../day-file.ts';
import { DayStore } from '../day-store.ts';
import { Desk } from '../desk.ts';
import { FarEnd, type Phone } from '../far-end.ts';
import { Referee } from '../referee.ts';
import { SeededChance } from '../seeded-chance.ts';
import { linkQueues, makeSite, type Site } from '../site.ts';
import { VirtualClock } from '../virtual-clock.ts';

const callersNumber = '+49301234';

/** A phone that does nothing by itself. */
export class RacePhone implements Phone {
  isReachable = true;
  readonly ringing = new Set<string>();
  readonly talking = new Set<string>();

  rung(callId: string): void {
    this.ringing.add(callId);
  }

  ended(callId: string): void {
    this.ringing.delete(callId);
    this.talking.delete(callId);
  }
}

export interface RaceAgent {
  readonly agentId: string;
  readonly extension: string;
  readonly phone: RacePhone;
  chosen: AgentStatus;
  /** As a slow client has read it. */
  read: Stored<'agent'> | undefined;
}

/** A call centre in which things are done in the same millisecond, before or after what they follow from is carried out. */
export class RaceWorld {
  readonly clock = new VirtualClock(1_772_400_000_000_000 as Instant);
  readonly chance: SeededChance;
  readonly desk: Desk;
  readonly farEnd: FarEnd;
  readonly referee: Referee;
  readonly agents: readonly RaceAgent[];
  /** The phone at which callers are called back. */
  readonly outside = new RacePhone();
  readonly queueIds: readonly string[];
  /** Callers whose calls are not over. */
  readonly callers = new Set<string>();
  readonly #site: Site;
  readonly #store = new DayStore();
  readonly #phones = new Map<string, RacePhone>();
  /** Effects that wait for a slow disk; undefined: none is slow. */
  #held: Effect[] | undefined;

  constructor(day: DayFile, seed: number) {
    this.chance = new SeededChance(seed);
    const { clock, chance } = this;
    this.referee = new Referee({ clock, isReachable: (agentId) => this.#isReachable(agentId) });
    this.farEnd = new FarEnd({
      clock,
      phones: this.#phones,
      hear: (input) => this.desk.hear(input),
      report: (problem, text) => {
        if (problem === 'bug') this.referee.violations.push(text);
      },
    });
    this.desk = new Desk({
      clock,
      chance: new SeededChance(seed ^ 0x5eed),
      store: this.#store,
      log: () => undefined,
      watch: this.referee,
      perform: (effect) => (this.#held === undefined ? this.farEnd.perform(effect) : this.#held.push(effect)),
      written: (puts) => this.#written(puts),
    });
    this.#site = this.#make(day, chance);
    this.#phones.set(callersNumber, this.outside);
    this.queueIds = this.#site.queues.map(({ queueId }) => queueId);
    this.agents = this.#site.agents.map(({ agentId, extension }) => {
      const phone = new RacePhone();
      this.#phones.set(extension, phone);
      return { agentId, extension, phone, chosen: 'offline', read: undefined };
    });
  }

  async start(): Promise<void> {
    await this.desk.start();
    for (const { extension, phone } of this.agents)
      this.desk.registered(this.#site.customerId, extension, phone.isReachable);
  }

  call(): void {
    const callId = this.chance.id();
    const { queueId } = this.chance.pick(this.#site.queues);
    const { customerId } = this.#site;
    const ids = [this.chance.id(), this.chance.id(), this.chance.id()] as const;
    const flow = flowToQueue(queueId, ids, customerId, formatTimestamp(this.clock.now().wall));
    this.callers.add(callId);
    this.farEnd.calls(callId);
    this.desk.hear({
      kind: 'callOffered',
      callId,
      customerId,
      flow,
      flowId: flow.id,
      source: address(callersNumber),
      destination: address('1000'),
      mediaOpen: true,
    });
  }

  register(agent: RaceAgent, isRegistered: boolean): void {
    agent.phone.isReachable = isRegistered;
    this.desk.registered(this.#site.customerId, agent.extension, isRegistered);
    // Whatever was said on it has broken off.
    if (!isRegistered)
      for (const callId of [...agent.phone.ringing, ...agent.phone.talking])
        this.farEnd.ends(callId, cause.networkOutOfOrder);
  }

  /** `from`: the row that a slow client has read before. */
  choose(agent: RaceAgent, status: AgentStatus, from?: Stored<'agent'>): void {
    agent.chosen = status;
    this.desk.setStatus(agent.agentId, status, status === 'busy' ? 'paperwork' : '', from);
  }

  /** From now on effects wait. */
  hold(): void {
    this.#held = [];
  }

  /** What has waited is carried out, in order. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const effect of held) this.farEnd.perform(effect);
  }

  /** The process dies with all calls, and what it had not carried out is never done. */
  async die(): Promise<void> {
    this.desk.die();
    this.#held = undefined;
    this.farEnd.cutOff();
    this.callers.clear();
    await this.start();
  }

  /** Lets time pass, with everything that is due on the way. */
  pass(ms: number): void {
    const end = this.clock.ms + ms;
    for (;;) {
      const [due, next] = [this.desk.wakeAt(), this.clock.next()];
      if (Math.min(due ?? end + 1, next ?? end + 1) > end) break;
      if (due === undefined || (next !== undefined && next <= due)) this.clock.step(end);
      else {
        this.clock.passTo(Math.ceil(due));
        this.desk.wake();
      }
    }
    this.clock.passTo(end);
  }

  /** To the millisecond in which something is due in the call centre, which is not decided yet; if it is soon. */
  passToDeadline(withinMs: number): boolean {
    const { ms } = this.clock;
    for (let due = this.desk.wakeAt(); due !== undefined && due <= ms + withinMs; due = this.desk.wakeAt()) {
      const next = this.clock.next();
      if (next === undefined || next > due) {
        this.clock.passTo(Math.max(ms, Math.ceil(due)));
        return true;
      }
      this.clock.step(due);
    }
    return false;
  }

  /** Everybody leaves, and nothing may be left of them. */
  end(): void {
    for (const callId of this.callers) this.farEnd.ends(callId, cause.normalClearing);
    for (const callId of [...this.outside.ringing, ...this.outside.talking])
      this.farEnd.ends(callId, cause.normalClearing);
    this.pass(60_000);
    for (const agent of this.agents) this.#checkFree(agent);
    for (const agent of this.agents) this.choose(agent, 'offline');
    this.pass(600_000);
    const { centre } = this.desk;
    if (centre !== undefined)
      this.referee.rested(centre, (id) => this.agents.find(({ agentId }) => agentId === id)?.chosen);
  }

  /** Without any caller an agent is what it has chosen to be, or has been set to away for not answering. */
  #checkFree({ agentId, chosen }: RaceAgent): void {
    const row = this.desk.read(agentId)?.row;
    const rests = row?.status === 'busy' && row.status_reason === 'wrap_up' && row.tm_wrap_up_end === notYet;
    const set = row?.status === 'away' && row.status_reason.startsWith('missed_') && chosen === 'available';
    if (row?.status !== chosen && !set && !(rests && chosen === 'available'))
      this.referee.violations.push(
        `agent ${agentId} chose ${chosen} and is ${row?.status ?? ''} ${row?.status_reason ?? ''} with nobody there`,
      );
  }

  #isReachable(agentId: string): boolean {
    return this.agents.find((agent) => agent.agentId === agentId)?.phone.isReachable === true;
  }

  #written(puts: readonly Put[]): void {
    for (const put of puts)
      if (put.kind === 'call' && put.row.status === 'hangup') this.callers.delete(put.row.id);
  }

  #make(day: DayFile, chance: SeededChance): Site {
    let site: Site | undefined;
    this.desk.change((draft) => {
      site = makeSite(day, draft, chance);
    });
    const made = site;
    if (made === undefined) throw new Error('nothing was made');
    this.desk.change((draft) => linkQueues(made, draft, chance, (id) => this.#store.row('queue', id)));
    return made;
  }
}

function address(target: string) {
  return { type: 'tel', target, target_name: '', name: '', detail: '' } as const;
}
