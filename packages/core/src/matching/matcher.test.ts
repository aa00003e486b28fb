import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Demand,
  mostRung,
  type QueueStanding,
  type RoutingAgent,
  type Strategy,
  type WaitingCaller,
} from './facts.ts';
import { type Match, Matcher } from './matcher.ts';
import { at } from './random-floor.node.ts';

const now = at(100_000);

function demand(over: Partial<Demand> = {}): Demand {
  return {
    queueId: 'sales',
    strategy: 'longest_idle',
    tagMatch: 'any',
    tagIds: ['sales'],
    minimumSkills: new Map(),
    ...over,
  };
}

function agent(id: string, over: Partial<RoutingAgent> = {}): RoutingAgent {
  return {
    id,
    status: 'available',
    tagIds: ['sales'],
    skills: new Map(),
    reachable: true,
    idleSince: at(90_000),
    madeAt: 0,
    callsToday: 0,
    talkMsToday: 0,
    notBefore: undefined,
    standings: new Map(),
    ...over,
  };
}

function caller(queuecallId: string, over: Partial<WaitingCaller> = {}): WaitingCaller {
  return {
    queuecallId,
    demand: demand(),
    priority: 0,
    joinedAt: at(95_000),
    place: 0,
    notBefore: undefined,
    sticky: undefined,
    ...over,
  };
}

function inSales(standing: QueueStanding): Pick<RoutingAgent, 'standings'> {
  return { standings: new Map([['sales', standing]]) };
}

function floor(agents: readonly RoutingAgent[], callers: readonly WaitingCaller[]): Matcher {
  const matcher = new Matcher();
  for (const each of agents) matcher.putAgent(each);
  for (const each of callers) matcher.putCaller(each);
  return matcher;
}

function onlyMatch(matcher: Matcher, draw = 0): Match {
  const [match, ...more] = matcher.nextMatches(now, () => draw);
  assert.ok(match !== undefined);
  assert.deepEqual(more, []);
  return match;
}

function chosen(strategy: Strategy, agents: readonly RoutingAgent[], draw = 0): string {
  return onlyMatch(floor(agents, [caller('c', { demand: demand({ strategy }) })]), draw).agentIds.join(' ');
}

describe('each strategy', () => {
  it('longest_idle takes who is idle longest', () => {
    assert.equal(
      chosen('longest_idle', [agent('a', { idleSince: at(5) }), agent('b', { idleSince: at(4) })]),
      'b',
    );
  });

  it('round_robin takes whom it has been longest since an offer of this queue, and before all who never had one', () => {
    const one = agent('a', inSales({ lastOfferedAt: at(50) }));
    const two = agent('b', inSales({ lastOfferedAt: at(40) }));
    const other = agent('c', { standings: new Map([['support', { lastOfferedAt: at(1) }]]) });
    assert.equal(chosen('round_robin', [one, two]), 'b');
    assert.equal(chosen('round_robin', [one, two, other]), 'c');
  });

  it('round_robin goes round', () => {
    const strategy = 'round_robin';
    const matcher = floor([agent('a'), agent('b'), agent('c')], []);
    const offers = Array.from({ length: 7 }, (_, turn) => {
      matcher.putCaller(caller(`c${turn}`, { demand: demand({ strategy }) }));
      const [match] = matcher.nextMatches(at(now + turn), () => 0);
      const rung = matcher.agent(match?.agentIds[0] ?? '');
      assert.ok(rung !== undefined);
      matcher.putAgent({ ...rung, status: 'available', idleSince: at(now + turn) });
      return rung.id;
    });
    assert.equal(offers.join(''), 'abcabca');
  });

  it('fewest_calls and least_talk go by the day, and then by who is idle longer', () => {
    const agents = [
      agent('a', { callsToday: 3, talkMsToday: 10 }),
      agent('b', { callsToday: 2, talkMsToday: 30 }),
      agent('c', { callsToday: 2, talkMsToday: 10, idleSince: at(80_000) }),
    ];
    assert.equal(chosen('fewest_calls', agents), 'c');
    assert.equal(chosen('least_talk', agents), 'c');
    assert.equal(chosen('least_talk', agents.slice(0, 2)), 'a');
  });

  it('linear takes the lowest position, whoever is idle longest', () => {
    const last = agent('a', { ...inSales({ position: 2 }), idleSince: at(1) });
    assert.equal(chosen('linear', [last, agent('b', inSales({ position: 1 }))]), 'b');
  });

  it('linear takes those without a position after the others, in the order of being made', () => {
    const [older, newer] = [agent('b', { madeAt: 1 }), agent('a', { madeAt: 2, idleSince: at(1) })];
    assert.equal(chosen('linear', [older, newer]), 'b');
    assert.equal(chosen('linear', [older, { ...newer, ...inSales({ position: 9 }) }]), 'a');
    const matcher = floor([older, { ...newer, ...inSales({ position: 9 }) }], []);
    matcher.putCaller(caller('c', { demand: demand({ strategy: 'linear' }) }));
    assert.equal(
      onlyMatch(matcher).agentChoice.reason,
      'a is the first by position, of 2 candidates; b comes next, and has no position.',
    );
  });

  it('random draws each with the same share', () => {
    const agents = [agent('a'), agent('b'), agent('c'), agent('d')];
    const drawn = [0, 0.24, 0.25, 0.5, 0.74, 0.999_999].map((draw) => chosen('random', agents, draw));
    assert.equal(drawn.join(''), 'aabccd');
  });

  it('weighted draws in proportion to the weights', () => {
    const agents = [agent('a', inSales({ weight: 3 })), agent('b')];
    const drawn = [0, 0.5, 0.74, 0.75, 0.99].map((draw) => chosen('weighted', agents, draw));
    assert.equal(drawn.join(''), 'aaabb');
  });

  it('ring_all rings all who may, those idle longest when there are too many', () => {
    assert.equal(chosen('ring_all', [agent('b'), agent('a'), agent('c', { status: 'busy' })]), 'a b');
    const many = Array.from({ length: mostRung + 1 }, (_, index) =>
      agent(`a${index}`, { idleSince: at(index) }),
    );
    const rung = chosen('ring_all', many.toReversed()).split(' ');
    assert.equal(rung.length, mostRung);
    assert.ok(!rung.includes(`a${mostRung}`));
  });
});

describe('who may have whom', () => {
  const isOffered = (one: RoutingAgent, other: WaitingCaller): boolean =>
    floor([one], [other]).nextMatches(now, () => 0).length === 1;

  it('asks for one of the tags, or for all', () => {
    const spanish = agent('a', { tagIds: ['sales', 'spanish'] });
    const any = caller('c', { demand: demand({ tagIds: ['sales', 'german'] }) });
    const all = caller('c', { demand: demand({ tagIds: ['sales', 'spanish'], tagMatch: 'all' }) });
    assert.ok(isOffered(spanish, any));
    assert.ok(isOffered(spanish, all));
    assert.ok(!isOffered(agent('a'), all));
    assert.ok(!isOffered(agent('a', { tagIds: [] }), any));
  });

  it('lets every agent serve a queue without tags', () => {
    assert.ok(isOffered(agent('a', { tagIds: [] }), caller('c', { demand: demand({ tagIds: [] }) })));
  });

  it('asks for the lowest level of each skill', () => {
    const wanting = caller('c', { demand: demand({ minimumSkills: new Map([['billing', 2]]) }) });
    assert.ok(isOffered(agent('a', { skills: new Map([['billing', 2]]) }), wanting));
    assert.ok(!isOffered(agent('a', { skills: new Map([['billing', 1]]) }), wanting));
    assert.ok(!isOffered(agent('a'), wanting));
  });

  it('offers nobody to an agent without a reachable phone, or one who rests, until the rest is over', () => {
    assert.ok(!isOffered(agent('a', { reachable: false }), caller('c')));
    const matcher = floor([agent('a', { notBefore: at(now + 10) })], [caller('c')]);
    assert.deepEqual(
      matcher.nextMatches(now, () => 0),
      [],
    );
    assert.equal(matcher.wakeAt(), now + 10);
    assert.equal(matcher.nextMatches(at(now + 10), () => 0).length, 1);
  });

  it('knows tags and skills that are named like what every object has', () => {
    const odd = demand({ tagIds: ['constructor'], minimumSkills: new Map([['__proto__', 1]]) });
    assert.ok(!isOffered(agent('a', { tagIds: ['constructor'] }), caller('c', { demand: odd })));
  });

  it('offers the oldest caller with the highest priority across all queues an agent serves', () => {
    const support = demand({ queueId: 'support', tagIds: ['support'] });
    const matcher = floor(
      [],
      [
        caller('old', { joinedAt: at(1) }),
        caller('urgent', { priority: 5, demand: support }),
        caller('older and urgent', { priority: 5, joinedAt: at(2), demand: support }),
        caller('not served', { priority: 9, demand: demand({ queueId: 'vip', tagIds: ['vip'] }) }),
      ],
    );
    const order = Array.from({ length: 3 }, () => {
      matcher.putAgent(agent('a', { tagIds: ['sales', 'support'] }));
      return onlyMatch(matcher).caller.queuecallId;
    });
    assert.deepEqual(order, ['older and urgent', 'urgent', 'old']);
    assert.equal(matcher.waitingCount, 1);
  });

  it('counts demands that ask the same as one, whatever object they are', () => {
    const first = caller('first', { demand: demand({ tagIds: ['sales', 'spanish'] }), joinedAt: at(1) });
    const second = caller('second', { demand: demand({ tagIds: ['spanish', 'sales'] }) });
    assert.equal(floor([], [second, first]).explainWait('second', now)?.ahead, 1);
  });

  it('goes on when hundreds of demands have come and gone', () => {
    const matcher = floor([], []);
    for (let round = 0; round < 2; round++) {
      for (let queue = 0; queue < 300; queue++) {
        matcher.putAgent(agent('a', { tagIds: queue % 2 === 0 ? ['sales'] : ['sales', 'support'] }));
        matcher.putCaller(caller('c', { demand: demand({ queueId: `queue-${queue}` }) }));
        assert.equal(onlyMatch(matcher).callerChoice.candidates[0]?.queueId, `queue-${queue}`);
      }
    }
  });
});

describe('a sticky agent', () => {
  const known = (heldUntil: number): WaitingCaller =>
    caller('c', { sticky: { agentId: 'b', heldUntil: at(heldUntil) } });
  const longIdle = agent('a', { idleSince: at(1) });

  it('is preferred to whom the strategy says', () => {
    const { agentIds, agentChoice } = onlyMatch(floor([longIdle, agent('b')], [known(0)]));
    assert.deepEqual(agentIds, ['b']);
    assert.equal(agentChoice.because, 'sticky_agent');
    assert.deepEqual(agentChoice.turn, { kind: 'no_sticky_agent', agentId: 'a' });
    assert.equal(
      agentChoice.reason,
      'b is the agent the caller is known to, of 2 candidates; otherwise a would be first.',
    );
  });

  it('is waited for while busy, until the time is over', () => {
    const matcher = floor([longIdle, agent('b', { status: 'busy' })], [known(now + 50)]);
    assert.deepEqual(
      matcher.nextMatches(now, () => 0),
      [],
    );
    assert.equal(matcher.explainWait('c', now)?.excluded.held_for_another, 1);
    assert.equal(matcher.wakeAt(), now + 50);
    assert.deepEqual(matcher.nextMatches(at(now + 50), () => 0)[0]?.agentIds, ['a']);
  });

  it('is not waited for when offline, gone, or no longer serving the queue', () => {
    const changes: readonly ((matcher: Matcher) => void)[] = [
      (matcher) => matcher.putAgent(agent('b', { status: 'offline' })),
      (matcher) => matcher.removeAgent('b'),
      (matcher) => matcher.putAgent(agent('b', { status: 'busy', tagIds: [] })),
    ];
    for (const change of changes) {
      const matcher = floor([longIdle, agent('b', { status: 'busy' })], [known(now + 50)]);
      assert.deepEqual(
        matcher.nextMatches(now, () => 0),
        [],
      );
      change(matcher);
      assert.deepEqual(onlyMatch(matcher).agentIds, ['a']);
    }
  });
});

describe('an explanation', () => {
  it('tells who was chosen, by how much, and how many were left out for what', () => {
    const matcher = floor(
      [
        agent('a', { idleSince: at(60_000) }),
        agent('b', { idleSince: at(70_000) }),
        agent('x', { status: 'busy' }),
        agent('y', { status: 'busy' }),
        agent('z', { tagIds: [] }),
      ],
      [caller('c')],
    );
    const { agentChoice, callerChoice } = onlyMatch(matcher);
    assert.deepEqual(agentChoice, {
      queuecallId: 'c',
      queueId: 'sales',
      strategy: 'longest_idle',
      agentIds: ['a'],
      because: 'strategy',
      score: 'idle_ms',
      candidates: [
        { agentId: 'a', score: 40_000 },
        { agentId: 'b', score: 30_000 },
      ],
      candidateCount: 2,
      excluded: { missing_tags: 1, busy: 2 },
      draw: undefined,
      turn: { kind: 'score', agentId: 'b', behindBy: 10_000 },
      reason:
        'a is idle longest, of 2 candidates; b comes next, with 10000 ms more of idling it would draw level; left out: 1 without the tags, 2 busy.',
    });
    assert.equal(callerChoice.reason, 'c is the only caller a could have.');
  });

  it('tells whole milliseconds, though its clock has fractions of them', () => {
    const agents = [agent('a', { idleSince: at(60_000.2) }), agent('b', { idleSince: at(70_000.9) })];
    const callers = [caller('c', { joinedAt: at(90_000.3) }), caller('d', { joinedAt: at(95_000.9) })];
    const [first] = floor(agents, callers).nextMatches(now, () => 0);
    assert.deepEqual(
      first?.agentChoice.candidates.map(({ score }) => score),
      [40_000, 29_999],
    );
    assert.match(first?.agentChoice.reason ?? '', /with 10001 ms more of idling/);
    assert.deepEqual(
      first?.callerChoice.candidates.map(({ waitMs }) => waitMs),
      [10_000, 4_999],
    );
    assert.match(first?.callerChoice.reason ?? '', /it joined 5001 ms later/);
  });

  it('tells what a draw would have had to be', () => {
    const strategy = 'weighted';
    const agents = [agent('a'), agent('b', inSales({ weight: 3 }))];
    const { agentChoice } = onlyMatch(floor(agents, [caller('c', { demand: demand({ strategy }) })]), 0.5);
    assert.deepEqual(agentChoice.turn, { kind: 'draw', from: 0.25, to: 1 });
    assert.equal(
      agentChoice.reason,
      'b is drawn by chance, of 2 candidates: 0.5 was drawn, and from 0.25 to below 1 is its share.',
    );
  });

  it('tells why this caller and not the next, and stays small however many wait', () => {
    const callers = Array.from({ length: 2_000 }, (_, index) =>
      caller(`c${index}`, { joinedAt: at(1_000 + index), priority: index === 1_999 ? 1 : 0 }),
    );
    const { agentChoice, callerChoice } = onlyMatch(floor([agent('a')], callers));
    assert.equal(callerChoice.candidateCount, 2_000);
    assert.deepEqual(
      callerChoice.candidates.map(({ queuecallId }) => queuecallId),
      ['c1999', 'c0', 'c1', 'c2', 'c3'],
    );
    assert.deepEqual(callerChoice.turn, { kind: 'priority', queuecallId: 'c0', behindBy: 1 });
    assert.ok(JSON.stringify([agentChoice, callerChoice]).length < 2_000);
  });

  it('tells a caller who waits how many go first and what the agents do instead', () => {
    const agents = [agent('a', { status: 'away' }), agent('b', { notBefore: at(now + 1) })];
    const matcher = floor(agents, [caller('first', { joinedAt: at(1) }), caller('c')]);
    assert.deepEqual(matcher.explainWait('c', now), {
      queuecallId: 'c',
      queueId: 'sales',
      ahead: 1,
      eligibleAgents: 0,
      excluded: { away: 1, agent_rests: 1 },
      reason:
        '1 caller goes first; no agent can have this caller now; left out: 1 away, 1 resting after an offer.',
    });
    assert.equal(matcher.explainWait('nobody', now), undefined);
  });

  it('tells an agent who gets no caller why', () => {
    const matcher = floor(
      [agent('a')],
      [
        caller('c', { notBefore: at(now + 5) }),
        caller('d', { demand: demand({ queueId: 'vip', tagIds: ['vip'] }) }),
      ],
    );
    assert.equal(
      matcher.explainAgent('a', now)?.reason,
      'Nobody waits whom a could have now; left out: 1 in queues the agent does not serve, 1 not to be offered yet.',
    );
    matcher.putAgent(agent('a', { status: 'busy' }));
    assert.equal(
      matcher.explainAgent('a', now)?.reason,
      'Nobody waits whom a could have now; left out: 1 in queues the agent does not serve, 1 because the agent is busy.',
    );
    assert.equal(matcher.explainAgent('nobody', now), undefined);
  });
});

describe('what makes no sense', () => {
  it('is refused: weights that are no whole number from 1, numbers that are none', () => {
    const matcher = new Matcher();
    for (const weight of [0, 1.5, -1, Number.NaN, 10_001]) {
      assert.throws(() => matcher.putAgent(agent('a', inSales({ weight }))), RangeError);
    }
    assert.throws(() => matcher.putAgent(agent('a', inSales({ position: Number.NaN }))), RangeError);
    assert.throws(() => matcher.putAgent(agent('a', { idleSince: at(Number.NaN) })), RangeError);
    assert.throws(() => matcher.putCaller(caller('c', { priority: Number.POSITIVE_INFINITY })), RangeError);
    assert.deepEqual([matcher.agentCount, matcher.waitingCount], [0, 0]);
  });
});
