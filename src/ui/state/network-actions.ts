/** What a person can do about the connection: test it, copy a report, decide what is announced. */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { DatasetView, NodeApi } from '../../rpc/api.ts'
import { isAbort, viewOfError } from '../../rpc/errors.ts'
import { sentenceOfTest } from '../format/check-words.ts'
import { displayName } from '../format/names.ts'
import { reportOf } from '../network/report.ts'
import type { FileActions } from './file-actions.ts'
import type { NodeSnapshot } from './node-snapshot.ts'
import type { Notices } from './notices.ts'

interface NetworkActionsParts {
  readonly node: () => NodeApi
  readonly snapshot: () => NodeSnapshot
  readonly files: Pick<FileActions, 'copy' | 'debugInfo'>
  readonly notices: Notices
  readonly announce: (text: string) => void
}

export class NetworkActions {
  readonly #parts: NetworkActionsParts
  readonly #isTesting = signal(false)
  #testing: AbortController | undefined

  constructor(parts: NetworkActionsParts) {
    this.#parts = parts
  }

  /** This page runs a test. */
  get isTesting(): ReadonlySignal<boolean> {
    return this.#isTesting
  }

  /** Runs the self-test; its checks come as events. */
  async test(): Promise<void> {
    if (this.#testing !== undefined) return
    const testing = new AbortController()
    this.#testing = testing
    this.#isTesting.value = true
    try {
      const result = await this.#parts.node().selfTest({ signal: testing.signal })
      this.#parts.announce(sentenceOfTest(result))
    } catch (error) {
      if (testing.signal.aborted) this.#parts.announce('The test was stopped.')
      else this.#report('The test of the connection', error)
    } finally {
      this.#testing = undefined
      this.#isTesting.value = false
    }
  }

  stopTest(): void {
    this.#testing?.abort()
  }

  async copyReport(): Promise<void> {
    const { files, snapshot } = this.#parts
    const { status, selfTest } = snapshot()
    const nodeInfo = await files.debugInfo()
    if (status === undefined || nodeInfo === undefined) return
    await files.copy(reportOf({ status, selfTest, nodeInfo, nowMs: Date.now() }), 'Report')
  }

  /** Whether the network is told that a dataset is here. */
  async setAnnounced({ cid, name }: DatasetView, isAnnounced: boolean): Promise<void> {
    try {
      await this.#parts.node().setAnnounced(cid, isAnnounced)
      this.#parts.announce(`${displayName(name)}: ${isAnnounced ? 'announced from now on' : 'not announced any more'}`)
    } catch (error) {
      this.#report(name ?? cid, error)
    }
  }

  #report(what: string, error: unknown): void {
    if (!isAbort(error)) this.#parts.notices.add('other', [what], viewOfError(error))
  }
}
