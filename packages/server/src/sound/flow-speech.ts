import type { Flow } from '@parley/contract';
import { type PlaySource, speechOf } from '@parley/core';

type SpeechSource = Extract<PlaySource, { kind: 'speech' }>;

/** What a flow says in the same words to every caller; texts with variables are known only in the call. */
export function* fixedSpeechOf({ actions }: Pick<Flow, 'actions'>): Iterable<SpeechSource> {
  for (const { type, option } of actions) {
    // A stored flow has been checked: it has the option that a talk takes.
    if (type !== 'talk' || option === undefined) continue;
    const speech = speechOf(option as unknown as Parameters<typeof speechOf>[0]);
    if (!`${speech.text}${speech.language}${speech.gender}`.includes('${')) yield speech;
  }
}
