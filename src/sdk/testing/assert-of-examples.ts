/** What `node:assert/strict` is to the examples when they run in a browser. */
import { assert } from 'vitest'

async function rejects(call: Promise<unknown>, expected: Readonly<Record<string, unknown>>): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert(error instanceof Error, 'The call is refused.')
  for (const [name, value] of Object.entries(expected)) assert.strictEqual(Reflect.get(error, name), value)
}

// As Node’s own module has it.
// oxlint-disable-next-line import/no-default-export
export default {
  equal: (actual: unknown, expected: unknown): void => assert.strictEqual(actual, expected),
  deepEqual: (actual: unknown, expected: unknown): void => assert.deepEqual(actual, expected),
  ok: (value: unknown): void => assert(value),
  match: (text: string, pattern: RegExp): void => assert(pattern.test(text), `${text} is like ${String(pattern)}`),
  rejects,
}
