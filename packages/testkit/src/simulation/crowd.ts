import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint, VirtualNetwork } from '../virtual-network.ts';
import type { VirtualStreams } from '../virtual-streams.ts';
import type { HearingChecker } from './hearing-checker.ts';
import { type CallerPlan, drawCallerPlan, drawWaitingPlan, SimCaller } from './sim-caller.ts';
import { SimCallee } from './sim-callee.ts';
import { SimPhone, type Voice } from './sim-phone.ts';
import { voiceOf } from './sim-voice.ts';
import { simDomain, simPassword, type Site } from './site.ts';
import type { WireChecker } from './wire-checker.ts';

/** One after the other says something, so that each can be told apart from the others. */
const turnMs = 200;
/** Later in a call voices are raised less often: long calls cost the simulation little. */
const eagerMs = 15_000;
const laterTurns = 8;

export interface CrowdDeps {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly streams: VirtualStreams;
  readonly chance: SeededChance;
  readonly server: Endpoint;
  readonly hearing: HearingChecker;
  readonly wire: WireChecker;
}

/** Phones of people who only call, as `10.0.1.x`. */
const callersAt = '10.0.1.';
/** Phones that can be called: `10.0.2.x` are believed by their address, `10.0.3.x` have to log in for each call. */
const trustedAt = '10.0.2.';
const strangersAt = '10.0.3.';

export function isTrusted(address: string): boolean {
  return !address.startsWith(strangersAt);
}

/** All phones, and those who hold them. */
export class Crowd {
  readonly phones: SimPhone[] = [];
  readonly callers: SimCaller[] = [];
  readonly callees: SimCallee[] = [];
  readonly #deps: CrowdDeps;
  readonly #counts: { readonly callers: number; readonly called: readonly string[] };

  constructor(deps: CrowdDeps) {
    this.#deps = deps;
    const { chance } = deps;
    const called = Array.from({ length: chance.happens(0.15) ? 0 : chance.between(2, 6) }, (_, index) =>
      chance.happens(0.8) ? `${trustedAt}${index + 1}` : `${strangersAt}${index + 1}`,
    );
    this.#counts = { callers: chance.between(1, 5), called };
  }

  /** Where phones are that can be called. */
  get addresses(): readonly string[] {
    return this.#counts.called;
  }

  /** Everybody begins to do what they are going to do. */
  begin(site: Site): void {
    const { chance } = this.#deps;
    for (const address of this.#counts.called) this.#addCalled(address, site);
    for (let index = 0; index < this.#counts.callers; index += 1) {
      const phone = this.#addPhone(`${callersAt}${index + 1}`, undefined);
      if (chance.happens(0.5)) this.#addCallers(phone, () => drawWaitingPlan(chance, site.hotlines));
      else this.#addCallers(phone, () => drawCallerPlan(chance, site.numbers));
    }
    for (const [index, phone] of this.phones.entries()) {
      phone.voice = this.#voice(index);
      this.#deps.hearing.know(phone.address.address, index);
    }
    for (const { registration } of this.phones) {
      if (registration === undefined) continue;
      const atMs = chance.happens(0.8) ? chance.between(0, 200) : chance.between(200, 5_000);
      this.#deps.clock.after(atMs, () => registration.register());
    }
  }

  /** Phones leave, so that nothing is registered any more; some of them without a word. */
  leave(): void {
    for (const { registration } of this.phones) registration?.leave();
  }

  phoneAt(address: string): SimPhone | undefined {
    return this.phones.find((phone) => phone.address.address === address);
  }

  #addCalled(address: string, site: Site): void {
    const { chance, clock } = this.#deps;
    // Each extension has a phone before one of them has several.
    const extension = site.extensions[this.phones.length] ?? chance.pick(site.extensions);
    const phone = this.#addPhone(address, extension);
    this.callees.push(new SimCallee(clock, phone, chance.fork()));
    const anybody = [...site.extensions, ...site.numbers];
    if (chance.happens(0.3)) this.#addCallers(phone, () => drawCallerPlan(chance, anybody));
  }

  #addPhone(address: string, extension: string | undefined): SimPhone {
    const { clock, network, streams, chance, server, hearing, wire } = this.#deps;
    const account = extension !== undefined && {
      user: extension,
      password: simPassword,
      domain: simDomain,
      registrar: server,
      expiresS: chance.pick([60, 600, 600, 3600]),
    };
    const phone = new SimPhone({
      clock,
      network,
      streams,
      chance: chance.fork(),
      address: { address, port: 5060 },
      transport: chance.pick(['UDP', 'TCP']),
      ...(account && { account }),
      ears: {
        sentSip: (bytes) => wire.phoneSentSip(bytes, address),
        said: (bytes, port) => hearing.said(address, port, bytes),
        heard: (bytes, port) => hearing.hears(address, port, bytes),
      },
    });
    this.phones.push(phone);
    return phone;
  }

  /** Calls are made with it, one after the other or while it is in use. */
  #addCallers(phone: SimPhone, plan: () => CallerPlan): void {
    const { chance, clock, server } = this.#deps;
    for (let calls = chance.between(1, 2); calls > 0; calls -= 1)
      this.callers.push(new SimCaller(clock, phone, plan(), server));
  }

  #voice(index: number): Voice {
    const { clock } = this.#deps;
    const roundMs = turnMs * this.phones.length;
    const turnAt = index * turnMs;
    return {
      clip: voiceOf(index),
      pauseMs(talkingMs) {
        const rest = (clock.ms - turnAt) % roundMs;
        const next = rest < 0 ? -rest : roundMs - rest;
        return talkingMs < eagerMs ? next : next + roundMs * (laterTurns - 1);
      },
    };
  }
}
