/**
 * One registration of ours with a registrar (RFC 3261 section 10.2), for as long as it is wanted.
 *
 *  idle ─register─► asking ─2xx─► registered ─time─► asking ...
 *                     └─refusal, silence─► waiting ─time─► asking
 *  any ─unregister─► leaving (Expires: 0) ─any response─► idle
 */
import { none, type Step } from '../transaction/step.ts';

export type RegistrationState =
  | { readonly kind: 'idle' }
  /** A REGISTER is out; the engine's transaction, which always ends, is the outer timer. */
  | {
      readonly kind: 'asking';
      readonly expiresS: number;
      readonly failures: number;
      /** Until when the registrar knows us from before. */
      readonly boundUntil: number | undefined;
      /** Not wanted any more: to be taken back as soon as this one is answered. */
      readonly unwanted: boolean;
    }
  | {
      readonly kind: 'registered';
      readonly expiresS: number;
      readonly refreshAt: number;
      readonly boundUntil: number;
    }
  | {
      readonly kind: 'waiting';
      readonly expiresS: number;
      readonly failures: number;
      readonly retryAt: number;
      readonly boundUntil: number | undefined;
    }
  /** Our REGISTER with Expires 0 is out. `againS`: wanted again, for so long, as soon as it is answered. */
  | { readonly kind: 'leaving'; readonly againS: number | undefined };

/** `chance`: 0 up to 1, spreads refreshes and retries of many clients. */
export type RegistrationInput =
  | { readonly kind: 'register'; readonly expiresS: number }
  | { readonly kind: 'unregister' }
  | { readonly kind: 'accepted'; readonly expiresS: number; readonly chance: number }
  /** 423 (RFC 3261 section 21.4.17). */
  | { readonly kind: 'tooBrief'; readonly minExpiresS: number; readonly chance: number }
  | {
      readonly kind: 'failed';
      readonly status: number;
      readonly retryAfterS: number | undefined;
      readonly chance: number;
    }
  | { readonly kind: 'timer' };

export type RegistrationEffect =
  | { readonly kind: 'send'; readonly expiresS: number }
  | { readonly kind: 'report'; readonly status: RegistrationStatus };

/** How it stands, for the owner. Times in the monotonic milliseconds of `now`. */
export type RegistrationStatus =
  | { readonly kind: 'registered'; readonly until: number }
  /** The registrar refused or does not answer; `registeredUntil`: it still knows us from before. */
  | {
      readonly kind: 'failed';
      readonly status: number;
      readonly retryAt: number;
      readonly registeredUntil: number | undefined;
    }
  /** Calls do not reach us any more; tried on. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'unregistered' };

type RegistrationStep = Step<RegistrationState, RegistrationEffect>;
type In<Kind extends RegistrationState['kind']> = Extract<RegistrationState, { kind: Kind }>;

/** Backing off as RFC 5626 section 4.5 does: doubled with each failure, half of it by chance. */
const baseBackOffMs = 10_000;
const maxBackOffMs = 600_000;
/** A registrar that wants longer ones is not to be believed. */
const maxExpiresS = 86_400;
/** A REGISTER may take 32 s to fail; there should be time for one more before the binding is gone. */
const reserveMs = 70_000;

export const unregistered: RegistrationState = { kind: 'idle' };

export function stepRegistration(
  state: RegistrationState,
  input: RegistrationInput,
  now: number,
): RegistrationStep {
  switch (state.kind) {
    case 'idle':
      return input.kind === 'register' ? ask(input.expiresS, 0, undefined) : stay(state);
    case 'asking':
      return asking(state, input, now);
    case 'registered':
      return registered(state, input, now);
    case 'waiting':
      return waiting(state, input, now);
    case 'leaving':
      return leaving(state, input);
  }
}

export function registrationWakeAt(state: RegistrationState): number | undefined {
  switch (state.kind) {
    case 'registered':
      return state.refreshAt;
    case 'waiting':
      return Math.min(state.retryAt, state.boundUntil ?? state.retryAt);
    case 'asking':
      return state.boundUntil;
    case 'idle':
    case 'leaving':
      return undefined;
  }
}

function stay(state: RegistrationState): RegistrationStep {
  return { state, effects: none };
}

function ask(expiresS: number, failures: number, boundUntil: number | undefined): RegistrationStep {
  return {
    state: { kind: 'asking', expiresS, failures, boundUntil, unwanted: false },
    effects: [{ kind: 'send', expiresS }],
  };
}

function leave(): RegistrationStep {
  return { state: { kind: 'leaving', againS: undefined }, effects: [{ kind: 'send', expiresS: 0 }] };
}

/** No second REGISTER before the first has its final response (section 10.2). */
function asking(state: In<'asking'>, input: RegistrationInput, now: number): RegistrationStep {
  switch (input.kind) {
    case 'register':
      return stay({ ...state, expiresS: input.expiresS, unwanted: false });
    case 'unregister':
      return stay({ ...state, unwanted: true });
    case 'accepted':
      if (state.unwanted) return leave();
      return accepted(state.expiresS, input.expiresS, input.chance, now);
    case 'tooBrief':
      if (state.unwanted) return gone();
      if (input.minExpiresS > state.expiresS && input.minExpiresS <= maxExpiresS) {
        return ask(input.minExpiresS, state.failures, state.boundUntil);
      }
      return failed(state, 423, undefined, input.chance, now);
    case 'failed':
      if (state.unwanted) return state.boundUntil === undefined ? gone() : leave();
      return failed(state, input.status, input.retryAfterS, input.chance, now);
    case 'timer':
      return expired(state, now);
  }
}

/** What the registrar knew of us from before has run out. */
function expired(state: In<'asking'> | In<'waiting'>, now: number): RegistrationStep {
  if (state.boundUntil === undefined || now < state.boundUntil) return stay(state);
  return {
    state: { ...state, boundUntil: undefined },
    effects: [{ kind: 'report', status: { kind: 'expired' } }],
  };
}

function gone(): RegistrationStep {
  return { state: unregistered, effects: [{ kind: 'report', status: { kind: 'unregistered' } }] };
}

/** The registrar may grant less than was asked for. */
function accepted(askedS: number, grantedS: number, chance: number, now: number): RegistrationStep {
  const grantedMs = grantedS * 1000;
  const latestMs = Math.max(grantedMs - reserveMs, grantedMs / 2);
  const refreshAt = now + Math.round(Math.min(grantedMs * (0.7 + 0.15 * chance), latestMs));
  const boundUntil = now + grantedMs;
  return {
    state: { kind: 'registered', expiresS: askedS, refreshAt, boundUntil },
    effects: [{ kind: 'report', status: { kind: 'registered', until: boundUntil } }],
  };
}

function failed(
  state: In<'asking'>,
  status: number,
  retryAfterS: number | undefined,
  chance: number,
  now: number,
): RegistrationStep {
  const { expiresS, failures } = state;
  const fullMs = Math.min(baseBackOffMs * 2 ** failures, maxBackOffMs);
  const waitMs = Math.max(fullMs * (0.5 + 0.5 * chance), Math.min((retryAfterS ?? 0) * 1000, maxBackOffMs));
  const retryAt = now + Math.round(waitMs);
  const holds = state.boundUntil !== undefined && state.boundUntil > now;
  const boundUntil = holds ? state.boundUntil : undefined;
  const report: RegistrationEffect = {
    kind: 'report',
    status: { kind: 'failed', status, retryAt, registeredUntil: boundUntil },
  };
  // Counting on beyond the longest wait would only overflow.
  return {
    state: { kind: 'waiting', expiresS, failures: Math.min(failures + 1, 10), retryAt, boundUntil },
    effects: [report],
  };
}

function registered(state: In<'registered'>, input: RegistrationInput, now: number): RegistrationStep {
  switch (input.kind) {
    case 'unregister':
      return leave();
    case 'register':
      return ask(input.expiresS, 0, state.boundUntil);
    case 'timer':
      return now < state.refreshAt ? stay(state) : ask(state.expiresS, 0, state.boundUntil);
    case 'accepted':
    case 'failed':
    case 'tooBrief':
      return stay(state);
  }
}

function waiting(state: In<'waiting'>, input: RegistrationInput, now: number): RegistrationStep {
  switch (input.kind) {
    case 'unregister':
      return state.boundUntil === undefined ? gone() : leave();
    case 'register':
      return ask(input.expiresS, 0, state.boundUntil);
    case 'timer':
      if (now >= state.retryAt) return ask(state.expiresS, state.failures, state.boundUntil);
      return expired(state, now);
    case 'accepted':
    case 'failed':
    case 'tooBrief':
      return stay(state);
  }
}

/** Whatever the registrar says, we are gone; the binding it may have kept runs out. */
function leaving(state: In<'leaving'>, input: RegistrationInput): RegistrationStep {
  switch (input.kind) {
    case 'register':
      return stay({ kind: 'leaving', againS: input.expiresS });
    case 'unregister':
      return stay({ kind: 'leaving', againS: undefined });
    case 'accepted':
    case 'failed':
    case 'tooBrief':
      return state.againS === undefined ? gone() : ask(state.againS, 0, undefined);
    case 'timer':
      return stay(state);
  }
}
