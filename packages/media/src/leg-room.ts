import type { LegInput, RelayTarget } from './leg-input.ts';
import type { Connection } from './protocol.ts';
import { Relay } from './relay.ts';
import type { RoomMember } from './room-member.ts';
import type { Room } from './room.ts';
import type { AudioSource, RtpSender } from './rtp-sender.ts';
import { TelephoneEventSender } from './telephone-event-sender.ts';

/** Where a leg is in a room. */
export interface LegSeat {
  readonly room: Room;
  readonly member: RoomMember;
}

/** Keys of others that wait to be passed on; more are pressed by nobody. */
const MAX_PASSED_DIGITS = 32;
const PASSED_DIGIT_GAP_MS = 60;
/** A phone must be able to recognise a digit however short it was pressed. */
const MIN_DIGIT_MS = 60;

/** A leg's part in a room: whose packets are relayed to it, or that it is mixed, and which keys it is told. */
export class LegRoom {
  readonly #relay: Relay;
  seat: LegSeat | undefined;
  mixing = false;
  readonly #sender: RtpSender;
  readonly #input: LegInput;
  readonly #onMixing: () => void;
  #source: LegRoom | undefined;
  #passed: TelephoneEventSender | undefined;
  #connection: Connection | undefined;
  #tickAt = 0;

  constructor(sender: RtpSender, input: LegInput, packet: Uint8Array, onMixing: () => void) {
    this.#sender = sender;
    this.#input = input;
    this.#onMixing = onMixing;
    this.#relay = new Relay(sender, packet);
  }

  /** Must the leg be ticked for its room's sake? */
  get busy(): boolean {
    const digits = this.#passed !== undefined && !this.#passed.idle;
    return digits || (this.mixing && (this.#input.waiting > 0 || this.seat?.room.busy === true));
  }

  connect(connection: Connection, now: number): void {
    if (this.#connection === undefined) this.#tickAt = now;
    this.#connection = connection;
    this.seat?.member.setCodec(connection.codec);
    this.seat?.room.reconsider();
  }

  sit(seat: LegSeat | undefined): void {
    this.seat = seat;
    if (seat === undefined) {
      this.receiveFrom(undefined);
      this.setMixing(false);
    } else if (this.#connection !== undefined) {
      seat.member.setCodec(this.#connection.codec);
    }
  }

  /** Is it heard and does it hear by way of the mix? */
  setMixing(mixing: boolean): void {
    if (mixing === this.mixing) return;
    this.mixing = mixing;
    if (!mixing) this.#passed?.stop(this.#sender);
    this.#onMixing();
  }

  /** Has another's packets sent on to this leg's peer; `undefined`: nobody's any more. */
  receiveFrom(source: LegRoom | undefined): void {
    if (source !== this.#source) {
      this.#source?.forwardTo(undefined);
      this.#source = source;
      this.#relay.stop();
      if (source !== undefined) this.#relay.start(this.#tickAt);
    }
    source?.forwardTo(this.#target(source));
  }

  forwardTo(target: RelayTarget | undefined): void {
    this.#input.forwardTo(target);
  }

  /** A tick at `now`: false when it is the leg's to fill, neither the relay's nor covered by what was relayed before. */
  tick(now: number, silence: AudioSource | undefined): boolean {
    this.#tickAt = now;
    if (!this.#relay.on) return this.#relay.coversTick(now);
    this.#relay.tick(now, silence);
    return true;
  }

  skip(ticks: number): void {
    if (!this.#relay.on) this.#sender.pause(ticks);
  }

  /** A key pressed by somebody else in the room. */
  passDigit(digit: string, durationMs: number): void {
    if (this.#connection?.telephoneEventPayloadType === undefined) return;
    this.#passed ??= new TelephoneEventSender(PASSED_DIGIT_GAP_MS);
    if (this.#passed.waiting < MAX_PASSED_DIGITS)
      this.#passed.queue(digit, Math.max(MIN_DIGIT_MS, durationMs));
  }

  /** Says a key passed on; false when there is none and the tick is free for sound. */
  sayPassedDigits(): boolean {
    const passed = this.#passed;
    return passed !== undefined && !passed.idle && passed.tick(this.#sender);
  }

  #target(source: LegRoom): RelayTarget | undefined {
    const connection = this.#connection;
    if (connection === undefined) return undefined;
    const passes = source.seat?.member.mode.passDigits !== false;
    return {
      relay: this.#relay,
      codec: connection.codec,
      payloadType: connection.payloadType,
      eventPayloadType: passes ? connection.telephoneEventPayloadType : undefined,
    };
  }
}
