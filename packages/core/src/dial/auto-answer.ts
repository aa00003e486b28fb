import type { DialAttempt, PlannedDestination } from './plan.ts';

/**
 * Asks the phones of a destination to answer by themselves. There is one standard for it (RFC 5373), and two older ways that
 * desk phones know; each looks for its own and leaves the others. Whether it obeys is a setting of the phone. Numbers are
 * left alone: what is reached over a carrier is nobody's desk.
 */
export function withAutoAnswer(destination: PlannedDestination): PlannedDestination {
  return {
    ...destination,
    legs: destination.legs.map((leg) =>
      leg.destination.type === 'tel'
        ? leg
        : { ...leg, attempts: leg.attempts.map((attempt) => asked(attempt)) },
    ),
  };
}

function asked(attempt: DialAttempt): DialAttempt {
  // The URI stands where one has to be; phones fetch a ringing tone from what they can fetch, and this is their own address.
  const uri = `<${attempt.uri}>`;
  return {
    ...attempt,
    headers: [
      ...attempt.headers,
      { name: 'Answer-Mode', value: 'Auto' },
      { name: 'Call-Info', value: `${uri};answer-after=0` },
      { name: 'Alert-Info', value: `${uri};info=alert-autoanswer;delay=0` },
    ],
  };
}
