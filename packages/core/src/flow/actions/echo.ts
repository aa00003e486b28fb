import { echoAction } from '../echo-action.ts';

export const action = echoAction(
  'echo',
  "Sends the caller's own sound and keys back. Answers first if needed.",
);
