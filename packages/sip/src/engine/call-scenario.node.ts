import { given } from '../transaction/scenario.node.ts';
import { never } from '../transaction/step.ts';
import { callMachine } from './call-machine.ts';
import type { CallEffect } from './call-state.ts';
import { beginIncoming } from './incoming-states.ts';
import { beginOutgoing } from './outgoing-states.ts';
import type { EndCause } from './output.ts';

/** Starting points and words for the specs of the call machine. */
export const bye: EndCause = { kind: 'bye', q850: 16 };
export const cancel: EndCause = { kind: 'cancel' };
export const transport: EndCause = { kind: 'transport' };
export const hangup = { kind: 'hangup', refusal: { status: 480 } } as const;

export function end(by: 'remote' | 'local', cause: EndCause): CallEffect {
  return { kind: 'end', by, cause };
}

/** Given up at 300 s. */
export const incoming = () => given(callMachine, { state: beginIncoming(300_000), effects: [] });

/** Given up at 30 s, or after `silentMs` without a word. */
export const outgoing = (silentMs: number = never) =>
  given(callMachine, { state: beginOutgoing({ giveUpAt: 30_000, silentMs }, 0), effects: [] });
