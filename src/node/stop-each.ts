import type { NetworkLog } from './node-parts.ts'

/** Stops parts one after the other: one that cannot stop must not keep the others, a store above all, from closing. */
export async function stopEach(steps: readonly (() => Promise<unknown> | undefined)[], log: NetworkLog): Promise<void> {
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      log('error', 'a part of the node could not be stopped', { error })
    }
  }
}
