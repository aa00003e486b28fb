import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatTimestamp, type Instant, type Queuecall } from '@parley/contract';
import { closeOrphans } from '../call/recovery.ts';
import { cause } from '../call/cause.ts';
import type { Monotonic } from '../ports/moment.ts';
import { countingChance, id, noOrphans } from '../scenario.node.ts';
import type { ExplanationRow } from './explanation-row.ts';
import { StaffHistory } from './history.ts';
import { agentRow, queueIdOf, QueueRoom, queueRow } from './queue-room.node.ts';

const [tag, skill] = [id(5), id(6)];

/** Agents by number who were called, in order, and for whom. */
function offersOf(room: QueueRoom): string[] {
  return room.legs().map(({ owner_id: agent, master_call_id: caller }) => {
    return `${Number(caller.slice(-4))} to ${Number(agent.slice(-4)) - 8000}`;
  });
}

function open(queues: Parameters<typeof queueRow>[0][] = [{}]): QueueRoom {
  const room = new QueueRoom();
  room.staff(
    [],
    queues.map((details, index) => queueRow(details, index + 1)),
  );
  return room;
}

/** Ends the talk of the nth leg, and with it the rest of the caller's flow. */
function talk(room: QueueRoom, nth: number): void {
  room.answers(nth);
  const { id: leg, master_call_id: caller } = room.legs()[nth] ?? { id: '', master_call_id: '' };
  room.ends(leg);
  room.ends(caller);
}

function explanation(room: QueueRoom, callId: string): ExplanationRow | undefined {
  const visits = room.puts.flatMap((put) => (put.kind === 'queuecall' ? [put.row] : []));
  const visit = visits.find(({ reference_id: call }) => call === callId);
  const rows = room.puts.flatMap((put) => (put.kind === 'explanation' ? [put.row] : []));
  return rows.findLast((row) => row.id === visit?.id);
}

function outcomes(row: ExplanationRow | undefined): string[] {
  return (row?.offers ?? []).map(({ agents }) => agents.map(({ outcome }) => outcome).join(' '));
}

describe('priority', () => {
  it('goes first over all queues of an agent, and after it who has waited longest', () => {
    const room = open([{}, { priority: 10 }]);
    room.joins(41);
    room.joins(42, { queue_id: queueIdOf(2) });
    room.joins(43, { queue_id: queueIdOf(2), priority: -5 });
    room.joins(44, { priority: 10 });
    room.staff([agentRow(1)]);
    for (const nth of [0, 1, 2, 3]) talk(room, nth);
    assert.deepEqual(offersOf(room), ['42 to 1', '44 to 1', '41 to 1', '43 to 1']);
    const rows = room.puts.flatMap((put) => (put.kind === 'queuecall' ? [put.row.priority] : []));
    assert.deepEqual(new Set(rows), new Set([0, 10, -5]));
  });

  it('is what a caller is told its place by', () => {
    const talks = [{ type: 'talk', option: { text: 'You are ${parley.queue.position}.' } }];
    const room = open([{ wait_actions: talks }]);
    room.joins(41);
    room.joins(42, { priority: 1 });
    const texts = room.effects.flatMap((effect) =>
      effect.kind === 'play'
        ? effect.sources.flatMap((each) => (each.kind === 'speech' ? [each.text] : []))
        : [],
    );
    assert.deepEqual(texts, ['You are 1.', 'You are 1.']);
  });

  it('goes with a caller to the queue it overflows to, as do its other wishes', () => {
    const room = open([{ max_length: 1, overflow: { type: 'queue', target_id: queueIdOf(2) } }, {}]);
    room.joins(41);
    room.joins(42, { priority: 7, skills: { [skill]: 2 }, agent_id: id(8001) });
    const [visit] = [...room.centre.visits.values()].filter(({ row }) => row.queue_id === queueIdOf(2));
    assert.equal(visit?.row.priority, 7);
    assert.deepEqual(visit?.wanted, {
      queueId: queueIdOf(2),
      priority: 7,
      skills: { [skill]: 2 },
      agentId: id(8001),
    });
  });
});

describe('who may have a caller', () => {
  it('is who has all tags, where all are asked for', () => {
    const room = open([{ tag_ids: [tag, skill], tag_match: 'all' }]);
    room.joins(41);
    room.staff([agentRow(1, { tag_ids: [tag] }), agentRow(2, { tag_ids: [skill, tag] })]);
    assert.deepEqual(offersOf(room), ['41 to 2']);
  });

  it('is who has every skill at the level that queue or caller ask for, of two the higher', () => {
    const room = open([{ skills: { [skill]: 3 } }]);
    room.joins(41);
    room.joins(42, { skills: { [skill]: 2, [tag]: 1 } });
    room.joins(43, { skills: { [skill]: 5 } });
    room.staff([
      agentRow(1, { tag_ids: [skill], skills: { [skill]: 2 } }),
      agentRow(2, { tag_ids: [skill], skills: { [skill]: 3 } }),
      agentRow(3, { tag_ids: [skill], skills: { [skill]: 5 } }),
      agentRow(4, { tag_ids: [skill, tag], skills: { [skill]: 3 } }),
    ]);
    assert.deepEqual(offersOf(room), ['41 to 2', '42 to 4', '43 to 3']);
  });
});

describe('the agents of a queue', () => {
  it('are taken in their order by linear, the others after them as they were made', () => {
    const room = open([{ routing_method: 'linear', agents: [{ agent_id: id(8003) }] }]);
    const at = (second: number) => formatTimestamp((1_649_000_000_000_000 + second * 1_000_000) as Instant);
    room.staff([
      agentRow(1, { tm_create: at(9) }),
      agentRow(2, { tm_create: at(5) }),
      agentRow(3, { tm_create: at(10) }),
    ]);
    for (const number of [41, 42, 43]) room.joins(number);
    assert.deepEqual(offersOf(room), ['41 to 3', '42 to 2', '43 to 1']);
  });

  it('count at once when they change, for those who wait too', () => {
    const room = open([{ routing_method: 'linear' }]);
    room.staff([agentRow(1), agentRow(2)]);
    const row = queueRow({ routing_method: 'linear', agents: [{ agent_id: id(8002) }] });
    room.staff([], [row]);
    room.joins(41);
    assert.deepEqual(offersOf(room), ['41 to 2']);
  });

  it('have their share of a draw by weight, or by the best of their skills at its tags', () => {
    const weights = (agents: { agent_id: string; weight: number }[]): unknown[] => {
      const room = open([{ routing_method: 'weighted', tag_ids: [tag], agents }]);
      room.staff([
        agentRow(1, { tag_ids: [tag], skills: { [tag]: 4 } }),
        agentRow(2, { tag_ids: [tag, skill], skills: { [skill]: 9 } }),
      ]);
      const callId = room.joins(41);
      const candidates = explanation(room, callId)?.offers[0]?.agent_choice.candidates ?? [];
      return [1, 2].map(
        (number) => candidates.find(({ agent_id: agent }) => agent === id(8000 + number))?.score,
      );
    };
    assert.deepEqual(weights([]), [4, 1]);
    assert.deepEqual(weights([{ agent_id: id(8002), weight: 50 }]), [4, 50]);
  });
});

describe('a caller who is known', () => {
  /** The same number has talked with agent 1, who is idle for a shorter time than agent 2 now. */
  function known(hold: number, within = 3_600): QueueRoom {
    const room = open([{ sticky: { within_seconds: within, hold_seconds: hold } }]);
    room.staff([agentRow(1)]);
    room.joins(41, {}, '+49170');
    room.staff([agentRow(2)]);
    talk(room, 0);
    return room;
  }

  it('comes to the agent it knows, others to whom the queue says', () => {
    const room = known(0);
    room.pass(1_000);
    room.joins(42, {}, '+49170');
    assert.deepEqual(offersOf(room), ['41 to 1', '42 to 1']);
    room.joins(43, {}, '+49171');
    assert.deepEqual(offersOf(room).at(-1), '43 to 2');
    const { agent_choice: choice } = explanation(room, id(42))?.offers[0] ?? {};
    assert.equal(choice?.because, 'sticky_agent');
  });

  it('is held for it for so long, and then goes to anybody', () => {
    const room = known(20);
    room.joins(42, {}, '+49170');
    room.answers(1);
    room.joins(43, {}, '+49170');
    assert.equal(offersOf(room).length, 2, 'agent 2 is free, and not asked');
    const wait = room.centre.explainWait([...room.centre.visits.keys()].at(-1) ?? '', {
      mono: 0 as Monotonic,
      wall: 0 as Instant,
    });
    assert.deepEqual(wait?.excluded, { busy: 1, held_for_another: 1 });
    room.pass(20_100);
    room.settle();
    assert.deepEqual(offersOf(room).at(-1), '43 to 2');
  });

  it('comes to it the moment it is free, when that is sooner', () => {
    const room = known(20);
    room.joins(42, {}, '+49170');
    room.answers(1);
    room.joins(43, {}, '+49170');
    room.ends(room.legs()[1]?.id ?? '');
    assert.deepEqual(offersOf(room).at(-1), '43 to 1');
  });

  it('is not held for one who does not take the call', () => {
    const room = known(20);
    room.joins(42, {}, '+49170');
    room.refuses(1, cause.userBusy);
    assert.deepEqual(offersOf(room), ['41 to 1', '42 to 1', '42 to 2']);
  });

  it('is known for so long only, and not in another queue, and never without a number', () => {
    const late = known(0, 60);
    late.pass(60_000);
    late.joins(42, {}, '+49170');
    assert.deepEqual(offersOf(late).at(-1), '42 to 2');
    const elsewhere = open([{ sticky: { within_seconds: 60 } }, { sticky: { within_seconds: 60 } }]);
    elsewhere.staff([agentRow(1)]);
    elsewhere.joins(41, { queue_id: queueIdOf(2) }, '+49170');
    elsewhere.staff([agentRow(2)]);
    talk(elsewhere, 0);
    elsewhere.joins(42, {}, '+49170');
    assert.deepEqual(offersOf(elsewhere).at(-1), '42 to 2');
    const hidden = open([{ sticky: { within_seconds: 60 } }]);
    hidden.staff([agentRow(1)]);
    hidden.joins(41, {}, 'anonymous');
    hidden.staff([agentRow(2)]);
    talk(hidden, 0);
    hidden.joins(42, {}, 'anonymous');
    assert.deepEqual(offersOf(hidden).at(-1), '42 to 2');
  });

  it('comes to the agent that its flow names, if there is such an agent', () => {
    const room = open();
    room.staff([agentRow(1), agentRow(2)]);
    room.joins(41, { agent_id: id(8002) });
    assert.deepEqual(offersOf(room), ['41 to 2']);
    room.joins(42, { agent_id: id(8999) });
    assert.deepEqual(offersOf(room).at(-1), '42 to 1');
    assert.equal(room.reports().length, 0);
  });
});

describe('the figures of a day', () => {
  const busyDay = { routing_method: 'fewest_calls' } as const;

  it('begin anew at midnight UTC', () => {
    const room = open([busyDay]);
    room.staff([agentRow(1)]);
    for (const nth of [0, 1]) {
      room.joins(41 + nth);
      talk(room, nth);
    }
    room.staff([agentRow(2)]);
    for (const nth of [2, 3]) {
      room.joins(41 + nth);
      assert.deepEqual(offersOf(room).at(-1), `${41 + nth} to 2`, 'agent 1 has had two, and is idle longer');
      if (nth === 2) talk(room, nth);
    }
    room.ends(id(44));
    room.pass(86_400_000);
    room.joins(45);
    assert.deepEqual(offersOf(room).at(-1), '45 to 1', 'both have had none');
  });

  it('are counted from the visits that are over when the process starts, as is who was offered last', () => {
    const at = { mono: 5_000 as Monotonic, wall: 1_650_000_000_000_000 as Instant };
    const before = (seconds: number) => formatTimestamp((at.wall - seconds * 1_000_000) as Instant);
    const visit = (agent: number, seconds: number, source: string, change: object = {}) =>
      ({
        status: 'done',
        service_agent_id: id(8000 + agent),
        queue_id: queueIdOf(1),
        tm_create: before(seconds + 20),
        tm_service: before(seconds + 10),
        tm_delete: before(seconds),
        duration_service: 10_000,
        source: { type: 'tel', target: source, target_name: '', name: '', detail: '' },
        ...change,
      }) as Queuecall;
    const queue = queueRow({ sticky: { within_seconds: 600, hold_seconds: 5 } });
    const history = new StaffHistory([queue], at);
    history.add(visit(1, 30, '+491'));
    history.add(visit(2, 60, '+491'));
    history.add(visit(2, 700, '+492'));
    history.add(visit(2, 10, '+493', { status: 'abandoned' }));
    history.add(visit(1, 100_000, '+494'));
    const room = new QueueRoom();
    room.centre.loadStaff(
      [agentRow(1), agentRow(2, { tm_status: before(40) })].map((row) => ({ row, version: 1 })),
      [{ row: queue, version: 1 }],
      at,
      history,
    );
    const [one, two] = [1, 2].map((number) => room.centre.agents.get(id(8000 + number)));
    assert.deepEqual([one?.figures.calls, one?.figures.talkMs], [1, 10_000]);
    assert.deepEqual([two?.figures.calls, two?.figures.talkMs], [2, 20_000]);
    assert.equal(one?.lastOfferedAt.get(queueIdOf(1)), -35_000);
    assert.equal(two?.idleSince, -35_000);
    assert.equal(StaffHistory.begins([queue], at.wall) <= at.wall - 86_400_000_000, true);
  });
});

describe('an explanation', () => {
  it('tells of each offer why it was made, in the same commit, and what came of it', () => {
    const room = open();
    room.staff([agentRow(1), agentRow(2, { status: 'away' })]);
    const callId = room.joins(41);
    const [decision] = room.decisions.filter(({ puts }) => puts.some(({ kind }) => kind === 'explanation'));
    assert.ok(decision?.events.some(({ type }) => type === 'agent_status_updated'));
    room.refuses(0, cause.userBusy);
    room.staff([agentRow(2)]);
    room.answers(1);
    const row = explanation(room, callId);
    assert.deepEqual(outcomes(row), ['busy', 'answered']);
    assert.equal(row?.offer_count, 2);
    const [first] = row?.offers ?? [];
    assert.deepEqual(first?.agent_choice.excluded, { away: 1 });
    assert.equal(first?.agent_choice.because, 'only_candidate');
    assert.equal(first?.caller_choice.candidates[0]?.queuecall_id, row?.id);
    assert.equal(row?.wait, undefined);
  });

  it('tells of several who are rung who was first', () => {
    const room = open([{ routing_method: 'ring_all' }]);
    room.staff([agentRow(1), agentRow(2), agentRow(3)]);
    const callId = room.joins(41);
    room.refuses(2, cause.noAnswer);
    room.answers(1);
    assert.deepEqual(outcomes(explanation(room, callId)), ['withdrawn answered noanswer']);
  });

  it('tells why nobody had a caller who gave up', () => {
    const room = open();
    room.staff([agentRow(1)]);
    const rung = room.joins(41);
    const waiting = room.joins(42);
    room.ends(waiting);
    const { offers, wait } = explanation(room, waiting) ?? {};
    assert.deepEqual(offers, []);
    assert.deepEqual(wait?.excluded, { ringing: 1 });
    assert.match(wait?.reason ?? '', /^Next in line; no agent can have this caller now/);
    room.ends(rung);
    assert.deepEqual(outcomes(explanation(room, rung)), ['withdrawn']);
  });

  it('keeps the last twenty offers, and counts all', () => {
    const room = open([{ no_answer: { max: 0, delay_seconds: { busy: 0 } } }]);
    room.staff([agentRow(1)]);
    const callId = room.joins(41);
    for (let nth = 0; nth < 24; nth += 1) {
      room.refuses(nth, cause.userBusy);
      room.pass(1);
      room.settle();
    }
    const row = explanation(room, callId);
    assert.deepEqual([row?.offer_count, row?.offers.length], [25, 20]);
  });

  it('of a process that died tells that nobody is rung any more', () => {
    const room = open();
    room.staff([agentRow(1)]);
    const row = explanation(room, room.joins(41));
    assert.ok(row);
    const later = { mono: 5 as Monotonic, wall: 1_700_000_000_000_000 as Instant };
    const { decision } = closeOrphans({ ...noOrphans, explanations: [row] }, later, countingChance());
    const [put] = decision.puts;
    assert.ok(put?.kind === 'explanation');
    assert.deepEqual(outcomes(put.row), ['withdrawn']);
  });

  it('tells whom an agent would get, and why nobody', () => {
    const room = open();
    room.joins(41);
    room.joins(42, { priority: 1 });
    room.staff([agentRow(1, { status: 'away' })]);
    const asked = { mono: 0 as Monotonic, wall: 0 as Instant };
    assert.deepEqual(room.centre.explainAgent(id(8001), asked)?.excluded, { away: 2 });
    assert.equal(room.centre.explainAgent(id(8999), asked), undefined);
  });
});
