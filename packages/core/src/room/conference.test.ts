import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConferenceSettings, NewConference } from './conference-row.ts';
import { id, Scenario } from '../scenario.node.ts';

const day = 86_400;

function create(scenario: Scenario, wanted: Partial<NewConference> = {}): string {
  const { conference } = scenario.take(({ centre, at }) =>
    centre.createConference(
      {
        customerId: id(9001),
        type: 'conference',
        name: 'Monday',
        detail: '',
        data: {},
        timeout: 0,
        preActions: [],
        postActions: [],
        ...wanted,
      },
      at,
    ),
  );
  assert.ok(conference);
  return conference.id;
}

function update(scenario: Scenario, conferenceId: string, settings: ConferenceSettings): void {
  scenario.take(({ centre, at }) => ({ decision: centre.updateConference(conferenceId, settings, at) }));
}

function row(scenario: Scenario, conferenceId: string) {
  return scenario.centre.liveConference(conferenceId)?.row;
}

describe('a conference', () => {
  it('is closed by itself when its time is over; less than a minute counts as a day', () => {
    const scenario = new Scenario();
    const short = create(scenario, { timeout: 59 });
    const minute = create(scenario, { timeout: 60 });
    assert.equal(row(scenario, short)?.timeout, day);
    scenario.pass(60_000);
    assert.equal(row(scenario, minute), undefined);
    assert.equal(scenario.last('conference_deleted')['id'], minute);
    scenario.pass((day - 60) * 1000);
    assert.equal(row(scenario, short), undefined);
    assert.equal(scenario.centre.wakeAt(), undefined);
  });

  it('is changed as far as it is said, and tells so', () => {
    const scenario = new Scenario();
    const conferenceId = create(scenario, { detail: 'weekly', data: { team: 1 } });
    update(scenario, conferenceId, { name: 'Tuesday', data: { team: 2 } });
    const told = scenario.last('conference_updated');
    assert.deepEqual(
      [told['name'], told['detail'], told['data'], told['timeout']],
      ['Tuesday', 'weekly', { team: 2 }, 0],
    );
    assert.deepEqual(row(scenario, conferenceId), told);
  });

  it('has a new time from now on, or none any more', () => {
    const scenario = new Scenario();
    const conferenceId = create(scenario, { timeout: 100 });
    scenario.pass(90_000);
    update(scenario, conferenceId, { timeout: 100 });
    scenario.pass(90_000);
    assert.equal(row(scenario, conferenceId)?.timeout, 100);
    update(scenario, conferenceId, { timeout: 0 });
    scenario.pass(90_000);
    assert.equal(row(scenario, conferenceId)?.status, 'progressing');
    assert.equal(scenario.centre.wakeAt(), undefined);
  });

  it('keeps its time when something else changes', () => {
    const scenario = new Scenario();
    const conferenceId = create(scenario, { timeout: 100 });
    scenario.pass(90_000);
    update(scenario, conferenceId, { name: 'Tuesday' });
    scenario.pass(10_000);
    assert.equal(row(scenario, conferenceId), undefined);
  });

  it('that is closing or over is not changed any more', () => {
    const scenario = new Scenario();
    const conferenceId = create(scenario);
    scenario.take(({ centre, at }) => ({ decision: centre.closeConference(conferenceId, at) }));
    assert.deepEqual(scenario.types(), ['conference_created', 'conference_updated', 'conference_deleted']);
    update(scenario, conferenceId, { name: 'Tuesday' });
    assert.equal(scenario.types().length, 3);
  });
});
