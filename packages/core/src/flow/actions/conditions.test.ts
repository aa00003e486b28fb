import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { id, type PartialAction, Scenario } from '../../scenario.node.ts';

const otherwise = { false_target_id: id(51) };
const block: PartialAction = { type: 'block', id: id(50) };
const set = (key: string, value: string): PartialAction => ({ type: 'variable_set', option: { key, value } });

/** Whether the condition held: the flow went on to the next action. */
function holds(type: string, option: object, ...before: readonly PartialAction[]): boolean {
  const scenario = new Scenario();
  scenario.offer([...before, { type, option: { ...otherwise, ...option } }, block, { ...block, id: id(51) }]);
  scenario.hear({ kind: 'mediaOpened' });
  assert.deepEqual(scenario.reports(), []);
  return scenario.current().id === id(50);
}

describe('condition_call_digits', () => {
  const given = (digits: string, option: object): boolean =>
    holds('condition_call_digits', option, set('parley.call.digits', digits));

  it('holds when there are enough keys', () => {
    assert.equal(given('12', { length: 2 }), true);
    assert.equal(given('123', { length: 2 }), true);
    assert.equal(given('1', { length: 2 }), false);
  });

  it('holds when any of certain keys was pressed', () => {
    assert.equal(given('12#', { key: '*#' }), true);
    assert.equal(given('12', { key: '*#' }), false);
    assert.equal(given('', { key: '1' }), false);
  });

  it('holds when one of the two does', () => {
    assert.equal(given('#', { length: 3, key: '#' }), true);
    assert.equal(given('123', { length: 3, key: '#' }), true);
    assert.equal(given('12', { length: 3, key: '#' }), false);
  });

  it('does not hold when it looks at nothing', () => {
    assert.equal(given('12', {}), false);
    assert.equal(given('12', { length: 0, key: '' }), false);
  });
});

describe('condition_call_status', () => {
  it('holds when the call has the status', () => {
    const answer: PartialAction = { type: 'answer' };
    assert.equal(holds('condition_call_status', { status: 'ringing' }), true);
    assert.equal(holds('condition_call_status', { status: 'progressing' }), false);
    assert.equal(holds('condition_call_status', { status: 'progressing' }, answer), true);
    assert.equal(holds('condition_call_status', { status: 'ringing' }, answer), false);
    for (const status of ['dialing', 'terminating', 'canceling', 'hangup'])
      assert.equal(holds('condition_call_status', { status }), false, status);
  });
});

describe('condition_variable', () => {
  const compares = (value: string, option: object): boolean =>
    holds('condition_variable', { variable: '${v}', ...option }, set('v', value));
  const comparisons = ['==', '!=', '>', '>=', '<', '<='] as const;
  const row = (value: string, option: object): string =>
    comparisons.map((condition) => (compares(value, { ...option, condition }) ? condition : '')).join(' ');

  it('compares texts by their codes', () => {
    assert.equal(row('b', { value_type: 'string', value_string: 'b' }), '==   >=  <=');
    assert.equal(row('a', { value_type: 'string', value_string: 'b' }), ' !=   < <=');
    assert.equal(row('12', { value_type: 'string', value_string: '5' }), ' !=   < <=');
    assert.equal(row('', { value_type: 'string' }), '==   >=  <=');
  });

  it('compares numbers, and a text that says none is equal to nothing', () => {
    assert.equal(row('12', { value_type: 'number', value_number: 5 }), ' != > >=  ');
    assert.equal(row(' 5.0 ', { value_type: 'number', value_number: 5 }), '==   >=  <=');
    assert.equal(row('-1', { value_type: 'number' }), ' !=   < <=');
    for (const none of ['', '  ', 'five', '5 apples'])
      assert.equal(row(none, { value_type: 'number' }), ' !=    ');
  });

  it('compares how many characters there are', () => {
    assert.equal(row('ab', { value_type: 'length', value_length: 2 }), '==   >=  <=');
    assert.equal(row('😀', { value_type: 'length', value_length: 1 }), '==   >=  <=');
    assert.equal(row('', { value_type: 'length' }), '==   >=  <=');
    assert.equal(row('abc', { value_type: 'length', value_length: 2 }), ' != > >=  ');
  });

  it('compares with what is filled in, too, and any text beside it', () => {
    assert.equal(
      compares('x', { condition: '==', value_type: 'string', variable: '<${v}>', value_string: '<${v}>' }),
      true,
    );
  });

  it('compares as long a value as a variable may have', () => {
    const long = 'x'.repeat(32_768);
    assert.equal(compares(long, { condition: '==', value_type: 'length', value_length: 32_768 }), true);
  });
});

describe('condition_datetime', () => {
  // The scenario's wall clock shows 2022-04-11 00:40 UTC, a Monday.
  const any = { condition: '==', minute: -1, hour: -1 };
  const at = (option: object): boolean => holds('condition_datetime', { ...any, ...option });

  it('looks at no part that is left out of day and month, nor at -1 for hour and minute', () => {
    assert.equal(at({}), true);
    assert.equal(at({ day: 0, month: 0, weekdays: [] }), true);
    assert.equal(at({ day: -1, month: -1 }), true);
  });

  it('takes an hour or a minute that is left out for 0', () => {
    assert.equal(holds('condition_datetime', { condition: '==', minute: -1 }), true);
    assert.equal(holds('condition_datetime', { condition: '==', hour: -1 }), false);
    assert.equal(holds('condition_datetime', { condition: '<=' }), true);
  });

  it('compares each part with now, the part on the left', () => {
    assert.equal(at({ minute: 40 }), true);
    assert.equal(at({ minute: 41 }), false);
    assert.equal(at({ condition: '>', minute: 41 }), true);
    assert.equal(at({ condition: '<', minute: 41 }), false);
    assert.equal(at({ condition: '>=', day: 11 }), true);
    assert.equal(at({ condition: '<=', day: 12 }), false);
    assert.equal(at({ month: 4 }), true);
    assert.equal(at({ condition: '!=', month: 4 }), false);
  });

  it('holds only when all its parts do', () => {
    assert.equal(at({ month: 4, day: 11, hour: 0, minute: 40 }), true);
    assert.equal(at({ month: 4, day: 11, hour: 1, minute: 40 }), false);
    assert.equal(at({ condition: '>', hour: 5, minute: 30 }), false);
  });

  it('asks whether the weekday is among those named, whatever the comparison', () => {
    assert.equal(at({ weekdays: [1] }), true);
    assert.equal(at({ weekdays: [0, 6] }), false);
    assert.equal(at({ condition: '!=', weekdays: [1], hour: -1 }), true);
    assert.equal(at({ condition: '!=', weekdays: [0], hour: 3 }), false);
  });

  it('looks at the clock of a time zone', () => {
    assert.equal(at({ hour: 9, timezone: 'Asia/Seoul' }), true);
    assert.equal(at({ hour: 20, day: 10, weekdays: [0], timezone: 'America/New_York' }), true);
    assert.equal(at({ hour: 0, timezone: '' }), true);
  });
});
