/**
 * The soak: random work and random trouble, until the time is over.
 *
 *   storm (actions by chance, transfers overlap) ─▶ quiet point (all ends, hashes compared, memory sampled) ─▶ storm …
 */
import type { Browser } from '@playwright/test'
import { setTimeout as wait } from 'node:timers/promises'
import { KeeperProcess } from '../fixtures/keeper-process.ts'
import { SeededRandom } from '../swarm/seeded-random.ts'
import { type Action, actionCalled, shuffledActions } from './actions.ts'
import { Device } from './device.ts'
import { FileLibrary } from './file-library.ts'
import { type Growth, growthOf, type MemorySample, sampleMemory } from './memory.ts'
import { settle, verify } from './settle.ts'
import { noticeComplete, type World } from './world.ts'

const DEVICE_NAMES = ['steady', 'second', 'third']
/** Of all the time; a storm is never longer than a minute. */
const STORM_PART = 1 / 8
const MOST_STORM_MS = 60_000
const MOST_PAUSE_MS = 800
const WARM_UP_FILES = 3
const KEPT_LINES = 40

export interface SoakInit {
  readonly seed: number
  readonly minutes: number
  readonly browser: Browser
  readonly hostileProgram: string
  readonly log: (text: string) => void
}

export interface SoakResult {
  readonly seed: number
  readonly minutes: number
  readonly actions: Readonly<Record<string, number>>
  readonly compared: number
  readonly comparedAtEnd: number
  readonly samples: readonly MemorySample[]
  readonly growth: readonly Growth[]
  /** Why peers were dropped, and how many. */
  readonly dropped: Readonly<Record<string, number>>
  readonly failure?: string
  /** What was done last, where something failed. */
  readonly lastActions: readonly string[]
  /** What each page showed when something failed. */
  readonly pages: readonly string[]
}

export class Soak {
  readonly #init: SoakInit
  readonly #world: World
  readonly #counts: Record<string, number> = {}
  readonly #samples: MemorySample[] = []
  readonly #lines: string[] = []
  readonly #compared = new Set<string>()
  readonly #startedAtMs = Date.now()
  /** Who dropped whom, and why. */
  readonly #dropped = new Map<string, string>()
  #comparedCount = 0
  #plan: Action[] = []

  private constructor(init: SoakInit, world: World) {
    this.#init = init
    this.#world = world
  }

  static async run(init: SoakInit): Promise<SoakResult> {
    const keeper = await KeeperProcess.start()
    const library = await FileLibrary.create(init.seed)
    const devices: Device[] = []
    const { browser, hostileProgram, seed } = init
    const world: World = {
      browser,
      keeper,
      devices,
      library,
      random: new SeededRandom(seed),
      hostileProgram,
      hostiles: new Set(),
      links: new Map(),
    }
    try {
      for (const [i, name] of DEVICE_NAMES.entries()) {
        devices.push(await Device.open({ name, isSteady: i === 0, browser, url: keeper.url }))
      }
      return await new Soak(init, world).#run()
    } finally {
      for (const { peer } of world.hostiles) await peer.kill()
      await Promise.all(devices.map((device) => device.close()))
      await keeper.remove()
      await library.remove()
    }
  }

  async #run(): Promise<SoakResult> {
    let comparedAtEnd = 0
    let failure: string | undefined
    let pages: readonly string[] = []
    try {
      const endsAtMs = this.#startedAtMs + 60_000 * this.#init.minutes
      await this.#warmUp()
      while (Date.now() < endsAtMs) {
        await this.#storm()
        await this.#quiet()
      }
      comparedAtEnd = await verify(this.#world.devices, () => true)
    } catch (error) {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
      pages = await Promise.all(this.#world.devices.map((device) => device.shown()))
    }
    const growth = this.#samples.length < 2 ? [] : growthOf(this.#samples)
    const { seed, minutes } = this.#init
    const dropped = countsOf([...this.#dropped.values()])
    const [actions, compared, samples, lastActions] = [this.#counts, this.#comparedCount, this.#samples, this.#lines]
    const result = { seed, minutes, actions, compared, comparedAtEnd, samples, growth, dropped, lastActions, pages }
    return failure === undefined ? result : { ...result, failure }
  }

  /** Everybody has something and everybody has met, so that the first sample of memory is one of normal life. */
  async #warmUp(): Promise<void> {
    const world = this.#world
    for (let i = 0; i < WARM_UP_FILES; i++) await this.#act(actionCalled('upload'))
    await settle(world)
    for (let i = 0; i < 2 * WARM_UP_FILES; i++) await this.#act(actionCalled('download'))
    await settle(world)
  }

  async #storm(): Promise<void> {
    const { random } = this.#world
    const untilMs = Date.now() + Math.min(MOST_STORM_MS, STORM_PART * 60_000 * this.#init.minutes)
    while (Date.now() < untilMs) {
      if (this.#plan.length === 0) this.#plan = shuffledActions(random)
      const action = this.#plan.pop()
      if (action?.before !== undefined) await this.#act(actionCalled(action.before))
      if (action !== undefined && (await this.#act(action))) await wait(random.between(0, MOST_PAUSE_MS))
    }
  }

  /** False where there was nothing to do. */
  async #act(action: Action): Promise<boolean> {
    await noticeComplete(this.#world)
    this.#note(`${action.name}…`)
    const said = await action.run(this.#world)
    this.#lines.pop()
    if (said === undefined) return false
    this.#note(said)
    this.#counts[action.name] = (this.#counts[action.name] ?? 0) + 1
    return true
  }

  async #quiet(): Promise<void> {
    this.#note('quiet point')
    await settle(this.#world)
    this.#comparedCount += await verify(this.#world.devices, (device, { name }) => {
      const key = `${device.name} ${name}`
      return !this.#compared.has(key) && Boolean(this.#compared.add(key))
    })
    for (const device of this.#world.devices) {
      for (const { peer, reason } of await device.droppedPeers()) this.#dropped.set(`${device.name} ${peer}`, reason)
    }
    const sample = await sampleMemory(this.#world)
    this.#samples.push(sample)
    const figures = Object.entries(sample).map(([name, value]) => `${name} ${value.toFixed(1)}`)
    this.#note(`at rest: ${figures.join(', ')}`)
  }

  #note(text: string): void {
    const seconds = ((Date.now() - this.#startedAtMs) / 1000).toFixed(1)
    this.#lines.push(`${seconds} s: ${text}`)
    if (this.#lines.length > KEPT_LINES) this.#lines.shift()
    this.#init.log(`${seconds} s: ${text}`)
  }
}

function countsOf(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1
  return counts
}
