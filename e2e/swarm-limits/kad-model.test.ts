import { describe, expect, it } from 'vitest'
import { MAX_ANNOUNCED_BY_CLIENT } from '../../src/network/provided.ts'
import { kadCost } from './kad-model.ts'
import { USUAL_LIMITS } from './scenario.ts'

const FEW = { ...USUAL_LIMITS, servers: 12 }

describe('the cost of taking part', () => {
  it('grows with the datasets and falls with the interval', () => {
    const { announcing } = kadCost(FEW)

    expect(kadCost({ ...FEW, datasets: 2 * FEW.datasets }).announcing.sent).toBeCloseTo(2 * announcing.sent)
    expect(kadCost({ ...FEW, reprovideMin: 2 * FEW.reprovideMin }).announcing.sent).toBeCloseTo(announcing.sent / 2)
  })

  it('of a server is what a client pays, and what others send it', () => {
    const { client, answering, server } = kadCost(FEW)

    expect(answering.received).toBeCloseTo(FEW.nodesPerServer * client.sent)
    expect(server.sent).toBeCloseTo(client.sent + FEW.nodesPerServer * client.received)
  })

  it('has a connection to each server that is asked, where a node keeps so many', () => {
    const kept = kadCost({ ...FEW, heldConnections: 12 }).provide
    const opened = kadCost({ ...FEW, heldConnections: 0 }).provide

    expect(opened.sent).toBeGreaterThan(2 * kept.sent)
  })

  it('leaves room within the line for the datasets that it says', () => {
    const { mostDatasets } = kadCost(FEW)
    const { announcing, provide } = kadCost({ ...FEW, datasets: mostDatasets })
    const told = announcing.sent + (mostDatasets * provide.sent) / (FEW.sessionH * 3600)

    expect(told).toBeLessThanOrEqual(FEW.uplinkKiB * 1024)
    expect(told).toBeGreaterThan(0.98 * FEW.uplinkKiB * 1024)
  })

  it('counts one record that is stale for each that is not, where records live as long as holders stay', () => {
    expect(kadCost({ ...FEW, sessionH: 1, recordLifeMin: 60 }).stalePerLive).toBe(1)
  })

  it.each([
    [1_000, 16],
    [10_000, 64],
  ])('lets a browser announce as many as it may, among %i keepers with %i KiB/s up', (servers, uplinkKiB) => {
    const { mostDatasets } = kadCost({ ...USUAL_LIMITS, servers, uplinkKiB })

    expect(mostDatasets).toBeGreaterThanOrEqual(MAX_ANNOUNCED_BY_CLIENT)
  })
})
