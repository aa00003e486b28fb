import { Deadlines, type Monotonic, type ProviderRow } from '@parley/core';
import {
  createRegistrationClient,
  type OutgoingRequest,
  type Path,
  type RegistrationClient,
  type RegistrationStatus,
  type RequestId,
} from '@parley/sip';
import type { Logger } from 'pino';
import { Alarm, type Clock } from '../clock.ts';
import type { Reached } from '../switchboard/calls-out.ts';
import type { ResponseOutput } from './health-watch.ts';

export interface OutboundRegistrationsDeps {
  readonly clock: Clock;
  readonly fraction: () => number;
  readonly token: () => string;
  /** Where that provider is; rejects when its host has no address. */
  readonly reach: (provider: ProviderRow) => Promise<Reached>;
  readonly request: (wanted: OutgoingRequest) => RequestId | undefined;
  readonly log: Logger;
}

/** What a provider knows us by. */
export interface Account {
  readonly customerId: string;
  readonly username: string;
}

/** As long as carriers like: short enough that one that has lost us knows us again soon. */
const expiresS = 600;
/** Until a name without an address is looked up again. */
const lookAgainMs = 60_000;

interface Registration {
  readonly provider: ProviderRow;
  client: RegistrationClient | undefined;
  /** Changes when its name leads elsewhere. */
  path: Path | undefined;
  isRegistered: boolean;
  /** What the log was told last: a registrar that is down for a day is one line. */
  told: string;
}

/** Keeps us registered with the providers that want it (RFC 3261 section 10). */
export class OutboundRegistrations {
  readonly #deps: OutboundRegistrationsDeps;
  readonly #registrations = new Map<string, Registration>();
  /** Ones that are being taken back; only their last answer is awaited. */
  readonly #leaving = new Set<RegistrationClient>();
  readonly #deadlines = new Deadlines();
  readonly #alarm: Alarm;

  constructor(deps: OutboundRegistrationsDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.#wake());
  }

  sizes(): { readonly registered: number; readonly wanted: number } {
    const all = [...this.#registrations.values()];
    return { registered: all.filter(({ isRegistered }) => isRegistered).length, wanted: all.length };
  }

  isRegistered(providerId: string): boolean {
    return this.#registrations.get(providerId)?.isRegistered === true;
  }

  /** Our accounts with the server at that address, which may send us calls for them. */
  accountsAt(address: string): readonly Account[] {
    const found: Account[] = [];
    for (const { isRegistered, path, provider } of this.#registrations.values())
      if (isRegistered && path?.remote.address === address)
        found.push({ customerId: provider.customer_id, username: provider.username });
    return found;
  }

  /** From now on, with this account; again: with another one, or elsewhere. */
  keep(provider: ProviderRow): void {
    this.drop(provider.id);
    const kept: Registration = {
      provider,
      client: undefined,
      path: undefined,
      isRegistered: false,
      told: '',
    };
    this.#registrations.set(provider.id, kept);
    void this.#locate(kept);
  }

  /** Takes it back, if there is one. */
  drop(providerId: string): void {
    const kept = this.#registrations.get(providerId);
    if (kept === undefined) return;
    this.#registrations.delete(providerId);
    this.#setAlarm(providerId, undefined);
    if (kept.client === undefined) return;
    this.#leaving.add(kept.client);
    kept.client.unregister(this.#deps.clock.now().mono);
  }

  /** Takes all back; the answers are not waited for. */
  stop(): void {
    for (const providerId of this.#registrations.keys()) this.drop(providerId);
  }

  /** False: no answer to a REGISTER of ours. */
  receive(response: ResponseOutput): boolean {
    const { mono } = this.#deps.clock.now();
    for (const client of this.#leaving) if (client.receive(response, mono)) return true;
    for (const [providerId, { client }] of this.#registrations) {
      if (client?.receive(response, mono) !== true) continue;
      this.#setAlarm(providerId, client.wakeAt());
      return true;
    }
    return false;
  }

  #wake(): void {
    const { mono } = this.#deps.clock.now();
    for (let id = this.#deadlines.takeDue(mono); id !== undefined; id = this.#deadlines.takeDue(mono)) {
      const kept = this.#registrations.get(id);
      if (kept === undefined) continue;
      if (kept.client === undefined) void this.#locate(kept);
      else kept.client.wake(mono);
      this.#setAlarm(id, kept.client?.wakeAt());
    }
    this.#alarm.set(this.#deadlines.next());
  }

  /** Finds its server, which may have moved; the first time, registers. */
  async #locate(kept: Registration): Promise<void> {
    const { id } = kept.provider;
    const isStill = (): boolean => this.#registrations.get(id) === kept;
    try {
      const { path } = await this.#deps.reach(kept.provider);
      if (!isStill()) return;
      kept.path = path;
      if (kept.client !== undefined) return;
      kept.client = this.#clientOf(kept, path);
      kept.client.register(this.#deps.clock.now().mono);
      this.#setAlarm(id, kept.client.wakeAt());
    } catch (error) {
      if (!isStill()) return;
      this.#tell(kept, error instanceof Error ? error.message : 'its host has no address');
      if (kept.client === undefined) this.#setAlarm(id, this.#deps.clock.now().mono + lookAgainMs);
    }
  }

  #clientOf(kept: Registration, first: Path): RegistrationClient {
    const { username, password, hostname } = kept.provider;
    const { address, port } = first.local;
    const host = address.includes(':') ? `[${address}]` : address;
    const transport = first.transport === 'UDP' ? '' : `;transport=${first.transport.toLowerCase()}`;
    const user = encodeURIComponent(username).replaceAll('%2B', '+');
    const client: RegistrationClient = createRegistrationClient(
      {
        registrar: `sip:${hostname}`,
        account: { uri: `sip:${user}@${hostname}` },
        contact: `sip:${user}@${host}:${port}${transport}`,
        get nextHop() {
          return kept.path ?? first;
        },
        credentials: { username, password },
        expiresS,
      },
      {
        request: (wanted) => this.#send(wanted),
        token: () => this.#deps.token(),
        chance: () => this.#deps.fraction(),
        report: (status) => this.#reported(kept, client, status),
      },
    );
    return client;
  }

  /** Undefined is a bug in the engine, which has been told; then the answer is one that never comes. */
  #send(wanted: OutgoingRequest): RequestId {
    return this.#deps.request(wanted) ?? (this.#deps.token() as RequestId);
  }

  #reported(kept: Registration, client: RegistrationClient, status: RegistrationStatus): void {
    if (status.kind === 'unregistered') this.#leaving.delete(client);
    if (this.#registrations.get(kept.provider.id) !== kept) return;
    kept.isRegistered =
      status.kind === 'registered' || (status.kind === 'failed' && status.registeredUntil !== undefined);
    if (status.kind === 'registered') this.#tell(kept, undefined);
    if (status.kind !== 'failed') return;
    this.#tell(kept, `it answered ${status.status}`);
    void this.#locate(kept);
  }

  #tell(kept: Registration, problem: string | undefined): void {
    const text = problem ?? 'registered';
    if (kept.told === text) return;
    kept.told = text;
    const about = { provider_id: kept.provider.id, provider: kept.provider.hostname };
    if (problem === undefined) this.#deps.log.info(about, 'registered with a provider');
    else this.#deps.log.warn({ ...about, problem }, 'cannot register with a provider; tried on');
  }

  #setAlarm(providerId: string, at: number | undefined): void {
    this.#deadlines.set(providerId, at as Monotonic | undefined);
    this.#alarm.set(this.#deadlines.next());
  }
}
