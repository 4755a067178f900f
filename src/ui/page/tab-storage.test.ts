import { describe, expect, it } from 'vitest'
import { TabStorage } from './tab-storage.ts'

/** A storage of the whole origin. */
function storageWith(entries: Record<string, string> = {}) {
  const map = new Map(Object.entries(entries))
  return {
    map,
    get length() {
      return map.size
    },
    key: (at: number) => [...map.keys()][at] ?? null,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  }
}

describe('TabStorage', () => {
  const tabOf = (storage: ReturnType<typeof storageWith>, tab: string, living: string[] | undefined = ['a', 'b']) =>
    new TabStorage(() => storage, { tab, living: () => (living === undefined ? undefined : new Set(living)) })

  it('leaves alone what other open tabs keep', () => {
    const storage = storageWith()
    tabOf(storage, 'a').setItem('notes', '[1]')
    expect(tabOf(storage, 'b').getItem('notes')).toBeNull()
    tabOf(storage, 'b').setItem('notes', '[]')
    expect(tabOf(storage, 'a').getItem('notes')).toBe('[1]')
  })

  it('takes over what tabs that are gone have left, once', () => {
    const storage = storageWith({ 'notes@gone': '[1]', 'notes@lost': '[2]', 'other@gone': '[3]' })
    expect(tabOf(storage, 'a').getItem('notes')).toBe('[1,2]')
    expect(tabOf(storage, 'b').getItem('notes')).toBeNull()
    expect([...storage.map.keys()]).toEqual(['other@gone', 'notes@a'])
  })

  it('takes over what was kept before there were several tabs', () => {
    const storage = storageWith({ notes: '[1]' })
    expect(tabOf(storage, 'a').getItem('notes')).toBe('[1]')
    expect([...storage.map.keys()]).toEqual(['notes@a'])
  })

  it('takes over nothing while it is not known which tabs are open', () => {
    const storage = storageWith({ 'notes@gone': '[1]' })
    const tab = new TabStorage(() => storage, { tab: 'a', living: () => undefined })
    expect(tab.getItem('notes')).toBeNull()
    expect(storage.map.get('notes@gone')).toBe('[1]')
  })

  it('takes what is no list for nothing', () => {
    expect(tabOf(storageWith({ notes: '{', 'notes@gone': '7' }), 'a').getItem('notes')).toBeNull()
  })
})
