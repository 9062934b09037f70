/** What Electron gives a utility process to talk to the one that started it. */
export interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
}

/** Electron's port, in a utility process; plain Node has none. */
export function parentPort(): ParentPort | undefined {
  return (process as { parentPort?: ParentPort }).parentPort;
}

/** Answers questions of the process that started this one, be it Electron or plain Node. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  const port = parentPort();
  if (port === undefined) {
    process.on('message', async (question) => process.send?.(await answer(question as Question)));
  } else {
    port.on('message', async ({ data }) => port.postMessage(await answer(data as Question)));
  }
}
