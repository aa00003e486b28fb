import type { Call, Confbridge, SupervisionMode } from '@parley/contract';
import type { Put } from '@parley/core';
import type { Connection } from '@parley/media';
import type { Endpoint } from '../virtual-network.ts';

/** The media of a call as the server was told of it: where its sound goes and comes from. */
export interface Wire {
  readonly phone: Endpoint;
  readonly direction: Connection['direction'];
}

/** One of two who are in the same room. */
export interface Member {
  readonly call: Call;
  readonly wire: Wire;
}

export interface Pair {
  readonly speaker: Member;
  readonly listener: Member;
  /** Whether the one has to hear the other; otherwise it may. */
  readonly isCertain: boolean;
}

/**
 * Whether a supervisor is heard by somebody. Who the agent is was said when the supervision began: rows tell it for
 * certain when it is the one that is supervised.
 */
function heardAs(
  mode: SupervisionMode,
  { call }: Member,
  supervisedId: string,
  members: readonly Member[],
): 'yes' | 'perhaps' | 'no' {
  if (mode !== 'whisper') return mode === 'barge' ? 'yes' : 'no';
  const isAgents = call.owner_type === 'agent';
  if (call.id === supervisedId) return isAgents ? 'yes' : 'perhaps';
  const supervised = members.find((member) => member.call.id === supervisedId);
  return isAgents && supervised?.call.owner_type !== 'agent' ? 'perhaps' : 'no';
}

/** Calls, rooms and media as they durably are: what has been written, and what the media was told after it. */
export class RoomWatch {
  readonly #calls = new Map<string, Call>();
  readonly #rooms = new Map<string, Confbridge>();
  readonly #wires = new Map<string, Wire>();

  /** True: something changed that decides who hears whom. */
  written(puts: readonly Put[]): boolean {
    let changed = false;
    for (const put of puts) {
      if (put.kind === 'call') this.#keepCall(put.row);
      else if (put.kind === 'confbridge') this.#keepRoom(put.row);
      else continue;
      changed = true;
    }
    return changed;
  }

  connected(callId: string, { remote, direction }: Connection): void {
    this.#wires.set(callId, { phone: { address: remote.address, port: remote.port }, direction });
  }

  disconnected(callId: string): void {
    this.#wires.delete(callId);
  }

  /** The process is gone: nobody hears anybody. */
  forget(): void {
    this.#calls.clear();
    this.#rooms.clear();
    this.#wires.clear();
  }

  /** Each with each other one, in both directions; and supervisors with those whom they hear, and who hear them. */
  *pairs(): Generator<Pair> {
    for (const room of this.#rooms.values()) {
      const members = room.call_ids.flatMap((id) => this.#member(id));
      for (const speaker of members)
        for (const listener of members)
          if (speaker !== listener) yield { speaker, listener, isCertain: true };
      for (const id of room.call_ids) yield* this.#supervisedPairs(id, members);
    }
  }

  /** Whoever is supervised may have hung up, without its being written yet: then the talk may go on, or be over. */
  *#supervisedPairs(id: string, members: readonly Member[]): Generator<Pair> {
    const isThere = members.some(({ call }) => call.id === id);
    for (const call of this.#calls.values()) {
      const { supervision } = call;
      if (supervision?.call_id !== id || supervision.status !== 'progressing') continue;
      const [supervisor] = this.#member(call.id);
      if (supervisor === undefined) continue;
      for (const member of members) {
        yield { speaker: member, listener: supervisor, isCertain: isThere };
        const heard = heardAs(supervision.mode, member, id, members);
        if (heard !== 'no')
          yield { speaker: supervisor, listener: member, isCertain: isThere && heard === 'yes' };
      }
    }
  }

  #member(callId: string): Member[] {
    const call = this.#calls.get(callId);
    const wire = this.#wires.get(callId);
    return call === undefined || wire === undefined ? [] : [{ call, wire }];
  }

  #keepCall(call: Call): void {
    if (call.status !== 'hangup') this.#calls.set(call.id, call);
    else {
      this.#calls.delete(call.id);
      this.#wires.delete(call.id);
    }
  }

  #keepRoom(room: Confbridge): void {
    if (room.status === 'terminated') this.#rooms.delete(room.id);
    else this.#rooms.set(room.id, room);
  }
}
