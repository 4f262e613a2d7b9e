/** Runs code in a service worker as its developer console would, under its policy: Playwright's own way needs `eval` there. */
import type { Browser, CDPSession } from '@playwright/test';

/** Sends one command to the target and waits for the answer. */
async function send(
  browser: CDPSession,
  sessionId: string,
  method: string,
  params: object,
): Promise<unknown> {
  const answered = new Promise<{ result?: unknown; error?: unknown }>((resolve) => {
    browser.on('Target.receivedMessageFromTarget', (event) => {
      const message = JSON.parse(event.message) as { id?: number; result?: unknown; error?: unknown };
      if (event.sessionId === sessionId && message.id === 1) resolve(message);
    });
  });
  await browser.send('Target.sendMessageToTarget', {
    sessionId,
    message: JSON.stringify({ id: 1, method, params }),
  });
  const { result, error } = await answered;
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result;
}

/** @param expression may give a promise @returns its value, copied */
export async function evaluateInServiceWorker(
  browser: Browser,
  scriptUrl: string,
  expression: string,
): Promise<unknown> {
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets');
  const target = targetInfos.find(({ type, url }) => type === 'service_worker' && url === scriptUrl);
  if (!target) throw new Error(`no service worker ${scriptUrl}: ${JSON.stringify(targetInfos)}`);
  const { targetId } = target;
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const parameters = {
    expression,
    awaitPromise: true,
    returnByValue: true,
    allowUnsafeEvalBlockedByCSP: false,
  };
  const answer = (await send(session, sessionId, 'Runtime.evaluate', parameters)) as {
    readonly result: { readonly value?: unknown };
    readonly exceptionDetails?: unknown;
  };
  await session.detach();
  if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
  return answer.result.value;
}
