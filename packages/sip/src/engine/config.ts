import type { DigestHash, Token } from '../digest.ts';
import { type AudioCodec, defaultAudioCodecs } from '../audio-codec.ts';
import { defaultLimits, type SipLimits } from '../limits.ts';
import type { SipRequest } from '../message.ts';
import type { Address, Path } from '../transaction/path.ts';
import { rfcTimers, type TimerValues } from '../transaction/timer-values.ts';
import type { SipUri } from '../uri.ts';
import { minSessionS } from './session-expiry.ts';
import type { Refusal } from './call-state.ts';

/** Chance and cryptography come from outside. */
export interface SipEngineDeps {
  readonly hash: DigestHash;
  /** Fresh, unguessable hex of at least 64 bits: tags, branches, ids. */
  readonly token: Token;
}

/** Sizes no input can push the engine beyond. */
export interface EngineLimits {
  /** Client and server transactions together. Over UDP one lives 32 s, so this also bounds requests per second. */
  readonly maxTransactions: number;
  /** Calls together with dialogs that wait for the response to their BYE. */
  readonly maxDialogs: number;
  /** Outputs not yet fetched with `next`; beyond it input is dropped until the owner drains. */
  readonly maxPendingOutputs: number;
  /** INVITE server transactions of one source address; keeps a flood from filling the table for all others. */
  readonly maxInvitesPerSource: number;
  /** An incoming call nobody answers or refuses gets 487 after this time. The owner normally decides much earlier. */
  readonly unansweredMs: number;
}

/** 10,000 calls at once and some 500 new ones a second, in well below 1 GB. */
export const defaultEngineLimits: EngineLimits = {
  maxTransactions: 65_536,
  maxDialogs: 20_000,
  maxPendingOutputs: 65_536,
  maxInvitesPerSource: 32_768,
  unansweredMs: 300_000,
};

export interface SipEngineConfig {
  /** Value of User-Agent and Server. */
  readonly userAgent: string;
  /** Our address as peers on that path must see it: Via sent-by and Contact. Must not change for a path. */
  local(path: Path): Address;
  readonly timers?: Partial<TimerValues>;
  /** In order of preference; default PCMU, PCMA, telephone-event 101. */
  readonly codecs?: readonly AudioCodec[];
  readonly limits?: Partial<EngineLimits>;
  readonly messageLimits?: SipLimits;
  /**
   * Session timer to ask for in calls we make (RFC 4028), in seconds, at least 90. Default: none is asked for, though
   * one the peer asks for is kept.
   */
  readonly sessionExpiresS?: number;
  /** Methods outside of dialogs that come out as `outOfDialog` instead of being answered 405: the registrar's seam. */
  readonly delegate?: readonly string[];
  /** Asked before any state is made for a request outside of a dialog; false drops it in silence. Default: all. */
  admit?(path: Path, method: string): boolean;
  /**
   * Asked about a delegated request before any state is made for it; what it returns is answered, and the owner never
   * sees the request. Challenges belong here: whoever cannot answer one costs no memory (RFC 3261 section 26.3.2.4).
   */
  screen?(request: SipRequest, path: Path, now: number): Refusal | undefined;
  /**
   * Finds the address of a next hop (Route or Contact URI) for a request inside of a dialog; `path` is the latest one
   * of that dialog. Undefined: the engine's own rule (IP addresses as written, anything else over `path`).
   */
  resolve?(uri: SipUri, path: Path): Path | undefined;
}

export interface ResolvedConfig extends SipEngineConfig {
  readonly timers: TimerValues;
  readonly codecs: readonly AudioCodec[];
  readonly limits: EngineLimits;
  readonly messageLimits: SipLimits;
  readonly delegate: readonly string[];
}

/** Throws on values with which the engine could not work. */
export function resolveConfig(config: SipEngineConfig): ResolvedConfig {
  const resolved: ResolvedConfig = {
    ...config,
    local: (path) => config.local(path),
    timers: { ...rfcTimers, ...config.timers },
    codecs: config.codecs ?? defaultAudioCodecs,
    limits: { ...defaultEngineLimits, ...config.limits },
    messageLimits: config.messageLimits ?? defaultLimits,
    delegate: config.delegate ?? [],
  };
  for (const [name, value] of [...Object.entries(resolved.timers), ...Object.entries(resolved.limits)]) {
    if (!(value > 0)) throw new Error(`SIP engine: ${name} must be greater than zero`);
  }
  if ((resolved.sessionExpiresS ?? minSessionS) < minSessionS) {
    throw new Error(`SIP engine: sessionExpiresS must be at least ${minSessionS}`);
  }
  if (resolved.codecs.length === 0) throw new Error('SIP engine: codecs must not be empty');
  return resolved;
}
