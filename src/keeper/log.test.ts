import { describe, expect, it } from 'vitest'
import { createLog, networkLog } from './log.ts'

function capture(isTTY: boolean): { log: ReturnType<typeof createLog>; lines: () => string[] } {
  const written: string[] = []
  const log = createLog({ isTTY, write: (text: string) => void written.push(text) }, 'info')
  return { log, lines: () => written.join('').trimEnd().split('\n') }
}

describe('the keeper’s log', () => {
  it('writes one JSON object a line where nobody watches', () => {
    const { log, lines } = capture(false)

    log.info({ port: 9410 }, 'listening')
    log.debug('left out')
    networkLog(log)('warn', 'a peer was dropped', { peer: '16U', error: new Error('bad proof') })

    expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), port: 9410, msg: 'listening' },
      expect.objectContaining({ level: 'warn', peer: '16U', err: expect.objectContaining({ message: 'bad proof' }) }),
    ])
  })

  it('writes plain lines on a terminal, and lets no value steer it', () => {
    const { log, lines } = capture(true)

    log.info({ peer: 'evil\u001b[2J\nname', list: [1] }, 'met')

    expect(lines()).toHaveLength(1)
    expect(lines()[0]).toMatch(/^\d\d:\d\d:\d\d info {2}met {2}peer=evil\?\[2J\?name {2}list=\[1\]$/)
  })
})
