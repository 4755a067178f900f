import { describe, expect, it } from 'vitest'
import { type LogLevel, NodeLog } from './node-log.ts'

const EVENTS = ['debug', 'info', 'warn', 'error'] as const

/** The events that come through while the log has a level. */
function heardAt(level: LogLevel): string[] {
  const heard: string[] = []
  const { log } = new NodeLog((_, event) => heard.push(event), level)
  for (const event of EVENTS) log(event, event)
  return heard
}

describe('NodeLog', () => {
  it.each([
    ['silent', []],
    ['error', ['error']],
    ['warn', ['warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['debug', ['debug', 'info', 'warn', 'error']],
  ] as const)('tells at the level %s what is as grave or graver', (level, events) => {
    expect(heardAt(level)).toEqual(events)
  })

  it('changes its level for those that have its function already, and hands the fields on', () => {
    const heard: unknown[] = []
    const nodeLog = new NodeLog((...each) => heard.push(each), 'error')
    const { log } = nodeLog
    log('info', 'before')
    nodeLog.setLevel('info')
    log('info', 'after', { peer: 'x' })
    expect([nodeLog.level, heard]).toEqual(['info', [['info', 'after', { peer: 'x' }]]])
  })

  it('refuses a level that is none, and keeps the one that it has', () => {
    const nodeLog = new NodeLog(() => undefined, 'warn')
    const loud = 'loud' as LogLevel
    expect(() => nodeLog.setLevel(loud)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_INVALID' }))
    expect(() => new NodeLog(() => undefined, loud)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_INVALID' }))
    expect(nodeLog.level).toBe('warn')
  })
})
