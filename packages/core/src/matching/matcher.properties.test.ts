import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsDraw } from './agent-choice.ts';
import { type Strategy, strategies, type WaitingCaller } from './facts.ts';
import { type Match, Matcher } from './matcher.ts';
import { at, demandsOf, Dice, names, randomAgent, randomCaller } from './random-floor.node.ts';
import {
  afterMatch,
  chooseCaller,
  exclusionOf,
  explainWait,
  type Floor,
  nextMatch,
} from './specification.node.ts';

const historiesPerStrategy = 12_500;
const eventsPerHistory = 4;

/** A floor that changes by chance, with the matcher told of each change and the specification shown all of it. */
class History {
  readonly matcher = new Matcher();
  readonly dice: Dice;
  floor: Floor = { agents: [], callers: [] };
  now = 3;
  readonly #demands;
  readonly #agents;
  readonly #callers;

  constructor(strategy: Strategy, seed: number, sizes = { agents: 4, callers: 5 }) {
    this.dice = new Dice(seed);
    this.#demands = demandsOf(strategy);
    this.#agents = names('a', sizes.agents);
    this.#callers = names('c', sizes.callers);
    for (const id of this.#agents.slice(0, 3)) this.#putAgent(id);
    for (const id of this.#callers.slice(0, 3)) this.#putCaller(id);
  }

  step(): void {
    const { dice } = this;
    if (dice.oneIn(3)) this.now += dice.roll(3);
    switch (dice.roll(8)) {
      case 0:
        this.#removeAgent(dice.pick(this.#agents));
        break;
      case 1:
        this.#removeCaller(dice.pick(this.#callers));
        break;
      case 2:
      case 3:
      case 4:
        this.#putAgent(dice.pick(this.#agents));
        break;
      default:
        this.#putCaller(dice.pick(this.#callers));
    }
  }

  /** Lets both decide and holds one against the other; gives what was decided. */
  decide(isThorough: boolean): Match[] {
    const seed = this.dice.roll(1_000_000);
    const expected = this.#specified(new Dice(seed).fraction);
    const matches = this.matcher.nextMatches(at(this.now), new Dice(seed).fraction);
    assert.equal(matches.map(gist).join('\n'), expected.map(gist).join('\n'));
    if (isThorough) assert.deepEqual(matches, expected);
    return matches;
  }

  /** Everyone's explanation. */
  compareExplanations(): void {
    const { floor, matcher } = this;
    const now = at(this.now);
    for (const caller of floor.callers) {
      const expected = explainWait(caller, floor, (a, b) => a === b, now);
      assert.deepEqual(matcher.explainWait(caller.queuecallId, now), expected);
    }
    for (const agent of floor.agents) {
      assert.deepEqual(matcher.explainAgent(agent.id, now), chooseCaller(agent, floor, now));
      assert.deepEqual(matcher.agent(agent.id), agent);
    }
  }

  #specified(draw: () => number): Match[] {
    const matches: Match[] = [];
    const now = at(this.now);
    for (let match = nextMatch(this.floor, now, draw); match; match = nextMatch(this.floor, now, draw)) {
      matches.push(match);
      this.floor = afterMatch(this.floor, match, now);
    }
    return matches;
  }

  #putAgent(id: string): void {
    const agent = randomAgent(this.dice, id, this.now);
    const others = this.floor.agents.filter((each) => each.id !== id);
    this.floor = { ...this.floor, agents: this.dice.oneIn(2) ? [agent, ...others] : [...others, agent] };
    this.matcher.putAgent(agent);
  }

  #putCaller(id: string): void {
    const caller = randomCaller(this.dice, id, this.#demands, this.now);
    const others = this.floor.callers.filter(({ queuecallId }) => queuecallId !== id);
    this.floor = { ...this.floor, callers: this.dice.oneIn(2) ? [caller, ...others] : [...others, caller] };
    this.matcher.putCaller(caller);
  }

  #removeAgent(id: string): void {
    const agents = this.floor.agents.filter((each) => each.id !== id);
    assert.equal(this.matcher.removeAgent(id), agents.length < this.floor.agents.length);
    this.floor = { ...this.floor, agents };
  }

  #removeCaller(id: string): void {
    const callers = this.floor.callers.filter(({ queuecallId }) => queuecallId !== id);
    assert.equal(this.matcher.removeCaller(id), callers.length < this.floor.callers.length);
    this.floor = { ...this.floor, callers };
  }
}

/** All of a match but what its reasons and candidates tell anyway; cheap to compare. */
function gist({ caller, agentIds, agentChoice, callerChoice }: Match): string {
  const { candidates, turn, draw, reason } = agentChoice;
  const parts = [
    caller,
    agentIds,
    candidates,
    turn,
    draw,
    reason,
    callerChoice.candidates,
    callerChoice.reason,
  ];
  return JSON.stringify(parts);
}

function forEachHistory(
  strategy: Strategy,
  count: number,
  run: (history: History, index: number) => void,
): void {
  const base = strategies.indexOf(strategy) * historiesPerStrategy;
  for (let index = 0; index < count; index++) {
    try {
      run(new History(strategy, base + index), index);
    } catch (error) {
      throw new Error(`${strategy}, history ${base + index}`, { cause: error });
    }
  }
}

describe('the matcher', () => {
  for (const strategy of strategies) {
    it(`decides what the specification of ${strategy} says, in ${historiesPerStrategy} random histories`, () => {
      let matched = 0;
      forEachHistory(strategy, historiesPerStrategy, (history, index) => {
        const isThorough = index % 25 === 0;
        for (let event = 0; event < eventsPerHistory; event++) {
          history.step();
          if (history.dice.oneIn(3)) continue;
          matched += history.decide(isThorough).length;
          if (isThorough) history.compareExplanations();
        }
      });
      assert.ok(matched > historiesPerStrategy, `histories in which something happens: ${matched} matches`);
    });
  }

  it('decides what the specification says on larger floors where much happens between decisions', () => {
    for (const strategy of strategies) {
      for (let seed = 0; seed < 20; seed++) {
        const history = new History(strategy, seed, { agents: 60, callers: 60 });
        for (let round = 0; round < 4; round++) {
          for (let event = 0; event < 90; event++) history.step();
          history.decide(true);
        }
        history.compareExplanations();
      }
    }
  });

  it('never offers an agent two callers, nor, but for ring_all, a caller to two agents', () => {
    for (const strategy of strategies) {
      forEachHistory(strategy, 200, (history) => {
        for (let event = 0; event < 12; event++) history.step();
        const matches = history.decide(false);
        const agentIds = matches.flatMap((match) => match.agentIds);
        assert.equal(new Set(agentIds).size, agentIds.length);
        assert.equal(new Set(matches.map(({ caller }) => caller.queuecallId)).size, matches.length);
        for (const match of matches) {
          assert.ok(strategy === 'ring_all' ? match.agentIds.length >= 1 : match.agentIds.length === 1);
          for (const agentId of match.agentIds) {
            assert.equal(history.matcher.agent(agentId)?.status, 'ringing');
          }
        }
      });
    }
  });

  it('starves nobody: no caller is matched before one with a higher priority or a longer wait whom the agent could have', () => {
    for (const strategy of strategies) {
      forEachHistory(strategy, 200, (history) => {
        for (let event = 0; event < 12; event++) history.step();
        const { agents, callers } = history.floor;
        let left = callers;
        for (const { caller, agentIds } of history.decide(false)) {
          left = left.filter((other) => other.queuecallId !== caller.queuecallId);
          const [agent] = agents.filter(({ id }) => id === agentIds[0]);
          assert.ok(agent !== undefined);
          const overtaken = left.filter(
            (other) =>
              goesFirst(other, caller) && exclusionOf(agent, other, agents, at(history.now)) === undefined,
          );
          assert.deepEqual(overtaken, []);
        }
      });
    }
  });

  it('leaves no agent and caller apart who could come together', () => {
    for (const strategy of strategies) {
      forEachHistory(strategy, 200, (history) => {
        for (let event = 0; event < 12; event++) history.step();
        history.decide(false);
        for (const caller of history.floor.callers) {
          assert.equal(history.matcher.explainWait(caller.queuecallId, at(history.now))?.eligibleAgents, 0);
        }
      });
    }
  });

  it('decides the same whatever the order in which it was told', () => {
    for (const strategy of strategies) {
      forEachHistory(strategy, 300, (history) => {
        for (let event = 0; event < 12; event++) history.step();
        const { agents, callers } = history.floor;
        const seed = history.dice.roll(1_000_000);
        const decide = (tell: (matcher: Matcher) => void): string => {
          const matcher = new Matcher();
          tell(matcher);
          return matcher.nextMatches(at(history.now), new Dice(seed).fraction).map(gist).join('\n');
        };
        const forwards = decide((matcher) => {
          for (const agent of agents) matcher.putAgent(agent);
          for (const caller of callers) matcher.putCaller(caller);
        });
        const backwards = decide((matcher) => {
          for (const caller of callers.toReversed()) matcher.putCaller(caller);
          for (const agent of agents.toReversed()) matcher.putAgent(agent);
        });
        const longAgo = decide((matcher) => {
          matcher.nextMatches(at(0), () => 0);
          for (const agent of agents) matcher.putAgent(agent);
          for (const caller of callers.toReversed()) matcher.putCaller(caller);
        });
        assert.equal(backwards, forwards);
        assert.equal(longAgo, forwards);
      });
    }
  });

  it('draws once for each offer of a strategy that draws, and never otherwise', () => {
    for (const strategy of strategies) {
      forEachHistory(strategy, 100, (history) => {
        for (let event = 0; event < 12; event++) history.step();
        let draws = 0;
        const matches = history.matcher.nextMatches(at(history.now), () => {
          draws += 1;
          return 0.5;
        });
        assert.equal(draws, matches.filter(({ caller }) => needsDraw(caller)).length);
      });
    }
  });

  it('says when it is to be woken: before that time nothing new can be offered', () => {
    for (const strategy of strategies) {
      forEachHistory(strategy, 300, (history) => {
        for (let event = 0; event < 12; event++) history.step();
        history.decide(false);
        for (let woken = history.matcher.wakeAt(); woken !== undefined; woken = history.matcher.wakeAt()) {
          assert.ok(woken > history.now);
          history.now = woken - 1;
          assert.deepEqual(history.decide(false), []);
          history.now = woken;
          history.decide(false);
        }
        history.now += 1_000;
        assert.deepEqual(history.decide(false), []);
      });
    }
  });
});

function goesFirst(a: WaitingCaller, b: WaitingCaller): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.joinedAt < b.joinedAt);
}
