import { Type } from 'typebox';
import { defineAction, next } from '../action-type.ts';

export const action = defineAction({
  type: 'recording_stop',
  summary: 'Ends the recording of the call, if there is one.',
  executor: 'call',
  option: Type.Object({}),
  rests: () => false,
  start(step) {
    step.stopRecording();
    return next;
  },
});
