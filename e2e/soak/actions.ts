/** What happens in a soak. */
import { setTimeout as wait } from 'node:timers/promises'
import type { SeededRandom } from '../swarm/seeded-random.ts'
import type { Device } from './device.ts'
import type { SoakFile } from './file-library.ts'
import { HostileBrowser, SPOILER_NAMES } from './hostile-browser.ts'
import { BEHAVIOUR_NAMES, HostilePeer } from './hostile-peer.ts'
import { keeperAddress, pick, type World } from './world.ts'

export interface Action {
  readonly name: string
  readonly weight: number
  /** Done just before, so that there is something to be disturbed. */
  readonly before?: string
  /** Says what it did; undefined where the state of the world leaves nothing to do. */
  readonly run: (world: World) => Promise<string | undefined>
}

const MOST_HOSTILES = 4
/** More would make every quiet point long; the oldest is deleted by whoever wants to add another. */
const MOST_FILES_A_DEVICE = 6

const ACTIONS: readonly Action[] = [
  { name: 'upload', weight: 3, run: upload },
  { name: 'download', weight: 6, run: download },
  { name: 'save and compare', weight: 1, run: saveAndCompare },
  { name: 'delete', weight: 1, run: deleteOne },
  { name: 'hostile process', weight: 3, run: startHostilePeer },
  { name: 'hostile browser', weight: 1, run: startHostileBrowser },
  { name: 'hostile gone', weight: 1, run: killHostile },
  trouble('pause and resume', { weight: 2, run: pauseAndResume }),
  trouble('reload', { weight: 1, run: (world) => disturb(world, 'reloaded', (device) => device.reload()) }),
  trouble('crash of a tab', { weight: 1, run: (world) => disturb(world, 'crashed', (device) => device.crash()) }),
  trouble('device replaced', { weight: 1, run: (world) => disturb(world, 'replaced', (device) => device.replace()) }),
  trouble('keeper restarted', { weight: 1, run: restartKeeper }),
  trouble('device offline', { weight: 1, run: cutOne }),
  trouble('network cut', { weight: 1, run: cutAll }),
]

function trouble(name: string, { weight, run }: Pick<Action, 'weight' | 'run'>): Action {
  return { name, weight, run, before: 'download' }
}

/** Every action as often as its weight says, in an order by chance; the same for the same seed. */
export function shuffledActions(random: SeededRandom): Action[] {
  return random.shuffled(ACTIONS.flatMap((action) => Array.from({ length: action.weight }, () => action)))
}

export function actionCalled(name: string): Action {
  const action = ACTIONS.find((one) => one.name === name)
  if (action === undefined) throw new Error(`No action is called “${name}”.`)
  return action
}

async function upload(world: World): Promise<string | undefined> {
  const device = pick(world.random, world.devices)
  if (device === undefined) return undefined
  const oldest = [...device.held][0]
  if (device.held.size >= MOST_FILES_A_DEVICE && oldest !== undefined) await device.delete(oldest)
  const file = await world.library.make(world.random)
  await device.upload(file)
  return `${device.name} adds ${file.name}, ${file.sizeBytes} bytes`
}

async function download(world: World): Promise<string | undefined> {
  const offers = heldOf(world).filter(({ file }) => askersOf(world, file).length > 0)
  // Rather one for which somebody hostile is here.
  const spoiled = offers.filter(({ file }) => hostileAddresses(world, file).length > 0)
  const offer = pick(world.random, spoiled) ?? pick(world.random, offers)
  const asker = offer && pick(world.random, askersOf(world, offer.file))
  if (offer === undefined || asker === undefined) return undefined
  const { device: holder, file } = offer
  const link = (await holder.linkOf(file)) ?? world.links.get(file)
  if (link === undefined) return undefined
  world.links.set(file, link)
  const bad = hostileAddresses(world, file)
  await asker.fetch(file, linkWith(link, bad))
  return `${asker.name} fetches ${file.name} by a link of ${holder.name}, with ${bad.length} hostile addresses`
}

function askersOf({ devices }: World, file: SoakFile): Device[] {
  return devices.filter((device) => ![device.held, device.fetching, device.uploading].some((files) => files.has(file)))
}

function hostileAddresses({ hostiles }: World, file: SoakFile): string[] {
  const of = [...hostiles].filter((hostile) => hostile.file === file)
  return of.flatMap(({ peer }) => (peer instanceof HostilePeer ? (peer.address ?? []) : []))
}

/** First in the link: they are dialled as soon as the honest ones. */
function linkWith(link: string, addresses: readonly string[]): string {
  return link.replace('maddrs=', `maddrs=${addresses.map((address) => `${encodeURIComponent(address)},`).join('')}`)
}

async function saveAndCompare(world: World): Promise<string | undefined> {
  const held = pick(world.random, heldOf(world))
  if (held === undefined) return undefined
  const { device, file } = held
  await device.compare(file)
  return `${device.name} saves ${file.name}`
}

async function deleteOne(world: World): Promise<string | undefined> {
  const all = world.devices.flatMap((device) => [...device.held, ...device.fetching].map((file) => ({ device, file })))
  const chosen = pick(world.random, all)
  if (chosen === undefined || !(await chosen.device.delete(chosen.file))) return undefined
  return `${chosen.device.name} deletes ${chosen.file.name}`
}

async function disturb(world: World, verb: string, act: (device: Device) => Promise<void>) {
  const device = pick(
    world.random,
    world.devices.filter(({ isSteady }) => !isSteady),
  )
  if (device === undefined) return undefined
  const { fetching, uploading } = device
  const meanwhile = `with ${fetching.size} fetches and ${uploading.size} uploads`
  await act(device)
  return `${device.name} is ${verb} ${meanwhile}`
}

async function pauseAndResume({ devices, random }: World): Promise<string | undefined> {
  const running = devices.flatMap((device) =>
    [...device.fetching, ...device.uploading].map((file) => ({ device, file })),
  )
  const chosen = pick(random, running)
  const pauseMs = random.between(200, 3000)
  if (chosen === undefined || !(await chosen.device.press('Pause', chosen.file))) return undefined
  await wait(pauseMs)
  const isResumed = await chosen.device.press('Resume', chosen.file)
  return `${chosen.device.name} pauses ${chosen.file.name}${isResumed ? ' and resumes it' : ', which had ended'}`
}

async function startHostilePeer(world: World): Promise<string | undefined> {
  const behaviour = pick(world.random, BEHAVIOUR_NAMES)
  const held = largestOf(wantedOf(world))
  if (behaviour === undefined || held === undefined || world.hostiles.size >= MOST_HOSTILES) return undefined
  const { file } = held
  const { hostileProgram: program, keeper, links } = world
  const address = await keeperAddress(keeper)
  const { path } = file
  const peer = new HostilePeer({ program, behaviour, keeperAddress: address, path, link: links.get(file) ?? '' })
  world.hostiles.add({ peer, file })
  return `a process comes with ${file.name}: ${behaviour}`
}

async function startHostileBrowser(world: World): Promise<string | undefined> {
  const spoiler = pick(world.random, SPOILER_NAMES)
  const held = largestOf(wantedOf(world))
  const link = held && world.links.get(held.file)
  const browsers = [...world.hostiles].filter(({ peer }) => peer instanceof HostileBrowser)
  if (spoiler === undefined || held === undefined || link === undefined || browsers.length > 0) return undefined
  const peer = await HostileBrowser.start(world.browser, { link, spoiler })
  world.hostiles.add({ peer, file: held.file })
  return `a browser comes with ${held.file.name}: ${spoiler}`
}

async function killHostile({ hostiles, random }: World): Promise<string | undefined> {
  const hostile = pick(random, [...hostiles])
  if (hostile === undefined) return undefined
  await hostile.peer.kill()
  hostiles.delete(hostile)
  return 'a hostile peer goes'
}

async function restartKeeper({ keeper, random }: World): Promise<string> {
  const signal = random.next() < 0.5 ? 'SIGTERM' : 'SIGKILL'
  await keeper.stop(signal)
  await wait(random.between(0, 2000))
  await keeper.restart()
  return `the keeper is restarted after ${signal}`
}

async function cutOne({ devices, random }: World): Promise<string | undefined> {
  const device = pick(random, devices)
  const cutMs = random.between(500, 5000)
  await device?.setOffline(true)
  await wait(cutMs)
  await device?.setOffline(false)
  return device && `${device.name} is offline for ${(cutMs / 1000).toFixed(1)} s`
}

/** What a browser calls offline leaves its connections on this machine alone; without a keeper nobody finds anybody, either. */
async function cutAll({ devices, keeper, random }: World): Promise<string> {
  const cutMs = random.between(1000, 6000)
  await Promise.all(devices.map((device) => device.setOffline(true)))
  await keeper.stop('SIGKILL')
  await wait(cutMs)
  await keeper.restart()
  await Promise.all(devices.map((device) => device.setOffline(false)))
  return `nobody has a network for ${(cutMs / 1000).toFixed(1)} s`
}

function heldOf(world: World): { device: Device; file: SoakFile }[] {
  return world.devices.flatMap((device) => [...device.held].map((file) => ({ device, file })))
}

/** What somebody holds and somebody else does not: for all else a hostile peer would never be asked. */
function wantedOf(world: World): { device: Device; file: SoakFile }[] {
  return heldOf(world).filter(({ file }) => askersOf(world, file).length > 0)
}

/** The longer a transfer takes, the more a hostile peer can do about it. */
function largestOf<T extends { readonly file: SoakFile }>(items: readonly T[]): T | undefined {
  return items.toSorted((a, b) => b.file.sizeBytes - a.file.sizeBytes)[0]
}
