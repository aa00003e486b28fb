import { type Address, formatTimestamp, type Instant } from '@parley/contract';
import type { CallCentre, EventDraft, Put } from '@parley/core';
import { arrivals } from './arrivals.ts';
import { DayAgent } from './day-agent.ts';
import { DayCaller, flowToQueue } from './day-caller.ts';
import { type DayFile, timeOfDay } from './day-file.ts';
import { DayStore } from './day-store.ts';
import { Desk, type Watch } from './desk.ts';
import { draw } from './distribution.ts';
import { FarEnd, type Phone } from './far-end.ts';
import { SeededChance } from './seeded-chance.ts';
import { linkQueues, makeSite, type Site, type SiteQueue } from './site.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface DayWatch extends Watch {
  /** Nothing is due any more. `chosen`: the status in which an agent means to be left. */
  readonly rested: (centre: CallCentre, chosen: (agentId: string) => string | undefined) => void;
}

/** What a watch may ask. */
export interface Around {
  readonly site: Site;
  readonly clock: Pick<VirtualClock, 'ms'>;
  /** Whether an agent's phone can be called. */
  readonly isReachable: (agentId: string) => boolean;
}

export interface DayWatch extends Watch {
  /** Nothing is due any more. `chosen`: the status in which an agent means to be left. */
  readonly rested: (centre: CallCentre, chosen: (agentId: string) => string | undefined) => void;
}

export interface DaySettings {
  readonly seed: number;
  /** Each event, in the order of the log. */
  readonly log: (event: EventDraft) => void;
  /** Made when everybody is there. */
  readonly watch: (around: Around) => DayWatch;
  readonly report: (problem: string, text: string) => void;
  /** Called after each hour of the day, with its number. Nothing goes on until it has been waited for. */
  readonly hourOver?: (hour: number) => Promise<void>;
}

export interface DayOutcome {
  readonly site: Site;
  readonly calls: number;
  /** Callers who called while nobody was there to take calls. */
  readonly lost: number;
  /** The midnight before it, in milliseconds since 1970. */
  readonly beginsAt: number;
  /** Milliseconds of the day at which everything had come to rest. */
  readonly endedAt: number;
}

const hourMs = 3_600_000;
/** Whoever is still there so long after the last shift is stuck. */
const restMs = 48 * hourMs;

/** Lives through a call centre's day. */
export async function runDay(day: DayFile, settings: DaySettings): Promise<DayOutcome> {
  const life = new DayLife(day, settings);
  return await life.run();
}

/** What is known about a day when nothing is said. */
const someDate = '2026-03-02';

class DayLife {
  readonly #day: DayFile;
  readonly #settings: DaySettings;
  readonly #clock: VirtualClock;
  readonly #midnight: number;
  readonly #store = new DayStore();
  readonly #phones = new Map<string, Phone>();
  readonly #agents = new Map<string, DayAgent>();
  readonly #callers = new Map<string, DayCaller>();
  readonly #farEnd: FarEnd;
  readonly #desk: Desk;
  readonly #site: Site;
  #coming: Promise<void> | undefined;
  #calls = 0;
  #lost = 0;
  #watch: Watch = { decided: () => undefined, settled: () => undefined };

  constructor(day: DayFile, settings: DaySettings) {
    this.#day = day;
    this.#settings = settings;
    this.#midnight = Date.parse(`${day.date ?? someDate}T00:00:00Z`);
    this.#clock = new VirtualClock((this.#midnight * 1000) as Instant);
    const clock = this.#clock;
    const chance = this.#chanceFor('house');
    this.#farEnd = new FarEnd({
      clock,
      hear: (input) => this.#desk.hear(input),
      phones: this.#phones,
      report: settings.report,
    });
    this.#desk = new Desk({
      clock,
      chance,
      store: this.#store,
      log: settings.log,
      watch: {
        decided: (changes, centre) => this.#watch.decided(changes, centre),
        settled: (centre) => this.#watch.settled(centre),
      },
      perform: (effect) => this.#farEnd.perform(effect),
      written: (puts) => this.#written(puts),
    });
    this.#site = this.#makeSite(chance);
  }

  async run(): Promise<DayOutcome> {
    const watch = this.#settings.watch({
      site: this.#site,
      clock: this.#clock,
      isReachable: (agentId) => this.#agents.get(agentId)?.isReachable === true,
    });
    this.#watch = watch;
    await this.#comeUp();
    for (const agent of this.#agents.values()) agent.begin();
    for (const queue of this.#site.queues) this.#calling(queue);
    for (const { at, down_seconds: downS } of this.#day.deaths ?? []) this.#dies(timeOfDay(at), downS * 1000);
    await this.#live();
    const { centre } = this.#desk;
    if (centre !== undefined) watch.rested(centre, (agentId) => this.#agents.get(agentId)?.chosen);
    return {
      site: this.#site,
      calls: this.#calls,
      lost: this.#lost,
      endedAt: this.#clock.ms,
      beginsAt: this.#midnight,
    };
  }

  /** Steps from one thing that is due to the next until nothing is. */
  async #live(): Promise<void> {
    const end = restMs + Math.max(...this.#day.teams.map(({ until }) => timeOfDay(until)));
    let hour = 0;
    while (this.#step(end)) {
      if (this.#coming !== undefined) {
        await this.#coming;
        this.#coming = undefined;
      }
      for (; this.#clock.ms >= (hour + 1) * hourMs; hour += 1) await this.#settings.hourOver?.(hour);
    }
  }

  /** What people do comes before what is due in the same millisecond. */
  #step(end: number): boolean {
    const [due, next] = [this.#desk.wakeAt(), this.#clock.next()];
    if (due === undefined || (next !== undefined && next <= due)) return this.#clock.step(end);
    if (due > end) return false;
    this.#clock.passTo(Math.ceil(due));
    this.#desk.wake();
    return true;
  }

  #chanceFor(...who: readonly (string | number)[]): SeededChance {
    return new SeededChance(seedFor(this.#settings.seed, ...who));
  }

  #makeSite(chance: SeededChance): Site {
    let site: Site | undefined;
    this.#desk.change((draft) => {
      site = makeSite(this.#day, draft, chance);
    });
    const made = site;
    if (made === undefined) throw new Error('nothing was made');
    this.#desk.change((draft) => linkQueues(made, draft, chance, (id) => this.#store.row('queue', id)));
    for (const plan of made.agents) {
      const deps = { clock: this.#clock, desk: this.#desk, farEnd: this.#farEnd };
      const agent = new DayAgent({ ...deps, chance: this.#chanceFor('agent', plan.name) }, plan);
      this.#agents.set(plan.agentId, agent);
      this.#phones.set(plan.extension, agent);
    }
    return made;
  }

  /** One caller after the other: the next is made when one has come. */
  #calling({ queueId, said }: SiteQueue): void {
    const chance = this.#chanceFor('callers', said.name);
    const ids = this.#chanceFor('calls', said.name);
    const stamp = formatTimestamp(this.#clock.now().wall);
    const { customerId } = this.#site;
    const flow = flowToQueue(queueId, [ids.id(), ids.id(), ids.id()], customerId, stamp);
    const times = arrivals(said.calls_per_hour, this.#chanceFor('arrivals', said.name));
    const next = (): void => {
      const { value: at, done } = times.next();
      if (done === true) return;
      this.#clock.after(at - this.#clock.ms, () => {
        this.#call({
          callId: ids.id(),
          customerId,
          flow,
          source: this.#source(),
          patienceMs: draw(said.patience_seconds ?? {}, chance),
          talkMs: draw(said.talk_seconds ?? { mean: 180 }, chance),
        });
        next();
      });
    };
    next();
  }

  #source(): Address {
    const target = `+49${String(1_000_000 + this.#calls)}`;
    return { type: 'tel', target, target_name: '', name: '', detail: '' };
  }

  #call(plan: DayCaller['plan']): void {
    const caller = new DayCaller({ clock: this.#clock, desk: this.#desk, farEnd: this.#farEnd }, plan);
    this.#calls += 1;
    this.#callers.set(plan.callId, caller);
    if (caller.call()) return;
    this.#callers.delete(plan.callId);
    this.#lost += 1;
  }

  #dies(at: number, downMs: number): void {
    this.#clock.after(at, () => {
      this.#desk.die();
      this.#farEnd.cutOff();
      for (const caller of this.#callers.values()) caller.over();
      this.#callers.clear();
    });
    this.#clock.after(at + downMs, () => {
      if (!this.#desk.isUp) this.#coming = this.#comeUp();
    });
  }

  async #comeUp(): Promise<void> {
    await this.#desk.start();
    for (const agent of this.#agents.values()) agent.registers();
  }

  /** What people notice of what has become true. */
  #written(puts: readonly Put[]): void {
    for (const put of puts) {
      if (put.kind === 'agent') this.#agents.get(put.row.id)?.told(put.row);
      else if (put.kind === 'call' && put.row.status === 'hangup') this.#over(put.row.id);
      else if (put.kind === 'queuecall' && put.row.status === 'service')
        this.#served(put.row.reference_id, put.row.service_agent_id);
    }
  }

  #over(callId: string): void {
    this.#callers.get(callId)?.over();
    this.#callers.delete(callId);
  }

  #served(callId: string, agentId: string): void {
    const caller = this.#callers.get(callId);
    const agent = this.#agents.get(agentId);
    caller?.served();
    const legId = agent?.talkingOn;
    if (caller !== undefined && legId !== undefined) agent?.serves(legId, caller.plan.talkMs);
  }
}

/** A seed of its own for each who draws, so that what one draws does not change what another gets (FNV-1a). */
export function seedFor(seed: number, ...who: readonly (string | number)[]): number {
  let hash = 0x811c_9dc5;
  for (const letter of `${seed} ${who.join(' ')}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x0100_0193);
  return hash >>> 0;
}
