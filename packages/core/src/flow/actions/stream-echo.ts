import { echoAction } from '../echo-action.ts';

export const action = echoAction(
  'stream_echo',
  'Sends what the caller sends back, as `echo` does: the older name for the same. Answers first if needed.',
);
