import { callCommands, callCommandTable, callConditions } from '@parley/contract';
import { code, page, table } from './markdown.ts';

/** The page of what can be asked of a call in which state. */
export function callCommandsPage(): string {
  const reasons = [...new Set(callCommands.flatMap(problemsOf))];
  const mark = (problem: string): string =>
    problem === '' ? 'yes' : `no [${String(reasons.indexOf(problem) + 1)}]`;
  return page(
    '# Commands to a call',
    'What a request may do to a call depends on what the call is: its `status`, of which `progressing` is two here, `held` being an answered call with `on_hold`; and what its recording is: none, under way, or paused. A command has to be allowed by both.',
    '`music` is `POST` and `DELETE` of `/v1.0/calls/{id}/moh`. The other names are those of the operations.',
    table(
      ['command', ...callConditions.map(code)],
      callCommands.map((command) => [
        code(command),
        ...callConditions.map((condition) => mark(callCommandTable[command][condition])),
      ]),
    ),
    'A command that is not allowed is refused with 409: [`CALL_ALREADY_HANGUP`](errors.md#call_already_hangup) when the call is over, [`RECORDING_ALREADY_ACTIVE`](errors.md#recording_already_active) or [`RECORDING_NOT_ACTIVE`](errors.md#recording_not_active) where the recording is in the way, and [`CALL_STATE_INVALID`](errors.md#call_state_invalid) otherwise, with the status of the call and why:',
    reasons.map((reason, index) => `${String(index + 1)}. ${reason}`).join('\n'),
  );
}

function problemsOf(command: (typeof callCommands)[number]): readonly string[] {
  return callConditions
    .map((condition) => callCommandTable[command][condition])
    .filter((text) => text !== '');
}
