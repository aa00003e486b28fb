import { notYet, parseTimestamp } from '@parley/contract';
import {
  afterMs,
  type Changes,
  type Chance,
  type CommitOutcome,
  Deadlines,
  Draft,
  endSessions,
  isInForce,
  type Monotonic,
  type Put,
  type SessionRow,
  type Store,
} from '@parley/core';
import type { Logger } from 'pino';
import { Alarm, type Clock } from './clock.ts';

export interface AgentSessionsDeps {
  readonly store: Pick<Store, 'get' | 'findByParent' | 'live'>;
  readonly submit: (changes: Changes) => Promise<CommitOutcome>;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Pick<Logger, 'warn'>;
}

/** Against other changes of the same agent at the same moment. */
const attempts = 5;
/** When it could not be written. */
const againMs = 30_000;

/** Ends the sessions of agents when their time is over: whoever has none left is offline from then on. */
export class AgentSessions {
  readonly #deps: AgentSessionsDeps;
  readonly #deadlines = new Deadlines();
  readonly #alarm: Alarm;
  #working = false;

  constructor(deps: AgentSessionsDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.#wake());
  }

  /** Those that are over already end at once. */
  async start(): Promise<void> {
    this.#working = true;
    const { store } = this.#deps;
    for (const { row: agent } of await store.live('agent'))
      for (const { row } of await store.findByParent('session', agent.id)) this.#watch(row);
    this.#alarm.set(this.#deadlines.next());
  }

  stop(): void {
    this.#working = false;
    this.#alarm.set(undefined);
  }

  /** These rows have just become durable. */
  changed(puts: readonly Put[]): void {
    if (!this.#working) return;
    for (const put of puts) if (put.kind === 'session') this.#watch(put.row);
    this.#alarm.set(this.#deadlines.next());
  }

  #watch({ id, tm_expire: expiry, tm_delete: end }: SessionRow): void {
    const never = end !== notYet || expiry === notYet;
    this.#deadlines.set(id, never ? undefined : this.#timeOf(expiry));
  }

  #timeOf(expiry: string): Monotonic {
    const { mono, wall } = this.#deps.clock.now();
    return afterMs(mono, Math.max(0, ((parseTimestamp(expiry) ?? wall) - wall) / 1000));
  }

  #wake(): void {
    const { mono } = this.#deps.clock.now();
    for (let id = this.#deadlines.takeDue(mono); id !== undefined; id = this.#deadlines.takeDue(mono))
      void this.#end(id);
    this.#alarm.set(this.#deadlines.next());
  }

  async #end(id: string): Promise<void> {
    try {
      for (let attempt = 0; attempt < attempts; attempt += 1) if (await this.#tryToEnd(id)) return;
      this.#deps.log.warn({ session_id: id }, 'a session could not be ended: others changed its agent');
    } catch (error) {
      this.#deps.log.warn({ err: error, session_id: id }, 'a session could not be ended');
    }
    this.#again(id);
  }

  #again(id: string): void {
    if (!this.#working) return;
    this.#deadlines.set(id, afterMs(this.#deps.clock.now().mono, againMs));
    this.#alarm.set(this.#deadlines.next());
  }

  /** True: it has ended. */
  async #tryToEnd(id: string): Promise<boolean> {
    const { store, submit, clock, chance } = this.#deps;
    const session = await store.get('session', id);
    if (session === undefined || session.row.tm_delete !== notYet) return true;
    const { agent_id: agentId } = session.row;
    const [agent, login, sessions] = await Promise.all([
      store.get('agent', agentId),
      store.get('login', agentId),
      store.findByParent('session', agentId),
    ]);
    if (agent === undefined || login === undefined) return true;
    const now = clock.now();
    // The machine's clock may have been set back meanwhile.
    if (isInForce(session.row, now.wall)) {
      this.#watch(session.row);
      this.#alarm.set(this.#deadlines.next());
      return true;
    }
    const draft = new Draft(now, chance);
    endSessions(draft, { agent, login, sessions }, [id]);
    return (await submit(draft)).ok;
  }
}
