import type { Monotonic } from '@parley/core';
import { Alarm } from '@parley/server';
import {
  createRegistrationClient,
  type Credentials,
  type OutgoingRequest,
  type RegistrationClient,
  type RequestId,
  type SipOutput,
} from '@parley/sip';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint } from '../virtual-network.ts';

/** What a phone registers as. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly registrar: Endpoint;
  readonly expiresS: number;
}

export interface PhoneRegistrationDeps {
  readonly clock: VirtualClock;
  readonly chance: SeededChance;
  /** Of the phone. */
  readonly address: Endpoint;
  readonly transport: 'UDP' | 'TCP';
  /** The phone does nothing any more. */
  readonly isGone: () => boolean;
  /** Undefined: it could not be sent, as the phone is gone. */
  readonly request: (wanted: OutgoingRequest) => RequestId | undefined;
}

/** Keeps a phone registered from `register` to `leave`; after its connection broke it comes back by itself. */
export class PhoneRegistration {
  readonly uri: string;
  readonly credentials: Credentials;
  readonly #deps: PhoneRegistrationDeps;
  readonly #client: RegistrationClient;
  readonly #alarm: Alarm;
  #wanted = false;
  #status: 'registered' | 'not' = 'not';

  constructor(account: Account, deps: PhoneRegistrationDeps) {
    const { user, password, domain, registrar, expiresS } = account;
    const { clock, chance, address, transport } = deps;
    this.#deps = deps;
    this.uri = `sip:${user}@${domain}`;
    this.credentials = { username: user, password };
    const suffix = transport === 'TCP' ? ';transport=tcp' : '';
    this.#client = createRegistrationClient(
      {
        registrar: `sip:${domain}`,
        account: { uri: this.uri },
        contact: `sip:${user}@${address.address}:${address.port}${suffix}`,
        nextHop: { transport, local: address, remote: registrar },
        credentials: this.credentials,
        expiresS,
      },
      {
        request: (wanted) => deps.request(wanted) ?? ('' as RequestId),
        token: () => chance.token(8),
        chance: () => chance.fraction(),
        report: ({ kind }) => {
          this.#status = kind === 'registered' ? 'registered' : 'not';
        },
      },
    );
    this.#alarm = new Alarm(clock, () => this.#drive(() => this.#client.wake(clock.ms)));
  }

  get isRegistered(): boolean {
    return this.#status === 'registered';
  }

  /** Nothing is, or will be, sent any more. */
  get isAtRest(): boolean {
    return !this.#wanted && this.#client.wakeAt() === undefined;
  }

  register(): void {
    this.#wanted = true;
    this.#drive(() => this.#client.register(this.#deps.clock.ms));
  }

  leave(): void {
    this.#wanted = false;
    this.#drive(() => this.#client.unregister(this.#deps.clock.ms));
  }

  receive(response: Extract<SipOutput, { kind: 'response' }>): void {
    this.#drive(() => this.#client.receive(response, this.#deps.clock.ms));
  }

  disconnected(): void {
    const { clock, chance } = this.#deps;
    clock.after(chance.between(200, 3_000), () => {
      if (this.#wanted) this.register();
    });
  }

  #drive(run: () => void): void {
    if (this.#deps.isGone()) return;
    run();
    this.#alarm.set(this.#client.wakeAt() as Monotonic | undefined);
  }
}
