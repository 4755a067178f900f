import { describe, expect, it } from 'vitest'
import { storageBeside } from './widget-storage.ts'

describe('whose storage a frame has', () => {
  it.each([
    ['https://quire.example', 'shared'],
    ['https://blog.quire.example', 'shared'],
    ['https://other.example', 'partitioned'],
    ['http://quire.example', 'partitioned'],
    [undefined, 'shared'],
  ] as const)('beside %s: %s', (host, storage) => {
    expect(storageBeside(host, 'https://quire.example')).toBe(storage)
  })

  it('is a part of its own beside another address, though the digits end alike', () => {
    expect(storageBeside('http://127.0.0.1:5000', 'http://localhost:4000')).toBe('partitioned')
    expect(storageBeside('http://10.1.0.1', 'http://10.2.0.1')).toBe('partitioned')
    expect(storageBeside('http://localhost:5000', 'http://localhost:4000')).toBe('shared')
  })
})
