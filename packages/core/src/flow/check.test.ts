import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Action,
  ActionInput,
  type FlowProblem,
  finishActionId,
  limits as contractLimits,
  nilId,
  startActionId,
} from '@parley/contract';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { limits } from '../limits.ts';
import { id } from '../scenario.node.ts';
import { actionTypes, knownTypes } from './action-types.ts';
import { checkFlow } from './check.ts';

function numbering(): () => string {
  let count = 800;
  return () => id((count += 1));
}

function problems(input: unknown, around?: ReadonlySet<string>): readonly FlowProblem[] {
  const checked = checkFlow(input, numbering(), around);
  return checked.ok ? [] : checked.problems;
}

/** Path, reason and message of each problem. */
function told(input: unknown): string[] {
  return problems(input).map(({ path, reason, message }) => `${path} [${reason}] ${message}`);
}

function completed(input: unknown): Action[] {
  const checked = checkFlow(input, numbering());
  assert.ok(checked.ok, JSON.stringify(checked));
  return checked.actions;
}

const beep = { type: 'beep' };

/** One problem, of which everything is told. */
function expectOne(input: unknown, problem: FlowProblem): void {
  assert.deepEqual(problems(input), [problem]);
}

describe('a flow that can run', () => {
  it('is completed: ids where there are none, next_id nil, and no more than an action has', () => {
    assert.deepEqual(
      completed([
        { type: 'answer' },
        { id: nilId, type: 'talk', option: { text: 'a' } },
        {
          id: id(5),
          next_id: nilId,
          type: 'hangup',
          option: {},
          tm_execute: '2022-04-11 00:23:55.012416032',
        },
      ]),
      [
        { id: id(801), next_id: nilId, type: 'answer' },
        { id: id(802), next_id: nilId, type: 'talk', option: { text: 'a' } },
        { id: id(5), next_id: nilId, type: 'hangup', option: {} },
      ],
    );
  });

  it('may be empty', () => assert.deepEqual(completed([]), []));

  it('may write null for an option that is not there', () => {
    assert.deepEqual(completed([{ type: 'answer', option: null }]), [
      { id: id(801), next_id: nilId, type: 'answer' },
    ]);
  });

  it('takes the same keys and forms as the API does at its door', () => {
    const door = Compile(ActionInput);
    const values = [null, 5, '', 'x', [], {}];
    for (const key of ['id', 'next_id', 'option', 'tm_execute', 'text']) {
      for (const value of values) {
        const action = { type: 'answer', [key]: value };
        const checked = checkFlow([action], numbering());
        assert.equal(checked.ok, door.Check(action), JSON.stringify(action));
      }
    }
  });

  it('may lead to its end by the id that the end has', () => {
    completed([{ type: 'answer', next_id: finishActionId }]);
    completed([
      { type: 'branch', option: { target_ids: { 1: finishActionId }, default_target_id: finishActionId } },
    ]);
  });

  it('may, when it is nested, lead to the actions around it', () => {
    const jump = [
      { type: 'goto', option: { target_id: id(7), loop_count: 1 } },
      { ...beep, next_id: id(7) },
    ];
    assert.deepEqual(problems(jump, new Set([id(7)])), []);
    assert.equal(problems(jump).length, 2);
  });

  it('knows every type of the registry', () => {
    assert.equal(knownTypes.length, 34);
    assert.deepEqual([...knownTypes].sort(), actionTypes.map(({ type }) => type).sort());
  });
});

describe('a flow that cannot run', () => {
  it('is no list', () => {
    for (const input of [undefined, null, {}, 'x', 1])
      expectOne(input, {
        path: 'actions',
        index: -1,
        action_id: '',
        reason: 'not_a_list',
        message: 'has to be a list of actions',
      });
  });

  it('has too many actions', () => {
    const full = Array.from({ length: contractLimits.actionsPerFlow }, () => beep);
    assert.deepEqual(problems(full), []);
    expectOne([...full, beep], {
      path: 'actions',
      index: -1,
      action_id: '',
      reason: 'too_many',
      message: 'has 501 actions; at most 500 are allowed',
    });
  });

  it('is too large', () => {
    const large = Array.from({ length: 40 }, () => ({ type: 'talk', option: { text: 'x'.repeat(5000) } }));
    const [problem] = problems(large);
    assert.equal(problem?.reason, 'too_large');
    assert.match(problem.message, /^has 20\d{4} bytes as JSON; at most 196608 are allowed\. Put a part/);
    assert.deepEqual(problems(large.slice(0, 38)), []);
  });

  it('has an entry that is no action', () => {
    for (const entry of [null, 'talk', 1, [], undefined])
      expectOne([beep, entry], {
        path: 'actions[1]',
        index: 1,
        action_id: '',
        reason: 'not_an_action',
        message: 'has to be an object with a `type`',
      });
  });

  it('has a key that actions do not have', () => {
    expectOne([{ ...beep, text: 'a', id: id(3) }], {
      path: 'actions[0].text',
      index: 0,
      action_id: id(3),
      reason: 'unknown_key',
      message: 'is no key of an action; options belong into `option`',
    });
  });

  it('has an id that is none', () => {
    for (const bad of ['x', '', id(1).toUpperCase().replace('4', 'A'), 5, null, {}])
      expectOne([{ ...beep, id: bad }], {
        path: 'actions[0].id',
        index: 0,
        action_id: typeof bad === 'string' ? bad : '',
        reason: 'bad_id',
        message: 'has to be a UUID in lower case',
      });
    expectOne([{ ...beep, next_id: 'after' }], {
      path: 'actions[0].next_id',
      index: 0,
      action_id: '',
      reason: 'bad_id',
      message: 'has to be a UUID in lower case',
    });
  });

  it('has an action with an id that is reserved', () => {
    for (const reserved of [startActionId, finishActionId])
      expectOne([{ ...beep, id: reserved }], {
        path: 'actions[0].id',
        index: 0,
        action_id: reserved,
        reason: 'bad_id',
        message: 'is reserved: it stands for the start or the end of every flow',
      });
  });

  it('has the same id twice', () => {
    expectOne([{ ...beep, id: id(4) }, beep, { ...beep, id: id(4) }], {
      path: 'actions[2].id',
      index: 2,
      action_id: id(4),
      reason: 'duplicate_id',
      message: 'stands on another action too',
    });
  });

  it('has a type that there is not', () => {
    const known = knownTypes.join(', ');
    const at = { path: 'actions[0].type', index: 0, action_id: '', reason: 'unknown_type' } as const;
    expectOne([{ type: 'tlak' }], { ...at, message: `"tlak" is no action type; known are ${known}` });
    expectOne([{ type: '' }], { ...at, message: `"" is no action type; known are ${known}` });
    for (const type of [undefined, null, 5, {}, ['talk'], 'x'.repeat(100_000)]) {
      const [problem] = problems([{ type }]);
      assert.equal(problem?.reason, 'unknown_type');
      assert.ok(problem.message.length < 700);
    }
  });

  it('has an option that its type does not take', () => {
    const known = 'text, gender, language, digits_handle, async, provider, voice_id';
    expectOne([{ type: 'talk', id: id(9), option: { text: 'a', volume: 5 } }], {
      path: 'actions[0].option.volume',
      index: 0,
      action_id: id(9),
      reason: 'bad_option',
      message: `is no option of talk; it takes ${known}`,
    });
  });

  it('leads to an action that it does not have', () => {
    expectOne([{ ...beep, next_id: id(77) }], {
      path: 'actions[0].next_id',
      index: 0,
      action_id: '',
      reason: 'missing_target',
      message: `no action of this flow has the id ${id(77)}`,
    });
    for (const gone of [id(77), startActionId])
      assert.deepEqual(told([{ type: 'goto', option: { target_id: gone, loop_count: 1 } }]), [
        `actions[0].option.target_id [missing_target] no action of this flow has the id ${gone}`,
      ]);
    assert.deepEqual(told([{ type: 'goto', option: { target_id: nilId } }]), [
      'actions[0].option.target_id [missing_target] is not set; name the id of an action of this flow',
    ]);
  });

  it('has an action to which no path leads', () => {
    expectOne([{ type: 'hangup' }, { ...beep, id: id(6) }], {
      path: 'actions[1]',
      index: 1,
      action_id: id(6),
      reason: 'unreachable',
      message: 'no path leads here; point a next_id or a target at it, or remove it',
    });
  });

  it('loops without taking time', () => {
    expectOne([{ type: 'variable_set', option: { key: 'a' }, id: id(6), next_id: id(6) }], {
      path: 'actions[0]',
      index: 0,
      action_id: id(6),
      reason: 'endless_loop',
      message: 'loops without an action that takes time; put a talk, sleep or digits_receive into the loop',
    });
  });

  it('is told why by each of the reasons there are', () => {
    const samples: Readonly<Record<FlowProblem['reason'], unknown>> = {
      not_a_list: {},
      too_many: Array.from({ length: 501 }, () => beep),
      too_large: Array.from({ length: 40 }, () => ({ type: 'talk', option: { text: 'x'.repeat(5000) } })),
      not_an_action: [1],
      unknown_key: [{ ...beep, x: 1 }],
      bad_id: [{ ...beep, id: 'x' }],
      duplicate_id: [
        { ...beep, id: id(1) },
        { ...beep, id: id(1) },
      ],
      unknown_type: [{ type: 'x' }],
      bad_option: [{ type: 'talk' }],
      missing_target: [{ ...beep, next_id: id(1) }],
      unreachable: [{ type: 'stop' }, beep],
      endless_loop: [{ type: 'answer', id: id(1), next_id: id(1) }],
    };
    for (const [reason, input] of Object.entries(samples))
      assert.deepEqual(
        problems(input).map((problem) => problem.reason),
        [reason],
      );
  });
});

describe('the problems of a flow', () => {
  it('are told together, in the order of its actions', () => {
    assert.deepEqual(
      told([
        { type: 'sleep', option: { duration: 0 } },
        { type: 'nope' },
        { ...beep, id: 'x', speed: 1 },
      ]).map((text) => text.split(' [')[0]),
      ['actions[0].option.duration', 'actions[1].type', 'actions[2].speed', 'actions[2].id'],
    );
    assert.deepEqual(
      told([
        { ...beep, next_id: id(70) },
        { ...beep, id: id(5) },
        { type: 'goto', option: { target_id: id(71) }, id: id(5) },
      ]).map((text) => text.split(' ')[0]),
      ['actions[0].next_id', 'actions[2].id', 'actions[2].option.target_id'],
    );
  });

  it('are not endless, and repeat no more than a little of what was sent', () => {
    const keys = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`${index}${'k'.repeat(1000)}`, 1]),
    );
    const many = problems([
      { ...beep, ...keys, id: 'x'.repeat(5000) },
      { ...beep, option: keys },
    ]);
    assert.equal(many.length, limits.flowProblems);
    assert.ok(JSON.stringify(many).length < 100_000);
  });
});

describe('checking a flow', () => {
  /** JSON that looks enough like a flow to get far. */
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('', '1', '${a}', nilId, finishActionId, id(1), id(2), 0, 1, -1, true),
  );
  const keys = actionTypes.flatMap(({ option }) => Object.keys(option.properties));
  const option = fc.oneof(
    value,
    fc.dictionary(fc.constantFrom(...keys, '__proto__', 'x'), value, { maxKeys: 4 }),
  );
  const action = fc.record(
    {
      id: fc.oneof(fc.constantFrom(id(1), id(2), id(3), nilId, startActionId), fc.jsonValue()),
      next_id: fc.oneof(fc.constantFrom(id(1), id(2), nilId, finishActionId), fc.jsonValue()),
      type: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...knownTypes) }, fc.jsonValue()),
      option,
      more: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  it('takes anything, and either completes it or says what is wrong', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.array(fc.oneof(action, fc.jsonValue()), { maxLength: 5 })),
        (input) => {
          const checked = checkFlow(input, numbering());
          if (!checked.ok) return assert.ok(checked.problems.length > 0);
          const ids = checked.actions.map((each) => each.id);
          assert.equal(new Set(ids).size, ids.length);
          assert.ok(!ids.includes(nilId));
          assert.deepEqual(checkFlow(checked.actions, numbering()), checked);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('survives JSON that is nested very deep', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    for (const input of [
      deep,
      [deep],
      [{ type: deep }],
      [{ type: 'talk', option: deep }],
      [{ type: 'talk', option: { text: deep } }],
      [{ id: deep, type: 'beep' }],
      [{ ...beep, option: { x: deep } }],
    ])
      assert.ok(problems(input).length > 0);
  });
});
