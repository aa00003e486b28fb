import { Type } from 'typebox';

/** Whole numbers from 0 on, whose descriptions end with their unit. */
export function countOf(description: string) {
  return Type.Integer({ minimum: 0, description });
}

export function millisecondsOf(description: string) {
  return Type.Integer({ minimum: 0, description: `${description} Milliseconds.` });
}

export function secondsOf(description: string) {
  return Type.Integer({ minimum: 0, description: `${description} Seconds.` });
}
