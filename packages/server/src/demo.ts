import { type ActionInput, nilId } from '@parley/contract';
import { type Chance, createFlow, createNumber, type Draft } from '@parley/core';

/** Numbers a newcomer can call at once. */
export const demoNumbers = { welcome: '100', echo: '101' } as const;

const language = 'en-US';

function talk(id: string, text: string, digits_handle: '' | 'next' = ''): ActionInput {
  return { id, type: 'talk', option: { text, language, gender: 'female', digits_handle } };
}

/** A greeting, a menu of two keys, and a way back into it. */
function welcomeActions(chance: Chance): ActionInput[] {
  const [menu, one, two, other, bye] = [chance.id(), chance.id(), chance.id(), chance.id(), chance.id()];
  return [
    { type: 'answer' },
    talk(chance.id(), 'Welcome to Parley. This call is answered by a flow.'),
    talk(
      menu,
      'Press one to hear the number you are calling from. Press two to hear yourself for ten seconds.',
      'next',
    ),
    { type: 'digits_receive', option: { duration: 5000, length: 1 } },
    { type: 'branch', option: { target_ids: { 1: one, 2: two }, default_target_id: other } },
    {
      ...talk(
        one,
        '<speak>You are calling from <say-as interpret-as="characters">${parley.call.source.target}</say-as>.</speak>',
      ),
      next_id: bye,
    },
    { ...talk(two, 'Say something.'), next_id: nilId },
    { type: 'echo', option: { duration: 10_000 }, next_id: bye },
    { id: other, type: 'goto', option: { target_id: menu, loop_count: 2 } },
    talk(bye, 'Thank you for calling. Goodbye.'),
    { type: 'hangup' },
  ];
}

const echoActions: ActionInput[] = [
  { type: 'answer' },
  { type: 'talk', option: { text: 'You will hear yourself now.', language, gender: 'female' } },
  { type: 'beep' },
  { type: 'echo', option: { duration: 60_000 } },
];

/** Makes the demo flows and their numbers. */
export function createDemo(draft: Draft, chance: Chance, customerId: string): void {
  const demos = [
    { number: demoNumbers.welcome, name: 'Welcome', actions: welcomeActions(chance) },
    { number: demoNumbers.echo, name: 'Echo test', actions: echoActions },
  ];
  for (const { number, name, actions } of demos) {
    const made = createFlow(draft, chance, customerId, { name, detail: 'Made at the first start.', actions });
    if (!made.ok) throw new Error(`the demo flow ${name} is wrong: ${JSON.stringify(made.problems)}`);
    createNumber(draft, chance, customerId, { number, name, detail: '', call_flow_id: made.flow.id });
  }
}
