import { effect } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import type { DatasetView } from '../../rpc/api.ts'
import { datasetOf } from '../testing/fake-datasets.ts'
import { UploadQueue } from './upload-queue.ts'
import type { QueuedFile, UploadQueueInit } from './upload-queue.ts'

function file(name: string, content = 'content'): QueuedFile {
  return { file: new File([content], name), name }
}

/** A queue whose uploads end when the test says so. */
function testQueue(init: Partial<UploadQueueInit> = {}) {
  const running: { name: string; signal: AbortSignal; end: PromiseWithResolvers<DatasetView> }[] = []
  const events: string[] = []
  let onEvent: () => void = () => undefined
  const tell = (event: string) => {
    events.push(event)
    onEvent()
  }
  const queue = new UploadQueue({
    upload: ({ name }, signal) => {
      const end = Promise.withResolvers<DatasetView>()
      signal.addEventListener('abort', () => end.reject(signal.reason))
      running.push({ name, signal, end })
      tell(`start ${name}`)
      return end.promise
    },
    onStored: ({ name }, isOnly) => tell(`stored ${name}${isOnly ? ' alone' : ''}`),
    onFailed: ({ name }) => tell(`failed ${name}`),
    onGivenUp: (files) => tell(`given up ${files.map(({ name }) => name).join(',')}`),
    ...init,
  })
  /** Resolves with the events when `event` has been told. */
  const until = (event: string) =>
    new Promise<readonly string[]>((resolve) => {
      onEvent = () => events.includes(event) && resolve(events)
      onEvent()
    })
  const store = (name: string) => running.find((upload) => upload.name === name)?.end.resolve(datasetOf(name, { name }))
  const fail = (name: string, error: Error) => running.find((upload) => upload.name === name)?.end.reject(error)
  return { queue, events, until, store, fail }
}

describe('UploadQueue', () => {
  it('uploads one file at a time, in order', async () => {
    const { queue, until, store } = testQueue()
    queue.add([file('a'), file('b')])
    expect(await until('start a')).toEqual(['start a'])
    expect(queue.waiting.value.map(({ name }) => name)).toEqual(['b'])
    store('a')
    await until('start b')
    store('b')
    expect(await until('stored b')).toEqual(['start a', 'stored a', 'start b', 'stored b'])
  })

  it('counts a file as unfinished without a gap, from when it is given until it ends', async () => {
    const { queue, until, store } = testQueue()
    const counts: number[] = []
    const stop = effect(() => void counts.push(queue.unfinished.value.length))
    queue.add([file('a'), file('b')])
    store('a')
    await until('start b')
    store('b')
    await expect.poll(() => queue.isRunning.value).toBe(false)
    stop()
    expect(counts.filter((count, at) => count !== counts[at - 1])).toEqual([0, 2, 1, 0])
  })

  it('says which file was added alone', async () => {
    const { queue, until, store } = testQueue()
    queue.add([file('a')])
    store('a')
    expect(await until('stored a alone')).toContain('stored a alone')
  })

  it('leaves out empty files by name and takes the rest', () => {
    const { queue, events } = testQueue()
    expect(queue.add([file('empty', ''), file('a'), file('void', '')])).toEqual({
      acceptedCount: 1,
      emptyNames: ['empty', 'void'],
      leftOutCount: 0,
    })
    expect(events).toEqual(['start a'])
  })

  it('takes no more than its limit', () => {
    const { queue } = testQueue({ maxWaiting: 2 })
    expect(queue.add([file('a'), file('b'), file('c')]).leftOutCount).toBe(1)
    expect(queue.waiting.value).toHaveLength(1)
  })

  it('goes on after a file that failed', async () => {
    const { queue, until, fail } = testQueue()
    queue.add([file('a'), file('b')])
    fail('a', new QuireError('ERR_STORE_FULL', 'Full.'))
    expect(await until('start b')).toEqual(['start a', 'failed a', 'start b'])
  })

  it('gives the rest up together where the node is gone', async () => {
    const { queue, until, fail } = testQueue()
    queue.add([file('a'), file('b'), file('c')])
    fail('a', new QuireError('ERR_WORKER_DIED', 'Dead.'))
    expect(await until('given up a,b,c')).toEqual(['start a', 'given up a,b,c'])
  })

  it('takes a stopped upload for no failure', async () => {
    const { queue, until, fail } = testQueue()
    queue.add([file('a'), file('b')])
    fail('a', new DOMException('Stopped.', 'AbortError'))
    expect(await until('start b')).toEqual(['start a', 'start b'])
  })

  it('goes on with the next beside one that is paused, one at a time', async () => {
    const { queue, events, until, store } = testQueue()
    queue.add([file('a'), file('b'), file('c')])
    queue.setPausedCount(1)
    expect(events).toEqual(['start a', 'start b'])
    store('b')
    expect(await until('start c')).toEqual(['start a', 'start b', 'stored b', 'start c'])
    expect(queue.unfinished.value.map(({ name }) => name)).toEqual(['a', 'c'])
    store('c')
    await until('stored c')
    queue.setPausedCount(0)
    store('a')
    await until('stored a')
    await expect.poll(() => queue.isRunning.value).toBe(false)
  })

  it('begins nothing in place of what was paused all together, until it is resumed', async () => {
    const { queue, events, until, store } = testQueue()
    queue.add([file('a'), file('b')])
    queue.hold(true)
    queue.setPausedCount(1)
    expect(events).toEqual(['start a'])
    queue.hold(false)
    expect(await until('start b')).toEqual(['start a', 'start b'])
    store('b')
    await until('stored b')
  })

  it('does not wait for ever where what was paused all together has been stopped', async () => {
    const { queue, until, fail } = testQueue()
    queue.add([file('a'), file('b')])
    queue.hold(true)
    queue.setPausedCount(1)
    fail('a', new DOMException('Stopped.', 'AbortError'))
    expect(await until('start b')).toEqual(['start a', 'start b'])
  })

  it('aborts the running upload and forgets the waiting ones when it stops', async () => {
    const { queue, events } = testQueue()
    queue.add([file('a'), file('b')])
    queue.stop()
    await expect.poll(() => queue.isRunning.value).toBe(false)
    expect(events).toEqual(['start a'])
    expect(queue.waiting.value).toEqual([])
  })
})
