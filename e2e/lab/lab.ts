/**
 * The laboratory: an internet of namespaces, a keeper in it, people with browsers behind NATs of their own.
 *
 *   Lab.build ─▶ openBrowser({ label, kind }) ─▶ Chromium behind that kind of network ─▶ close: all of it is gone
 */
import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Customer } from './customer.ts'
import { Internet } from './internet.ts'
import { LabBrowser } from './lab-browser.ts'
import { LabKeeper } from './lab-keeper.ts'
import { Namespaces } from './namespaces.ts'
import { NETWORK_KINDS, type NetworkName } from './network-kinds.ts'
import { RunFolder } from './run-folder.ts'

export interface LabInit {
  /** Of Chromium. */
  readonly executablePath: string
  /** Where the compiled programs are. */
  readonly programs: string
}

export interface LabFile {
  readonly path: string
  readonly name: string
  readonly sha256: string
}

/** A person: where they are, and the browser that they use there. */
export interface Person {
  readonly customer: Customer
  readonly browser: LabBrowser
  /** The browser ends, and its place in the internet with it. */
  [Symbol.asyncDispose](): Promise<void>
}

export class Lab {
  readonly internet: Internet
  readonly keeper: LabKeeper
  readonly init: LabInit
  readonly #namespaces: Namespaces
  readonly #folder: RunFolder
  readonly #filesDir: string
  readonly #keepers: LabKeeper[]
  #people = 0
  #files = 0

  private constructor(
    init: LabInit,
    parts: { namespaces: Namespaces; internet: Internet; keeper: LabKeeper; folder: RunFolder },
  ) {
    this.init = init
    this.internet = parts.internet
    this.keeper = parts.keeper
    this.#keepers = [parts.keeper]
    this.#namespaces = parts.namespaces
    this.#folder = parts.folder
    this.#filesDir = parts.folder.add('files')
  }

  static async build(init: LabInit): Promise<Lab> {
    const namespaces = Namespaces.open()
    const internet = await Internet.build(namespaces)
    const folder = new RunFolder()
    const keeper = await LabKeeper.start(await internet.addHost('keeper'), { dataDir: folder.add('keeper') })
    return new Lab(init, { namespaces, internet, keeper, folder })
  }

  /** One more keeper on a host of its own. */
  async addKeeper(label: string, args: readonly string[]): Promise<LabKeeper> {
    const keeper = await LabKeeper.start(await this.internet.addHost(label), {
      dataDir: this.#folder.add('keeper'),
      args,
    })
    this.#keepers.push(keeper)
    return keeper
  }

  /** Somebody new in a network of that kind, who has started a browser and not opened anything yet. */
  async newPerson(kind: NetworkName): Promise<Person> {
    const customer = await Customer.connect(this.internet, { label: `p${++this.#people}`, kind })
    try {
      const browser = await LabBrowser.launch(customer.client, {
        executablePath: this.init.executablePath,
        folder: this.#folder.add('browser'),
        origins: this.#keepers.flatMap((keeper) => [keeper.url(4), keeper.url(6)]),
      })
      return {
        customer,
        browser,
        [Symbol.asyncDispose]: async () => {
          await browser.close()
          await customer.disconnect()
        },
      }
    } catch (error) {
      await customer.disconnect()
      throw error
    }
  }

  /** Incompressible content that no other file has. */
  async makeFile(sizeBytes: number): Promise<LabFile> {
    const name = `file-${++this.#files}.bin`
    const path = join(this.#filesDir, name)
    const bytes = randomBytes(sizeBytes)
    await writeFile(path, bytes)
    return { path, name, sha256: createHash('sha256').update(bytes).digest('hex') }
  }

  async stop(): Promise<void> {
    for (const keeper of this.#keepers) await keeper.kill()
    this.#namespaces.removeAllNow()
    this.#folder.remove()
  }
}

/** Where somebody in that kind of network finds the page of a keeper. */
export function pageFor(keeper: LabKeeper, kind: NetworkName): string {
  const families: readonly number[] = NETWORK_KINDS[kind].families
  return keeper.url(families.includes(4) ? 4 : 6)
}

/** The same link on another address of the page: in the laboratory a page has no name. */
export function linkOn(page: string, link: string): string {
  return `${page}/${new URL(link).hash}`
}
