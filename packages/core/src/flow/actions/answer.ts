import { Type } from 'typebox';
import { defineAction, next } from '../action-type.ts';

/** The engine answers before any action that needs it; there is nothing left to do. */
export const action = defineAction({
  type: 'answer',
  summary: 'Answers the call; when it is answered already, goes on.',
  executor: 'call',
  option: Type.Object({}),
  needsAnswer: true,
  rests: () => false,
  start: () => next,
});
