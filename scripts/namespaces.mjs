/** Whether network namespaces with packet filters can be made here; installs what is missing where that is permitted. */
import { existsSync } from 'node:fs'
import { run } from './run.mjs'

/** Debian’s package of each program that the laboratory is made of. */
const PROGRAMS = { ip: 'iproute2', nft: 'nftables', perl: 'perl-base' }
const PROBE = `quirelab-${process.pid}-probe`

/** Resolves with undefined where all is there, else with a sentence that says what is not. */
export async function whyNoNamespaces() {
  if (process.platform !== 'linux') return 'Network namespaces are Linux’s.'
  if (process.getuid?.() !== 0) return 'Network namespaces need root.'
  if (!(await hasPrograms())) await install()
  if (!(await hasPrograms())) return `${Object.keys(PROGRAMS).join(', ')} are needed, and could not be installed.`
  if (!existsSync('/dev/net/tun')) return 'There is no /dev/net/tun.'
  return tryOne()
}

async function hasPrograms() {
  const found = await run('sh', ['-c', `command -v ${Object.keys(PROGRAMS).join(' && command -v ')}`], { quiet: true })
  return found.code === 0
}

async function install() {
  if (!existsSync('/usr/bin/apt-get')) return
  process.stdout.write('Installing Debian’s iproute2 and nftables…\n')
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { quiet: true, env })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...Object.values(PROGRAMS)], {
    quiet: true,
    env,
  })
}

/** A container’s root may be refused what root is needed for. */
async function tryOne() {
  const made = await run('ip', ['netns', 'add', PROBE], { quiet: true })
  if (made.code !== 0) return `No network namespace can be made: ${made.output.trim()}`
  const rules = 'table inet probe { chain out { type nat hook postrouting priority srcnat; masquerade; }; }'
  const filtered = await run('ip', ['netns', 'exec', PROBE, 'nft', rules], { quiet: true })
  await run('ip', ['netns', 'delete', PROBE], { quiet: true })
  return filtered.code === 0 ? undefined : `nftables do not work here: ${filtered.output.trim()}`
}
