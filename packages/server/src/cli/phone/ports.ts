import type { MediaCommands, MediaEvent } from '@parley/media';
import type { Address, DigestHash, Token } from '@parley/sip';
import type { Clock } from '../../clock.ts';

/** Everything the phone needs from the world. */
export interface PhonePorts {
  readonly clock: Clock;
  /** Cryptography and chance of the SIP engine. */
  readonly hash: DigestHash;
  readonly token: Token;
  readonly line: SipLine;
  readonly createMedia: (onEvent: (event: MediaEvent) => void) => MediaCommands;
}

/** The way to the one server that is called. */
export interface SipLine {
  readonly local: Address;
  readonly remote: Address;
  send(bytes: Uint8Array): void;
}

export interface SipLineListener {
  received(bytes: Uint8Array): void;
  /** The system says that nobody is there. */
  failed(): void;
}
