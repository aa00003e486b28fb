import { type Customer, type Flow, notYet } from '@parley/contract';
import {
  CallCentre,
  type CallCentreSettings,
  type Chance,
  type Commit,
  type Delivery,
  type Effect,
  isEnding,
  type EventPosition,
  dutiesOf,
  type NewEvent,
  queueNow,
  type QueueNow,
  type Put,
  type Store,
} from '@parley/core';
import type { MediaCommands, MediaEvent } from '@parley/media';
import { type Path, parseUri, type SipEngine } from '@parley/sip';
import type { Logger } from 'pino';
import { AgentSessions } from './agent-sessions.ts';
import { Carriers } from './carriers/carriers.ts';
import { Alarm, type Clock } from './clock.ts';
import { Registrar } from './registrar/registrar.ts';
import type { RegistrarDeps } from './registrar/registrar-deps.ts';
import type { FindClip } from './sound/clip-library.ts';
import { CustomerMusic } from './sound/customer-music.ts';
import { Statistics } from './statistics/statistics.ts';
import { CallCommands } from './switchboard/call-commands.ts';
import type { Reach } from './switchboard/calls-out.ts';
import { CommitPipeline, type DroppedCommit } from './switchboard/commit-pipeline.ts';
import { createDirectory, type Directory } from './switchboard/directory.ts';
import type { SendRequest } from './switchboard/flow-requests.ts';
import { createDialPlan } from './switchboard/dial-plan.ts';
import { contactOf, createLocator, type Locate } from './switchboard/locator.ts';
import { StaffChanges } from './switchboard/staff-changes.ts';
import { Switchboard, type SwitchboardSettings } from './switchboard/switchboard.ts';
import type { Tally } from './switchboard/tally.ts';
import { createDeliverer, type Deliverer, type DeliveryMetrics } from './webhook/deliverer.ts';
import { endpointOf } from './webhook/endpoint.ts';
import type { Send } from './webhook/sender.ts';

/** Everything the exchange needs from the world; a server brings real ones, the simulator its own. */
export interface ExchangePorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store;
  readonly sip: SipEngine;
  readonly sendSip: (path: Path, bytes: Uint8Array) => void;
  readonly createMedia: (onEvent: (event: MediaEvent) => void) => MediaCommands;
  /** Where INVITEs go. */
  readonly reach: Reach;
  /** How the world names this server: the host in our addresses. */
  readonly ownHost: () => string;
  readonly ownPort: () => number;
  /** Mends the file of a recording that a process left behind; answers its milliseconds of sound. */
  readonly recorded: (recordingId: string) => Promise<number>;
  readonly recordingPath: (recordingId: string) => string;
  readonly clip: FindClip;
  readonly request: SendRequest;
  /** A flow is stored as it is from now on. */
  readonly flowSaved?: (flow: Flow) => void;
  readonly sendWebhook: Send;
  readonly deliveryMetrics: DeliveryMetrics;
  readonly tally: Tally;
  readonly registrar: Pick<RegistrarDeps, 'hash' | 'tally' | 'settings'>;
  readonly log: Logger;
  readonly settings: SwitchboardSettings & Partial<CallCentreSettings>;
}

/** The call centre without sockets: what a real server and a simulated one have in common. */
export interface Exchange {
  readonly centre: CallCentre;
  readonly switchboard: Switchboard;
  /** What clients do with calls. */
  readonly commands: CallCommands;
  /** Writes what clients change. */
  readonly changes: StaffChanges;
  /** Finds out how destinations are reached. */
  readonly locate: Locate;
  readonly pipeline: CommitPipeline;
  readonly deliverer: Deliverer;
  readonly registrar: Registrar;
  readonly carriers: Carriers;
  /** What queues and agents did. */
  readonly statistics: Statistics;
  readonly sessions: AgentSessions;
  /** What goes on in a queue that is not deleted. */
  queueNow(queueId: string): QueueNow | undefined;
  /** Recovers from the last process, loads the endpoints, begins to deliver and takes calls. */
  start(): Promise<{ readonly calls: number; readonly activeflows: number }>;
  /** A message could not be sent that way, or the connection is gone. */
  transportFailed(path: Path): void;
  /** Whether a request outside of any call is looked at; who is not gets no answer at all. */
  admits(path: Path, method: string): boolean;
  /** Where a customer's events go, or what its music is, may have changed. */
  customerChanged(customer: Customer): void;
  /** Calls back after each commit that put events into the log; the function returned ends that. */
  onEvents(listener: (events: readonly NewEvent[]) => void): () => void;
}

export function createExchange(ports: ExchangePorts): Exchange {
  return new WiredExchange(ports);
}

class WiredExchange implements Exchange {
  readonly centre: CallCentre;
  readonly switchboard: Switchboard;
  readonly commands: CallCommands;
  readonly changes: StaffChanges;
  readonly locate: Locate;
  readonly pipeline: CommitPipeline;
  readonly deliverer: Deliverer;
  readonly registrar: Registrar;
  readonly carriers: Carriers;
  readonly statistics: Statistics;
  readonly sessions: AgentSessions;
  readonly #ports: ExchangePorts;
  readonly #directory: Directory;
  readonly #music: CustomerMusic;
  readonly #listeners = new Set<(events: readonly NewEvent[]) => void>();

  constructor(ports: ExchangePorts) {
    const { clock, chance, store, log, tally, settings } = ports;
    this.#ports = ports;
    this.#directory = createDirectory(store, () => clock.now().mono);
    this.#music = new CustomerMusic(ports.clip);
    this.centre = new CallCentre(chance, settings);
    this.pipeline = new CommitPipeline({
      store,
      clock,
      recipientsOf: (event) => this.deliverer.recipientsOf(event.customerId, event.type),
      perform: (effect) => this.switchboard.perform(effect),
      written: (puts) => this.#written(puts),
      committed: (events, deliveries, last) => this.#committed(events, deliveries, last),
      dropped: (dropped) => this.#commitDropped(dropped),
      onTrouble: (problem) => this.#storeTrouble(problem),
    });
    this.deliverer = this.#wireDeliverer();
    this.statistics = new Statistics({
      store,
      submit: (changes) => this.pipeline.submit(changes),
      clock,
      log,
    });
    this.registrar = new Registrar({
      ...ports.registrar,
      store,
      submit: (changes) => this.pipeline.submit(changes),
      respond: (...answer) => this.switchboard.respond(...answer),
      changed: (...change) => this.switchboard.registrationChanged(...change),
      clock,
      chance,
      log,
    });
    this.locate = this.#wireLocator();
    this.carriers = new Carriers({
      store,
      submit: (changes) => this.pipeline.submit(changes),
      clock,
      chance,
      reach: ports.reach,
      request: (wanted) => this.switchboard.ask(wanted),
      ownHost: ports.ownHost,
      registrar: this.registrar,
      log,
    });
    this.switchboard = new Switchboard({
      centre: this.centre,
      pipeline: this.pipeline,
      store,
      directory: this.#directory,
      dialPlan: createDialPlan({ directory: this.#directory, store, chance, clock }),
      whoIs: async (invite, path) => await this.carriers.trunks.whoIs(invite, path),
      admitAt: (providerId) => this.carriers.admit(providerId),
      locate: this.locate,
      isOurs: (uri) => this.#isOurs(uri),
      reach: ports.reach,
      recorded: ports.recorded,
      recordingPath: ports.recordingPath,
      ownHost: ports.ownHost,
      sip: ports.sip,
      sendSip: ports.sendSip,
      media: ports.createMedia((event) => this.switchboard.mediaEvent(event)),
      inquired: (inquiry) => void this.registrar.receive(inquiry),
      responded: (response) => this.carriers.responded(response),
      clip: (callId, source, signal) =>
        this.#music.clip(source, this.centre.liveCall(callId)?.call.customer_id, signal),
      request: ports.request,
      clock,
      chance,
      log,
      tally,
      settings,
    });
    this.commands = this.#wireCommands();
    this.changes = new StaffChanges({
      centre: this.centre,
      pipeline: this.pipeline,
      store,
      clock,
      decided: () => this.switchboard.centreDecided(),
    });
    const submit = this.changes.submit.bind(this.changes);
    this.sessions = new AgentSessions({ store, submit, clock, chance, log });
  }

  #wireLocator(): Locate {
    return createLocator({
      contactsOf: (customerId, extension) => this.registrar.contactsOf(customerId, extension).map(contactOf),
      legTo: async (wanted, destination) => await this.carriers.legTo(wanted, destination),
      agentOf: (customerId, agentId) => {
        const agent = this.centre.agents.get(agentId)?.row;
        return agent?.customer_id === customerId ? agent : undefined;
      },
    });
  }

  /** An address at this server: its own, or one in the domain of the extensions. */
  #isOurs(text: string): boolean {
    const uri = parseUri(text);
    if (!uri.ok) return false;
    const { host, port = 5060 } = uri.value;
    const { ownHost, ownPort, registrar } = this.#ports;
    const { domain } = registrar.settings;
    return host === domain || host.endsWith(`.${domain}`) || (host === ownHost() && port === ownPort());
  }

  #wireCommands(): CallCommands {
    return new CallCommands({
      centre: this.centre,
      pipeline: this.pipeline,
      clock: this.#ports.clock,
      closedBecause: () => this.switchboard.closedBecause,
      settings: this.#ports.settings,
      hear: (input) => this.switchboard.hear(input),
      decided: () => this.switchboard.centreDecided(),
    });
  }

  async start(): Promise<{ readonly calls: number; readonly activeflows: number }> {
    await this.statistics.start();
    for (const { row } of await this.#ports.store.customers()) this.customerChanged(row);
    this.deliverer.start();
    await this.registrar.start();
    await this.carriers.start();
    const recovered = await this.switchboard.start();
    await this.sessions.start();
    return recovered;
  }

  transportFailed(path: Path): void {
    this.switchboard.transportFailed(path);
    this.registrar.disconnected(path);
  }

  admits(path: Path, method: string): boolean {
    return this.registrar.admits(path, method) || this.carriers.trunks.admits(path, method);
  }

  customerChanged(customer: Customer): void {
    this.#music.changed(customer);
    const endpoint = endpointOf(customer);
    if (endpoint === undefined) this.deliverer.removeEndpoint(customer.id);
    else this.deliverer.setEndpoint(endpoint);
  }

  queueNow(queueId: string): QueueNow | undefined {
    const { queues, visits, agents } = this.centre;
    const queue = queues.get(queueId);
    const duties = [...agents.values()].map(dutiesOf);
    return queue && queueNow(queue.row, visits, duties, this.#ports.clock.now().mono);
  }

  onEvents(listener: (events: readonly NewEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #wireDeliverer(): Deliverer {
    const { clock, chance, store, log } = this.#ports;
    const alarm = new Alarm(clock, () => deliverer.wake());
    const deliverer = createDeliverer(
      {
        store,
        send: this.#ports.sendWebhook,
        submit: (changes) => this.pipeline.settle(changes),
        clock: { mono: () => clock.now().mono, wall: () => clock.now().wall },
        fraction: () => chance.fraction(),
        log,
        metrics: this.#ports.deliveryMetrics,
      },
      () => alarm.set(deliverer.wakeAt()),
    );
    return deliverer;
  }

  #written(puts: readonly Put[]): void {
    this.#directory.changed(puts);
    this.registrar.changed(puts);
    this.carriers.changed(puts);
    this.sessions.changed(puts);
    for (const put of puts)
      if (put.kind === 'flow' && put.row.tm_delete === notYet) this.#ports.flowSaved?.(put.row);
  }

  #committed(events: readonly NewEvent[], deliveries: readonly Delivery[], last: EventPosition): void {
    this.deliverer.committed(deliveries);
    this.statistics.committed(events, last);
    for (const listener of this.#listeners) listener(events);
  }

  /**
   * What is live and what is stored part here, so the call of a broken commit ends. If it was ending, its end could not
   * be written down; then its leg and its media are let go of all the same.
   */
  #commitDropped({ commit, effects, error }: DroppedCommit): void {
    const { log, tally } = this.#ports;
    const callIds = callsOf(commit, effects);
    tally.problem('droppedCommit');
    log.error(
      {
        err: error,
        call_ids: callIds,
        rows: commit.puts.map(({ kind, row }) => `${kind} ${row.id}`),
        events: commit.events.map(({ id, type }) => `${type} ${id}`),
        deliveries: commit.deliveries.length,
      },
      'a bug: the store does not take a commit; it is dropped and its calls are ended',
    );
    for (const effect of effects)
      if (effect.kind === 'hangup' || effect.kind === 'closeMedia') this.switchboard.perform(effect);
    for (const callId of callIds) {
      const live = this.centre.liveCall(callId);
      if (live !== undefined && !isEnding(live)) this.switchboard.hear({ kind: 'hangupRequested', callId });
    }
  }

  #storeTrouble(problem: string | undefined): void {
    const why = 'the store cannot be written';
    if (problem === undefined) {
      this.switchboard.open(why);
      this.#ports.log.info('the store can be written again');
      return;
    }
    this.switchboard.close(why);
    this.#ports.log.error({ problem }, `${why}; trying again`);
  }
}

/** The calls that a commit is about. */
function callsOf(commit: Commit, effects: readonly Effect[]): readonly string[] {
  const ofPuts = commit.puts.flatMap((put) => {
    if (put.kind === 'call') return [put.row.id];
    return put.kind === 'activeflow' ? [put.row.reference_id] : [];
  });
  return [...new Set([...ofPuts, ...effects.map(({ callId }) => callId)])];
}
