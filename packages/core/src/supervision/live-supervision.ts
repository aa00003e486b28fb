import type { SupervisionMode } from '@parley/contract';
import type { LiveCall } from '../call/live-call.ts';

/**
 * Somebody who hears a talk, or is being called to hear it, without being one of its parties. It goes on for as long as the
 * call that is supervised stays in its room. One who has taken over is a party like any other, and supervises no more.
 */
export interface LiveSupervision {
  readonly id: string;
  /** The call that is supervised. */
  readonly callId: string;
  readonly customerId: string;
  readonly roomId: string;
  mode: SupervisionMode;
  /** The agent who supervises. */
  agentId: string | undefined;
  /** The calls to the supervisor; undefined: its call was there already. */
  groupId: string | undefined;
  /** The call of the supervisor, from its answer on. */
  supervisorCallId: string | undefined;
  /** No agent was in the talk when it began: the call that is supervised counts as the one of the agent. */
  readonly agentless: boolean;
  readonly createdAt: string;
}

/** What a call has to do with the talk of another that it supervises. */
export interface Supervises {
  /** Of the supervision. */
  readonly id: string;
  /** The call that is supervised. */
  readonly callId: string;
  /** It has taken over: from then on it is one of the parties. */
  readonly party: boolean;
}

/**
 * A supervisor sits beside the talk: it is in the room, and none of those who are in it. It rings nobody, keeps no room
 * open, and closes none by leaving.
 */
export function isBeside({ supervises }: Readonly<Pick<LiveCall, 'supervises'>>): boolean {
  return supervises?.party === false;
}
