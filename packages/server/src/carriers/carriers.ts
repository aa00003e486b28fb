import { formatTimestamp, type Instant, parseTimestamp } from '@parley/contract';
import {
  callerAtCarrier,
  carrierUri,
  type Changes,
  type Chance,
  type CheckOutcome,
  chooseCarriers,
  type CommitOutcome,
  dialledDigits,
  Draft,
  type HealthStatus,
  type NextHop,
  type PlannedLeg,
  type ProviderRow,
  type Put,
  type Store,
  callerUser,
} from '@parley/core';
import type { OutgoingRequest, RequestId } from '@parley/sip';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Reach, Reached } from '../switchboard/calls-out.ts';
import type { LocationWanted } from '../switchboard/locator.ts';
import { CustomerNumbers } from './customer-numbers.ts';
import { HealthWatch, type ResponseOutput } from './health-watch.ts';
import { OutboundRegistrations } from './outbound-registrations.ts';
import { type Admission, ProviderCaps } from './provider-caps.ts';
import { ProviderBook } from './provider-book.ts';
import { RouteMemory } from './route-memory.ts';
import { TrunkGate, type TrunkGateDeps } from './trunk-gate.ts';

export interface CarriersDeps {
  readonly store: Pick<Store, 'find' | 'findByParent' | 'get' | 'list' | 'live'>;
  /** The commit pipeline. */
  readonly submit: (changes: Changes) => Promise<CommitOutcome>;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly reach: Reach;
  /** A request of ours outside of calls; its answer comes to `responded`. Undefined: a bug kept it. */
  readonly request: (wanted: OutgoingRequest) => RequestId | undefined;
  /** The host in our addresses. */
  readonly ownHost: () => string;
  readonly registrar: TrunkGateDeps['registrar'];
  readonly log: Logger;
}

export interface CarrierFigures {
  readonly providers: Readonly<Record<HealthStatus, number>>;
  readonly trunks: number;
  readonly registrations: { readonly registered: number; readonly wanted: number };
  /** Attempts that were not made, because a provider had no room for them. */
  readonly limited: { readonly maxCalls: number; readonly callsPerSecond: number };
  readonly checks: Readonly<Record<CheckOutcome, number>>;
}

/** While a provider stays as it is, the time of its check is written no more often than that. */
const writeEveryMs = 600_000;
/** Of the health of a provider against changes by clients, such as a route that is made to it at this moment. */
const writeAttempts = 5;

/**
 * Everything between calls and carriers: which providers a number is dialled through and as whom, how many calls they
 * take, whether they are well and know us, and who calls in over trunks.
 */
export class Carriers {
  readonly trunks: TrunkGate;
  readonly #deps: CarriersDeps;
  readonly #providers = new ProviderBook();
  readonly #routes: RouteMemory;
  readonly #numbers: CustomerNumbers;
  readonly #caps = new ProviderCaps();
  readonly #watch: HealthWatch;
  readonly #registrations: OutboundRegistrations;
  readonly #limited = { maxCalls: 0, callsPerSecond: 0 };
  readonly #checks = { answered: 0, silent: 0, broken: 0 };
  /** Whether providers are talked to. */
  #working = false;

  constructor(deps: CarriersDeps) {
    const { store, clock, chance, request, registrar, log } = deps;
    this.#deps = deps;
    this.#routes = new RouteMemory(store);
    this.#numbers = new CustomerNumbers(store);
    this.trunks = new TrunkGate({
      registrar,
      accountsAt: (address) => this.#registrations.accountsAt(address),
      now: () => clock.now().mono,
    });
    const fraction = (): number => chance.fraction();
    this.#watch = new HealthWatch({
      clock,
      fraction,
      request,
      question: (id) => this.#question(id),
      checked: (id, outcome) => void this.#checked(id, outcome),
    });
    this.#registrations = new OutboundRegistrations({
      clock,
      fraction,
      request,
      log,
      token: () => chance.token(16),
      reach: (provider) => this.#reach(provider),
    });
  }

  /** Reads what there is, before anybody calls. */
  async start(): Promise<void> {
    const { store } = this.#deps;
    for (const { row } of await store.live('provider')) this.#providers.changed(row);
    for (const { row } of await store.live('trunk')) this.trunks.changed(row);
  }

  /** SIP can be sent from now on: checks providers and registers with them. */
  work(): void {
    this.#working = true;
    for (const provider of this.#providers.all()) this.#attend(provider, true, true);
  }

  /** Takes registrations back and asks nobody any more. */
  stop(): void {
    this.#working = false;
    this.#watch.stop();
    this.#registrations.stop();
  }

  /** These rows have just become durable. */
  changed(puts: readonly Put[]): void {
    this.#routes.changed(puts);
    this.#numbers.changed(puts);
    for (const put of puts) {
      if (put.kind === 'trunk') this.trunks.changed(put.row);
      if (put.kind === 'provider') this.#providerChanged(put.row);
    }
  }

  /** An answer to a request of ours. Later: the request may not have been told its name yet. */
  responded(response: ResponseOutput): void {
    queueMicrotask(() => {
      if (!this.#watch.receive(response)) this.#registrations.receive(response);
    });
  }

  /** How a telephone number is reached. */
  async legTo(wanted: LocationWanted, destination: PlannedLeg['destination']): Promise<PlannedLeg> {
    const noWay = (problem: string): PlannedLeg => ({ destination, attempts: [], problem });
    const number = dialledDigits(destination.target);
    if (number === undefined) return noWay(`${destination.target} is no telephone number`);
    const { customerId, source } = wanted;
    const routes = await this.#routes.find(customerId, number);
    const choice = chooseCarriers(number, routes, (id) => this.#providerOf(customerId, id));
    if (!choice.ok) return noWay(choice.problem);
    const digits = source.type === 'tel' ? dialledDigits(callerUser(source)) : undefined;
    const [ownNumber, firstNumber] = await Promise.all([
      digits === undefined ? undefined : this.#numbers.own(customerId, digits),
      this.#numbers.first(customerId),
    ]);
    const rights = { ownNumber, firstNumber, ownHost: this.#deps.ownHost() };
    const attempts = choice.providers.map((provider) => {
      const { any_caller_id: anyCallerId, username: account } = provider;
      const { from, headers } = callerAtCarrier(wanted, { ...rights, anyCallerId, account });
      const technical = Object.entries(provider.tech_headers).map(([name, value]) => ({ name, value }));
      return {
        uri: carrierUri(provider, number),
        nextHop: hopTo(provider),
        from,
        headers: [...technical, ...headers],
        providerId: provider.id,
        ...(provider.codecs !== '' && { codecs: provider.codecs.split(',') }),
      };
    });
    return { destination, attempts };
  }

  /** What a provider is told when it asks who we are; undefined: it does not ask. */
  credentialsOf(providerId: string): Reached['credentials'] {
    const provider = this.#providers.find(providerId);
    if (provider === undefined || provider.username === '') return undefined;
    return { username: provider.username, password: provider.password };
  }

  /** Room for one more call at a provider; undefined: it is gone. */
  admit(providerId: string): Admission | undefined {
    const provider = this.#providers.find(providerId);
    if (provider === undefined) return undefined;
    const { max_calls: most } = provider;
    const isFull = most > 0 && this.#caps.live(providerId) >= most;
    const admission = this.#caps.take(provider, this.#deps.clock.now().mono);
    if (!admission.ok) this.#limited[isFull ? 'maxCalls' : 'callsPerSecond'] += 1;
    return admission;
  }

  figures(): CarrierFigures {
    const count = (status: HealthStatus): number => this.#providers.count(status);
    return {
      providers: { unknown: count('unknown'), healthy: count('healthy'), unhealthy: count('unhealthy') },
      trunks: this.trunks.size,
      registrations: this.#registrations.sizes(),
      limited: { ...this.#limited },
      checks: { ...this.#checks },
    };
  }

  #providerOf(customerId: string, id: string): ProviderRow | undefined {
    const provider = this.#providers.find(id);
    return provider?.customer_id === customerId ? provider : undefined;
  }

  #providerChanged(row: ProviderRow): void {
    const change = this.#providers.changed(row);
    if (change !== undefined) return this.#attend(row, change.moved, change.accountChanged);
    this.#watch.unwatch(row.id);
    this.#registrations.drop(row.id);
    this.#caps.forget(row.id);
  }

  /** Checks it when it is in use, and registers with it when it is to be. */
  #attend(provider: ProviderRow, moved: boolean, accountChanged: boolean): void {
    if (!this.#working) return;
    const { id, register } = provider;
    const inUse = register || provider.allowed_prefixes.length > 0;
    if (!inUse) this.#watch.unwatch(id);
    else if (moved || !this.#watch.watches(id)) this.#watch.watch(id);
    if (!register) this.#registrations.drop(id);
    else if (accountChanged) this.#registrations.keep(provider);
  }

  async #reach(provider: ProviderRow): Promise<Reached> {
    const { hostname, id } = provider;
    const from = { displayName: '', user: '', host: undefined };
    const nextHop = hopTo(provider);
    return await this.#deps.reach({ uri: `sip:${hostname}`, nextHop, from, headers: [], providerId: id });
  }

  async #question(providerId: string): Promise<OutgoingRequest> {
    const provider = this.#providers.find(providerId);
    if (provider === undefined) throw new Error('the provider is gone');
    const { path } = await this.#reach(provider);
    const { hostname, port, transport } = provider;
    const at = port === 0 ? hostname : `${hostname}:${port}`;
    const uri = `sip:${at}${transport === 'udp' ? '' : `;transport=${transport}`}`;
    return { method: 'OPTIONS', uri, nextHop: path, headers: [['Accept', 'application/sdp']] };
  }

  async #checked(providerId: string, outcome: CheckOutcome): Promise<void> {
    const { log } = this.#deps;
    this.#checks[outcome] += 1;
    const before = this.#providers.find(providerId);
    const status = this.#providers.checked(providerId, outcome);
    if (before === undefined || status === undefined) return;
    const about = { provider_id: providerId, provider: before.hostname };
    if (status !== before.health_status) {
      if (status === 'unhealthy') log.warn(about, 'a provider does not answer; it is tried last from now on');
      else log.info(about, `a provider is ${status}`);
    }
    try {
      await this.#write(providerId, status);
    } catch (error) {
      log.warn({ ...about, err: error }, 'the health of a provider could not be written');
    }
  }

  /** Lost against a change by a client it is written over what that has made of it; lost again and again, after the next check. */
  async #write(providerId: string, status: HealthStatus): Promise<void> {
    for (let attempt = 0; attempt < writeAttempts; attempt += 1)
      if (await this.#tryToWrite(providerId, status)) return;
  }

  /** True: it stands there, or there is nothing to write. */
  async #tryToWrite(providerId: string, status: HealthStatus): Promise<boolean> {
    const { store, clock, chance, submit } = this.#deps;
    const stored = await store.get('provider', providerId);
    if (stored === undefined || this.#providers.find(providerId) === undefined) return true;
    const now = clock.now();
    const { row, version } = stored;
    const age = now.wall - (parseTimestamp(row.health_checked_at) ?? 0);
    const isOld = age < 0 || age > writeEveryMs * 1000;
    if (row.health_status === status && !isOld) return true;
    const draft = new Draft(now, chance);
    draft.require('provider', providerId, version);
    const checkedAt = formatTimestamp(now.wall satisfies Instant);
    draft.put('provider', { ...row, health_status: status, health_checked_at: checkedAt });
    return (await submit(draft)).ok;
  }
}

function hopTo({ hostname, port, transport }: ProviderRow): NextHop {
  return {
    host: hostname,
    port: port === 0 ? undefined : port,
    transport: transport === 'tcp' ? 'TCP' : 'UDP',
  };
}
