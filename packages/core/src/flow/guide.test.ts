import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { limits as contractLimits } from '@parley/contract';
import { defaultSettings } from '../call/call-centre.ts';
import { limits } from '../limits.ts';
import { Scenario } from '../scenario.node.ts';
import { checkFlow } from './check.ts';
import { readVariable } from './variables.ts';

const guide = await readFile(new URL('../../../../docs/guides/flows.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => block);

describe('the guide to flows', () => {
  it('has examples', () => assert.ok(examples.length >= 8));

  for (const [index, example] of examples.entries()) {
    it(`has an example ${index + 1} that can be saved`, () => {
      const checked = checkFlow(JSON.parse(example), randomUUID);
      assert.ok(checked.ok, JSON.stringify(checked));
    });
  }

  it('names the variables there are', () => {
    const scenario = Scenario.answered([{ type: 'block' }]);
    const live = scenario.centre.liveCall(scenario.callId);
    assert.ok(live?.activeflow !== undefined);
    const address = { ...live.call.source, name: 'x', detail: 'x', target_name: 'x' };
    const call = { ...live.call, source: address, destination: address };
    const rows = guide.split('\n').filter((line) => line.startsWith('| `parley.'));
    const names = rows.flatMap((row) =>
      [...row.matchAll(/`(parley\.[a-z_.]+)`/g)].map(([, name = '']) => name),
    );
    assert.equal(new Set(names).size, 19);
    for (const name of names) {
      const set = new Map([['voipbin.call.digits', '1']]);
      assert.notEqual(readVariable(name, set, call, live.activeflow), '', name);
    }
  });

  it('tells the limits that are kept', () => {
    const section = guide.slice(guide.indexOf('## Limits'), guide.indexOf('## When'));
    const told = [...section.matchAll(/\d+(,\d{3})*/g)].map(([number]) => Number(number.replaceAll(',', '')));
    const { actionsBytes, optionBytes } = limits;
    assert.deepEqual(told, [
      contractLimits.actionsPerFlow,
      limits.actionsInForce,
      limits.nesting,
      actionsBytes,
      optionBytes,
      limits.stepsWithoutRest,
      limits.stepsPerActiveflow,
      limits.variables,
      limits.variableValue,
      limits.variablesText,
      limits.digits,
      limits.requestMs / 1000,
      limits.fetchAnswer,
      defaultSettings.longestCallMs / 3_600_000,
      (actionsBytes + optionBytes + 4096) / 1024,
    ]);
  });
});
