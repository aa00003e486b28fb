import type { MediaCommands, MediaEvent } from '@parley/media';
import { type CallId, createSipEngine, type Path, type SipEngine, type SipOutput } from '@parley/sip';
import { Alarm } from '@parley/server';
import type { Monotonic } from '@parley/core';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint, VirtualNetwork } from '../virtual-network.ts';
import { simDigestHash } from './sim-digest.ts';
import { createSimMedia } from './sim-media.ts';

/** What a caller is going to do; times in milliseconds from the call's beginning, or from its answer. */
export interface CallerPlan {
  readonly dial: string;
  readonly startMs: number;
  /** Gives up if nobody has answered by then. */
  readonly patienceMs: number;
  /** Keys, each with the time after the answer. */
  readonly keys: readonly { readonly atMs: number; readonly digits: string }[];
  /** Hangs up so long after the answer. */
  readonly hangupMs: number;
  /** Loses power so long after it dialled; undefined: never. */
  readonly vanishMs: number | undefined;
}

export type PhoneState = 'idle' | 'dialling' | 'talking' | 'ended' | 'gone';

/** A SIP phone with one call: the real engines on the virtual network. */
export class SimPhone {
  readonly plan: CallerPlan;
  readonly address: Endpoint;
  state: PhoneState = 'idle';
  /** Ends reported by its SIP engine; has to become exactly one. */
  ends = 0;
  readonly #clock: VirtualClock;
  readonly #network: VirtualNetwork;
  readonly #server: Endpoint;
  readonly #sip: SipEngine;
  readonly #alarm: Alarm;
  readonly #media: MediaCommands;
  readonly #unbind: () => void;
  #call: CallId | undefined;
  #mediaPort = 0;
  #dead = false;

  constructor(
    clock: VirtualClock,
    network: VirtualNetwork,
    chance: SeededChance,
    plan: CallerPlan,
    address: Endpoint,
    server: Endpoint,
  ) {
    this.plan = plan;
    this.address = address;
    this.#clock = clock;
    this.#network = network;
    this.#server = server;
    this.#sip = createSipEngine(
      { userAgent: 'SimPhone', local: () => address },
      { hash: simDigestHash, token: () => chance.token(8) },
    );
    this.#alarm = new Alarm(clock, () => this.#drive(() => this.#sip.wake(clock.ms)));
    this.#media = createSimMedia({
      clock,
      network,
      address: address.address,
      ports: { min: 20_000, max: 20_099 },
      random: () => chance.fraction(),
      rtpTimeoutMs: 0,
      isDead: () => this.#dead,
      onEvent: (event) => this.#mediaEvent(event),
    });
    this.#unbind = network.bind(address, (bytes) => {
      this.#drive(() => this.#sip.receive(bytes, this.#path(), clock.ms));
    });
    clock.after(plan.startMs, () => this.#dial());
    if (plan.vanishMs !== undefined) clock.after(plan.startMs + plan.vanishMs, () => this.#vanish());
  }

  get isFinished(): boolean {
    return this.state === 'ended' || this.state === 'gone';
  }

  get sizes(): ReturnType<SipEngine['sizes']> {
    return this.#sip.sizes();
  }

  #path(): Path {
    return { transport: 'UDP', local: this.address, remote: this.#server };
  }

  #dial(): void {
    if (this.#dead) return;
    this.state = 'dialling';
    this.#media.open('call');
  }

  #invite(): void {
    const { address } = this.address;
    const from = `sip:caller@${address}`;
    const to = `sip:${this.plan.dial}@${this.#server.address}`;
    this.#drive(() => {
      this.#call = this.#sip.call(
        {
          requestUri: to,
          from: { uri: from },
          to: { uri: to },
          path: this.#path(),
          local: { address, port: this.#mediaPort },
          timeoutMs: 60_000,
        },
        this.#clock.ms,
      );
    });
    this.#clock.after(this.plan.patienceMs, () => {
      if (this.state === 'dialling') this.#hangup();
    });
  }

  #hangup(): void {
    const call = this.#call;
    if (call === undefined || this.#dead) return;
    this.#drive(() => this.#sip.hangup(call, this.#clock.ms));
  }

  #vanish(): void {
    if (this.state === 'ended') return;
    this.#dead = true;
    this.state = 'gone';
    this.#unbind();
  }

  #drive(run: () => void): void {
    if (this.#dead) return;
    run();
    for (let output = this.#sip.next(); output !== undefined; output = this.#sip.next()) this.#heard(output);
    this.#alarm.set(this.#sip.wakeAt() as Monotonic | undefined);
  }

  #heard(output: SipOutput): void {
    if (output.kind === 'send') this.#network.send(this.address, output.path.remote, output.bytes);
    else if (output.kind === 'answered') this.#answered(output);
    else if (output.kind === 'ended') this.#ended();
  }

  #answered({ media }: Extract<SipOutput, { kind: 'answered' }>): void {
    this.state = 'talking';
    if (media !== undefined) this.#media.connect('call', media);
    for (const { atMs, digits } of this.plan.keys) this.#clock.after(atMs, () => this.#press(digits));
    this.#clock.after(this.plan.hangupMs, () => this.#hangup());
  }

  #press(digits: string): void {
    if (this.state !== 'talking') return;
    this.#media.digits('call', digits, { digits, durationMs: 80, gapMs: 60 });
  }

  #ended(): void {
    this.ends += 1;
    this.state = 'ended';
    this.#media.close('call');
  }

  #mediaEvent(event: MediaEvent): void {
    if (event.type !== 'opened') return;
    this.#mediaPort = event.port;
    this.#invite();
  }
}
