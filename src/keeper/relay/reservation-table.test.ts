import { describe, expect, it } from 'vitest'
import { CircuitPlaces } from './circuit-places.ts'
import { ReservationTable } from './reservation-table.ts'

function startTable(maxCount: number) {
  const time = { nowMs: 1_000_000 }
  return { time, table: new ReservationTable({ maxCount, lifeMs: 60_000, now: () => time.nowMs }) }
}

describe('the table of reservations', () => {
  it('gives as many places as there are, and lets those who have one keep it longer', () => {
    const { table, time } = startTable(2)

    expect(table.reserve('a')).toBe(1060)
    expect(table.reserve('b')).toBe(1060)
    expect(table.reserve('c')).toBeUndefined()
    time.nowMs += 30_000
    expect(table.reserve('a')).toBe(1090)
    expect(table.size).toBe(2)
  })

  it('gives places that have ended, or were given back, to others', () => {
    const { table, time } = startTable(2)
    table.reserve('a')
    time.nowMs += 30_000
    table.reserve('b')
    time.nowMs += 30_000

    expect(table.has('a')).toBe(false)
    expect(table.reserve('c')).toBeDefined()
    expect(table.reserve('d')).toBeUndefined()
    table.release('b')
    expect(table.reserve('d')).toBeDefined()
    expect(table.size).toBe(2)
  })
})

describe('the places for circuits', () => {
  it('are limited for each dialler and for each who waits, and given back once', () => {
    const places = new CircuitPlaces()
    const leave = places.take('greedy', 'one')
    for (let count = 1; count < 32; count++) expect(places.take('greedy', `other ${count}`)).toBeDefined()

    expect(places.take('greedy', 'one')).toBeUndefined()
    leave?.()
    leave?.()
    expect(places.take('greedy', 'one')).toBeDefined()
    expect(places.take('greedy', 'one')).toBeUndefined()

    for (let count = 0; count < 64; count++) expect(places.take(`dialer ${count}`, 'popular')).toBeDefined()
    expect(places.take('one more', 'popular')).toBeUndefined()
  })

  it('are limited in all', () => {
    const places = new CircuitPlaces()
    for (let count = 0; count < 256; count++) expect(places.take(`d${count}`, `l${count}`)).toBeDefined()

    expect(places.take('d', 'l')).toBeUndefined()
  })
})
