import { Type } from 'typebox';
import { afterPlay, defineAction, next } from '../action-type.ts';

/** When it was last said, in seconds of waiting. */
const saidVariable = 'voipbin.queue_announce.said';

export const action = defineAction({
  type: 'queue_announce',
  summary:
    'Tells a waiting caller its place in the line, every so often. Queues put it behind their wait actions.',
  executor: 'call',
  option: Type.Object({
    interval: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400,
        description: 'Seconds from one time to the next; 0: each time.',
      }),
    ),
    position: Type.Optional(Type.Boolean({ description: 'How many are before the caller.' })),
    estimated_wait: Type.Optional(Type.Boolean({ description: 'How long it will probably take.' })),
  }),
  needsAnswer: true,
  rests: () => false,
  start(step, { interval = 0, position = false, estimated_wait: estimated = false }) {
    const waited = Number(step.variable('voipbin.queue.waited'));
    const said = step.variable(saidVariable);
    if (said !== '' && waited - Number(said) < interval) return next;
    const texts = [
      ...(position ? [positionText(Number(step.variable('voipbin.queue.position')))] : []),
      ...(estimated ? [waitText(Number(step.variable('voipbin.queue.estimated_wait')))] : []),
    ];
    const text = texts.filter((each) => each !== '').join(' ');
    step.setVariable(saidVariable, String(waited));
    if (text === '') return next;
    const until = step.play([{ kind: 'speech', text, language: 'en-US', gender: 'neutral' }]);
    return { kind: 'rest', until };
  },
  resume: (_step, _option, signal) => afterPlay(signal),
});

function positionText(position: number): string {
  if (position <= 0) return '';
  return position === 1 ? 'You are next in line.' : `You are number ${position} in line.`;
}

function waitText(seconds: number): string {
  if (seconds <= 0) return '';
  const minutes = Math.ceil(seconds / 60);
  return `Your estimated wait is ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}
