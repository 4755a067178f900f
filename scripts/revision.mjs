import { run } from './run.mjs'

/** The commit that is built, with “-dirty” where files were changed since; “unknown” outside a checkout. */
export async function revision() {
  const { code, output } = await run('git', ['describe', '--always', '--dirty', '--abbrev=12', '--exclude', '*'], {
    quiet: true,
  }).catch(() => ({ code: 1, output: '' }))
  return code === 0 && output.trim() !== '' ? output.trim() : 'unknown'
}
