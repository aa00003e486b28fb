import assert from 'node:assert/strict';
import { type Address, nilId } from '@parley/contract';
import {
  CallCentre,
  type Changes,
  type CommitOutcome,
  type Decision,
  type Effect,
  type Input,
  type PlannedDestination,
} from '@parley/core';
import { CallCommands } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';

type Unaddressed<I> = I extends { readonly callId: string } ? Omit<I, 'callId'> : never;

/** The real call centre behind the API. Its effects are noted, and go nowhere: what comes of them is made up by a test. */
export interface CentreUnderTest {
  readonly centre: CallCentre;
  readonly commands: CallCommands;
  readonly effects: Effect[];
  /** Calls at one time. */
  room: number;
  closedBecause: string | undefined;
  /** Something is heard about a call. */
  hear(callId: string, input: Unaddressed<Input>): Promise<void>;
}

export interface CentreDeps {
  readonly clock: VirtualClock;
  readonly chance: SeededChance;
  readonly commit: (changes: Changes) => Promise<CommitOutcome>;
}

export function createCentre({ clock, chance, commit }: CentreDeps): CentreUnderTest {
  const centre = new CallCentre(chance);
  const effects: Effect[] = [];
  let written = Promise.resolve();
  const decide = (decision: Decision): void => {
    for (const effect of decision.effects) {
      assert.ok(effect.kind !== 'report' || effect.problem !== 'bug', JSON.stringify(effect));
      effects.push(effect);
    }
    written = written.then(async () => void (await commit(decision)));
  };
  const hear = (input: Input): void => decide(centre.handle(input, clock.now()));
  const commands = new CallCommands({
    centre,
    pipeline: { decide, flushed: () => written },
    clock,
    closedBecause: () => under.closedBecause,
    settings: {
      get maxCalls() {
        return under.room;
      },
      maxCallsPerCustomer: 20,
    },
    hear,
    decided: () => undefined,
  });
  const under: CentreUnderTest = {
    centre,
    commands,
    effects,
    room: 100,
    closedBecause: undefined,
    async hear(callId, input) {
      hear({ ...input, callId });
      await written;
    },
  };
  return under;
}

/** One way to whatever it is; a target that begins with `nowhere` has none. */
export function planned(destination: Address): PlannedDestination {
  const { target } = destination;
  if (target.startsWith('nowhere'))
    return {
      destination,
      legs: [{ destination, attempts: [], problem: `${target} is nowhere` }],
      asGroup: false,
    };
  const attempt = {
    uri: `sip:${target}@192.0.2.1`,
    nextHop: undefined,
    from: { displayName: '', user: 'us', host: undefined },
    headers: [],
    providerId: nilId,
  };
  const leg = { destination, attempts: [attempt] };
  const isGroup = destination.type === 'extension';
  return { destination, legs: isGroup ? [leg, leg] : [leg], asGroup: isGroup };
}
